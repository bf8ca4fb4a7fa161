"""Reports the session of a run, before the run can do anything that outlives its process."""

from __future__ import annotations

from ..diagnostics import ignored

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    from ..locks.base import DatabaseLock
    from .status import Identity

    class Reporter(Protocol):
        """A run on one database."""

        def report(self, kind: str, **values: Any) -> None:
            """Reports something of the run's database."""


def report(run: Reporter, lock: DatabaseLock) -> None:
    """Reports the session of a connection. Never raises."""
    try:
        run.report("session", session=identity(lock))
    except Exception as error:
        ignored(error, "whether a session goes on that is not known counts as unknown")


def report_transaction(run: Reporter, lock: DatabaseLock | None) -> None:
    """Reports the session of the transaction of all steps, which a pooler chooses. Never raises."""
    if not is_pooled(lock):
        return
    from . import postgresql

    found: Identity | None = None
    try:
        found = postgresql.identify_transaction(lock)  # type: ignore[arg-type]
    except Exception as error:
        ignored(error, "whether a session goes on that is not known counts as unknown")
    run.report("session", session=found or behind_a_pooler())


def report_left_transaction(run: Reporter, lock: DatabaseLock | None) -> None:
    """Reports that a pooler may choose other sessions from here on."""
    if is_pooled(lock):
        run.report("session", session=behind_a_pooler())


def is_pooled(lock: DatabaseLock | None) -> bool:
    """Returns whether a pooler is in front of the server."""
    return getattr(lock, "is_pooled", False)


def behind_a_pooler() -> Identity:
    """Returns the identity of sessions that can't be known."""
    return {
        "unknown": "a pooler chooses a session for each transaction",
        "what": "a session behind the pooler",
        "look": "select * from pg_stat_activity",
    }


def identity(lock: DatabaseLock) -> Identity:
    """Returns what identifies the session of a connection. A new kind needs a case here."""
    from ..locks.mysql import MysqlLock
    from ..locks.postgresql import PostgresqlLock
    from ..locks.sqlite import SqliteLock
    from . import mysql, postgresql, sqlite

    if isinstance(lock, PostgresqlLock):
        return postgresql.identify(lock)
    if isinstance(lock, MysqlLock):
        return mysql.identify(lock)
    assert isinstance(lock, SqliteLock)
    return sqlite.identify(lock)
