"""PostgreSQL: an advisory lock of the session, one for each database."""

from __future__ import annotations

from ..compat import drivers
from ..diagnostics import ignored
from . import base
from .server import ServerLock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, TypeVar

    from sqlalchemy.engine import Connection

    T = TypeVar("T")

#: "lback", as a number. In `pg_locks` its halves are `classid` and `objid`.
KEY = int.from_bytes(b"lback", "big")

OWN = (
    "select pg_backend_pid(), cast(pg_postmaster_start_time() as text),"
    " cast(current_schema() as text)"
)

HOLDER = """
select l.pid, concat_ws(', ', 'process ' || l.pid || ' of the server', 'user ' || a.usename,
    nullif(a.application_name, ''), 'from ' || host(a.client_addr),
    'connected since ' || to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ'))
from pg_locks l left join pg_stat_activity a on a.pid = l.pid
where l.locktype = 'advisory' and l.granted and l.classid = %d and l.objid = %d and l.objsubid = 1
    and l.database = (select oid from pg_database where datname = current_database())
""" % (KEY >> 32, KEY & 0xFFFFFFFF)


class PostgresqlLock(ServerLock):
    """An advisory lock; behind a pooler, one of the transaction."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.attempts = 0
        in_transaction = drivers.postgresql_in_transaction(self.driver)
        if in_transaction is None:
            in_transaction = connection.in_transaction()
        #: Whether nothing was sent in this transaction yet. Then it is ended at driver level
        #: between attempts: no snapshot grows old, and no server ends the session because a
        #: transaction is idle.
        self.is_idle = not in_transaction
        self.backend, self.server, schema = self.guarded(lambda: self.row(OWN))
        self.schema = schema if schema != "public" else None
        # A pooler gives its clients numbers of its own. Behind it, sessions are shared: only a
        # transaction stays on one server process.
        known = drivers.postgresql_backend(self.driver)
        self.is_pooled = known is not None and known != self.backend
        if self.is_pooled:
            self.scope = "transaction"

    def attempt(self) -> bool:
        self.attempts += 1
        function = "pg_try_advisory_xact_lock" if self.is_pooled else "pg_try_advisory_lock"
        # No two statements are the same, so that no driver prepares them.
        sql = "select pg_backend_pid(), %s(%d) /* lback, attempt %d */" % (
            function,
            KEY,
            self.attempts,
        )

        def ask() -> bool:
            self.backend, got = self.row(sql)
            return bool(got)

        if not self.is_pooled:
            return self.guarded(ask)
        got = ask()
        if not got:
            self.rest()
        elif drivers.postgresql_in_transaction(self.driver) is False:
            raise base.Unsupported(
                "a pooler stands before the server, and the connection is in autocommit mode"
            )
        return got

    def guarded(self, act: Callable[[], T]) -> T:
        if self.is_idle:
            try:
                return act()
            finally:
                self.rest()
        # An error must not end a transaction that the project has begun.
        self.run("savepoint lback_lock")
        try:
            result = act()
        except Exception:
            self.run("rollback to savepoint lback_lock")
            raise
        finally:
            self.run("release savepoint lback_lock")
        return result

    def rest(self) -> None:
        """Ends the transaction at driver level, if it is only the lock's."""
        if self.is_idle:
            self.connection.rollback()

    def holding_backend(self) -> Any:
        """Returns the server's process that holds the lock, and a description of it."""
        return self.guarded(lambda: self.row(HOLDER)) or (None, None)

    def is_own(self) -> bool:
        holder, _ = self.holding_backend()
        others = (other for other in base.held.values() if isinstance(other, PostgresqlLock))
        return any((other.backend, other.server) == (holder, self.server) for other in others)

    def holder(self) -> str | None:
        try:
            described: str | None = self.holding_backend()[1]
            return described
        except Exception as error:
            ignored(error, "a holder that can't be described is reported without a description")
            return None

    def reason_not_to_wait(self) -> str | None:
        if self.is_idle:
            return None
        if self.sees_snapshot():
            return "stale"
        # The project's transaction has locks of its own, as on a table that it has read and that
        # the other run changes. Then the two would wait for each other.
        holder, _ = self.holding_backend()
        sql = "select pg_backend_pid() = any(pg_blocking_pids(%d))"
        return "blocking" if holder and self.guarded(lambda: self.row(sql % holder))[0] else None

    def release(self) -> None:
        if self.is_pooled or self.closes:
            # It ends with the transaction, or with the connection.
            return
        self.run("select pg_advisory_unlock(%d)" % KEY)
        # The project's transaction is over, or about to be rolled back: this statement is not a
        # part of it.
        self.connection.rollback()
