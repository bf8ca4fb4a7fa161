"""PostgreSQL: an advisory lock, one for each database, which belongs to the session."""

from . import base
from .server import ServerLock

#: "lback", as a number. In `pg_locks` its halves are `classid` and `objid`.
KEY = int.from_bytes(b"lback", "big")

HOLDER = """
select l.pid, concat_ws(', ', 'process ' || l.pid || ' of the server', 'user ' || a.usename, nullif(a.application_name, ''),
    'from ' || host(a.client_addr), 'connected since ' || to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ'))
from pg_locks l left join pg_stat_activity a on a.pid = l.pid
where l.locktype = 'advisory' and l.granted and l.classid = %d and l.objid = %d and l.objsubid = 1
    and l.database = (select oid from pg_database where datname = current_database())
""" % (KEY >> 32, KEY & 0xFFFFFFFF)


class Lock(ServerLock):
    def __init__(self, connection):
        super().__init__(connection)
        self.attempts = 0
        in_transaction = driver_in_transaction(self.driver)
        if in_transaction is None:
            in_transaction = connection.in_transaction()
        #: Nothing was said in this transaction yet. Then it can be ended at driver level between attempts: no snapshot grows old, and no server ends
        #: the session because a transaction is idle.
        self.is_idle = not in_transaction
        self.backend, self.server = self.guarded(
            lambda: self.row("select pg_backend_pid(), cast(pg_postmaster_start_time() as text)")
        )
        # A pooler gives its clients numbers of its own. Behind it, sessions are shared: only a transaction stays with one.
        told = backend_of_driver(self.driver)
        self.is_pooled = told is not None and told != self.backend
        if self.is_pooled:
            self.scope = "transaction"

    def attempt(self):
        self.attempts += 1
        function = "pg_try_advisory_xact_lock" if self.is_pooled else "pg_try_advisory_lock"
        # No two statements are the same, so that no driver prepares them.
        sql = "select pg_backend_pid(), %s(%d) /* lback, attempt %d */" % (function, KEY, self.attempts)

        def ask():
            self.backend, got = self.row(sql)
            return got

        if not self.is_pooled:
            return self.guarded(ask)
        got = ask()
        if not got:
            self.rest()
        elif driver_in_transaction(self.driver) is False:
            raise base.Unsupported("a pooler stands before the server, and the connection is in autocommit mode")
        return got

    def guarded(self, act):
        if self.is_idle:
            try:
                return act()
            finally:
                self.rest()
        # In a transaction that the project has begun, an error must not be its end.
        self.run("savepoint lback_lock")
        try:
            result = act()
        except Exception:
            self.run("rollback to savepoint lback_lock")
            raise
        finally:
            self.run("release savepoint lback_lock")
        return result

    def rest(self):
        if self.is_idle:
            self.connection.rollback()

    def look(self):
        return self.guarded(lambda: self.row(HOLDER)) or (None, None)

    def is_own(self):
        holder, _ = self.look()
        others = (other for other in base.held.values() if isinstance(other, Lock))
        return any((other.backend, other.server) == (holder, self.server) for other in others)

    def holder(self):
        try:
            return self.look()[1]
        except Exception:
            return None

    def hindrance(self):
        """Why there is no use in waiting; `None` where there is some."""
        if self.is_idle:
            return None
        if self.sees_the_past():
            return "stale"
        # The project's transaction has locks of its own (it has read the table that the other run changes, say): the two would wait for each other.
        holder, _ = self.look()
        sql = "select pg_backend_pid() = any(pg_blocking_pids(%d))"
        return "blocking" if holder and self.guarded(lambda: self.row(sql % holder))[0] else None

    def release(self):
        if self.is_pooled or self.closes:
            # It goes with the transaction, or with the connection.
            return
        self.run("select pg_advisory_unlock(%d)" % KEY)
        # The project's transaction is over, or about to be rolled back: this is not a part of it.
        self.connection.rollback()


def driver_in_transaction(driver):
    """Whether the server has heard of a transaction; `None` where the driver doesn't tell."""
    # asyncpg
    ask = getattr(driver, "is_in_transaction", None)
    if callable(ask):
        return bool(ask())
    # psycopg, psycopg2
    status = getattr(getattr(driver, "info", None), "transaction_status", None)
    if status is not None:
        return int(status) != 0
    # pg8000
    return getattr(driver, "_in_transaction", None)


def backend_of_driver(driver):
    """The process of the server, as the driver was told when it connected; `None` where it doesn't tell."""
    ask = getattr(driver, "get_server_pid", None)
    if callable(ask):
        return ask()
    pid = getattr(getattr(driver, "info", None), "backend_pid", None)
    if pid is not None:
        return pid
    data = getattr(driver, "_backend_key_data", None)
    return int.from_bytes(data[:4], "big") if data else None
