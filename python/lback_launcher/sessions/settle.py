"""Waits in a later process until the session of a run has ended.

A server goes on with a statement, `COMMIT` among them, after its client is gone. What the database
shows before that may be taken for the end of the run, and is not.
"""

from __future__ import annotations

import time

from ..diagnostics import ignored, summary
from ..locks import acquire, base
from .status import ALIVE, HAS_ENDED, Status, unseen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Protocol

    from alembic.runtime.migration import MigrationContext

    from .status import Identity

    class Probe(Protocol):
        """The process that looks at a database after a run."""

        context: MigrationContext

        def report(self, kind: str, **values: Any) -> None:
            """Reports something of the database."""

        def end_without_lback(self) -> None:
            """Ends the process if lback has ended."""


#: Seconds between two looks: the first pause, and the longest.
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 0.5


def settle(probe: Probe, session: Identity, patience: float) -> None:
    """Reports whether a session has ended, and waits for that for so many seconds."""
    deadline = time.monotonic() + patience
    reported: Status | None = None
    look = watch(probe, session)
    pause = FIRST_PAUSE
    while True:
        found = look()
        if found != reported:
            report(probe, session, found)
            reported = found
        if found.state != ALIVE or time.monotonic() >= deadline:
            return
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)
        probe.end_without_lback()


def report(probe: Probe, session: Identity, found: Status) -> None:
    """Reports whether a session goes on."""
    probe.report(
        "session_seen",
        state=found.state,
        why=found.why,
        what=found.what or session["what"],
        look=found.look or session["look"],
    )


def watch(probe: Probe, session: Identity) -> Callable[[], Status]:
    """Returns a function that returns whether a session goes on. It never raises."""
    context = probe.context
    connection: Any = context.connection
    try:
        lock = acquire.new_lock(context.dialect.name, connection)
        look = way_to_look(lock, session)
    except base.NotNeeded:
        return lambda: HAS_ENDED
    except Exception as error:
        why = summary(error)
        return lambda: unseen(why)
    begun = [False]

    def guarded_look() -> Status:
        try:
            found = look()
            if found.state == ALIVE:
                begun[0] = True
            elif begun[0] and lock.reason_not_to_wait() == "stale":
                return unseen("env.py's transaction shows the database as it was before")
            return found
        except Exception as error:
            ignored(error, "a session that can't be looked at counts as unknown")
            return unseen(summary(error))

    return guarded_look


def way_to_look(lock: base.DatabaseLock, session: Identity) -> Callable[[], Status]:
    """Returns a function that returns whether a session goes on. A new kind needs a case here."""
    from ..locks.mysql import MysqlLock
    from ..locks.postgresql import PostgresqlLock
    from ..locks.sqlite import SqliteLock
    from . import mysql, postgresql, sqlite

    if "unknown" in session:
        return lambda: unseen(session["unknown"])
    if isinstance(lock, PostgresqlLock) and "backend" in session:
        at = dict(session, settling=postgresql.server_time(lock))
        return lambda: postgresql.status(lock, at)
    if isinstance(lock, MysqlLock) and "connection" in session:
        return lambda: lock.guarded(lambda: mysql.status(lock, session))
    if isinstance(lock, SqliteLock) and session.get("path") == lock.path:
        return lambda: sqlite.status(lock, session)
    return lambda: unseen("another database answers now")
