"""Sessions of PostgreSQL: a process of the server, known by its number and its start."""

from __future__ import annotations

from ..compat import drivers
from .status import GOES_ON, HAS_ENDED, Status, unseen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..locks.postgresql import PostgresqlLock
    from .status import Identity

#: The text of a time, whatever the session's settings are.
AS_TEXT = "to_char(%s at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"

#: The server: its start, and the address by which it was reached.
SERVER = """
select %s as started,
    coalesce(host(inet_server_addr()), 'local') || ':' || current_setting('port') as address
""" % (AS_TEXT % "pg_catalog.pg_postmaster_start_time()")

OWN_SESSION = """
select pg_catalog.pg_backend_pid(), %s, %s, here.* from (%s) as here, pg_catalog.pg_stat_activity
where pid = pg_catalog.pg_backend_pid()
""" % (AS_TEXT % "backend_start", AS_TEXT % "clock_timestamp()", SERVER)

#: The session, and the one that asks.
SESSIONS = """
select pid = pg_catalog.pg_backend_pid(), %s, state, %s from pg_catalog.pg_stat_activity
where pid in (%%d, pg_catalog.pg_backend_pid())
""" % (AS_TEXT % "backend_start", AS_TEXT % "xact_start")

#: Transactions that were prepared since the session was reported, by its users.
PREPARED = """
select gid from pg_catalog.pg_prepared_xacts
where database = current_database() and owner in (session_user, current_user)
    and prepared >= cast('%s+00' as timestamptz)
order by prepared limit 1
"""


def identify(lock: PostgresqlLock) -> Identity:
    """Returns what identifies the session of a connection."""
    backend, since, now, started, address = row(lock, OWN_SESSION)
    return {
        "server": started,
        "address": address,
        "backend": backend,
        "since": since,
        "now": now,
        "pooled": lock.is_pooled,
        "what": "process %d of the server" % backend,
        "look": "select * from pg_stat_activity where pid = %d" % backend,
    }


def identify_transaction(lock: PostgresqlLock) -> Identity | None:
    """Returns what identifies the session of the transaction that is open.

    Behind a pooler, another transaction may have another session. Returns `None` where no
    transaction is open.
    """
    if not drivers.postgresql_in_transaction(lock.driver):
        return None
    lock.is_idle = False
    return identify(lock)


def status(lock: PostgresqlLock, session: Identity) -> Status:
    """Returns whether a session goes on."""
    started, address = row(lock, SERVER)
    if started != session["server"]:
        if address == session["address"]:
            return prepared(lock, session)
        return unseen("another server answers now")
    return backend_status(lock, session) or prepared(lock, session)


def backend_status(lock: PostgresqlLock, session: Identity) -> Status | None:
    """Returns that the server's process goes on, or can't be seen; `None` if it has ended."""

    def look() -> list[tuple[bool, str | None, str | None, str | None]]:
        # Within a transaction, the view shows the same again and again.
        lock.run(once(lock, "select pg_catalog.pg_stat_clear_snapshot()"))
        return lock.rows(once(lock, SESSIONS % session["backend"]))

    found = {row[0]: row[1:] for row in lock.guarded(look)}
    # A pooler may have lent this very session again: then the run's is over.
    if found.get(True, (None,))[0] is None:
        return unseen("this user may not see the sessions of the server")
    if False not in found:
        return None
    since, state, transaction = found[False]
    if since is not None and since != session["since"]:
        # The number was given to a later process.
        return None
    is_over = state == "idle" or (transaction or "") > session["settling"]
    return None if session["pooled"] and is_over else GOES_ON


def prepared(lock: PostgresqlLock, session: Identity) -> Status:
    """Returns whether the run has left a prepared transaction, which outlives its session."""
    found = lock.guarded(lambda: lock.rows(once(lock, PREPARED % session["now"])))
    if not found:
        return HAS_ENDED
    what = "the prepared transaction `%s`" % found[0][0]
    return GOES_ON._replace(what=what, look="select * from pg_prepared_xacts")


def server_time(lock: PostgresqlLock) -> str:
    """Returns the server's time. Transactions that begin later are not those of the run."""
    (now,) = row(lock, "select " + AS_TEXT % "clock_timestamp()")
    return str(now)


def row(lock: PostgresqlLock, sql: str) -> Any:
    """Runs a statement without consequences for the transaction, and returns its first row."""
    return lock.guarded(lambda: lock.row(once(lock, sql)))


def once(lock: PostgresqlLock, sql: str) -> str:
    """Returns a statement that no other is equal to.

    Drivers prepare statements that are repeated, which a pooler in front of the server can't bear.
    """
    lock.attempts += 1
    return "%s /* lback, look %d */" % (sql, lock.attempts)
