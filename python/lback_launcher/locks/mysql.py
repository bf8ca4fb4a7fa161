"""MySQL and MariaDB: a named lock of the session.

Names belong to the server, so that the lock's name contains the database.
"""

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

#: Names may have 64 characters. Databases whose names begin alike share a lock, at worst.
NAME = "left(concat('lback:', coalesce(database(), '')), 64)"

#: Only users with a privilege see the connections of others.
HOLDER = (
    "select concat(', user ', user, ' from ', host)"
    " from information_schema.processlist where id = %d"
)


class MysqlLock(ServerLock):
    """A lock by `GET_LOCK`."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        #: Whether nothing was read in this transaction yet. Then it is ended at driver level after
        #: each look.
        self.is_idle = not self.in_transaction()
        self.session, self.server, schema = self.row(
            "select connection_id(), concat(@@hostname, ':', @@port, ':', @@datadir), database()"
        )
        self.schema = schema if schema != connection.engine.url.database else None

    def attempt(self) -> bool:
        (got,) = self.row("select get_lock(%s, 0)" % NAME)
        if got is None:
            raise base.Unsupported("the server gives no lock")
        return bool(got)

    def guarded(self, act: Callable[[], T]) -> T:
        """Does something without consequences for the transaction.

        REPEATABLE READ, the default here, shows the database as it was at the first look for as
        long as the transaction lasts. The run must not see that once it has the lock.
        """
        try:
            return act()
        finally:
            if self.is_idle:
                self.connection.rollback()

    def holding_session(self) -> Any:
        """Returns the number of the connection that holds the lock."""
        (holder,) = self.row("select is_used_lock(%s)" % NAME) or (None,)
        return holder

    def is_own(self) -> bool:
        holder = self.holding_session()
        others = (other for other in base.held.values() if isinstance(other, MysqlLock))
        return any((other.session, other.server) == (holder, self.server) for other in others)

    def holder(self) -> str | None:
        try:
            holder = self.holding_session()
            if holder is None:
                return None
            row = self.row(HOLDER % holder)
            return "connection %d%s" % (holder, row[0] if row else "")
        except Exception as error:
            ignored(error, "a holder that can't be described is reported without a description")
            return None

    def reason_not_to_wait(self) -> str | None:
        if not self.in_transaction():
            return None
        # Tables that a transaction has read can't be altered before its end. Whether the other run
        # wants to alter them, only few users may ask.
        return "stale" if self.sees_snapshot() else "blocking"

    def in_transaction(self) -> bool:
        """Returns whether something was read or written in this transaction."""
        if getattr(self.sqlalchemy.dialect, "is_mariadb", False):
            return bool(self.row("select @@in_transaction")[0])
        # Drivers keep the server's flags, but not all of them read the flags of an answer that has
        # rows.
        self.run("do 0")
        known = drivers.mysql_in_transaction(self.driver)
        return self.sqlalchemy.in_transaction() if known is None else known

    def release(self) -> None:
        if not self.closes:
            self.row("select release_lock(%s)" % NAME)
