"""Chooses the limits of statements for a kind of database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..diagnostics import ignored

if TYPE_CHECKING:
    from typing import Any, Protocol

    from alembic.runtime.migration import MigrationContext

    from ..instructions import Instructions, Limits
    from ..locks.base import DatabaseLock
    from .base import StatementLimits

    class Run(Protocol):
        """A run on one database."""

        @property
        def asked(self) -> Instructions:
            """The instructions of lback."""

        @property
        def context(self) -> MigrationContext:
            """The context that runs migrations."""

        #: The lock of the database; `None` if lback knows none.
        lock: DatabaseLock | None

        def report(self, kind: str, **values: Any) -> None:
            """Reports something of the run's database."""


def new_limits(run: Run) -> StatementLimits | None:
    """Returns the limits for the database of a run; `None` without any. Never raises."""
    wanted = run.asked.limits
    if wanted is None:
        return None
    try:
        limits = limits_of(run, wanted)
    except Exception as error:
        ignored(error, "a run without limits waits as without lback")
        run.report("unlimited", why=str(error) or type(error).__name__)
        return None
    if limits is None:
        why = "lback knows no limits of `%s`" % run.context.dialect.name
        run.report("unlimited", why=why)
    elif limits.kept or limits.missing:
        run.report("limits", kept=limits.kept, missing=limits.missing)
    return limits


def limits_of(run: Run, wanted: Limits) -> StatementLimits | None:
    """Returns the limits for a kind of database. A new kind needs a case here."""
    from ..locks.mysql import MysqlLock
    from ..locks.postgresql import PostgresqlLock
    from ..locks.sqlite import SqliteLock

    lock = run.lock
    if isinstance(lock, PostgresqlLock):
        from .postgresql import PostgresqlLimits

        return PostgresqlLimits(lock, wanted)
    if isinstance(lock, MysqlLock):
        from .mysql import MysqlLimits

        return MysqlLimits(lock, wanted)
    if isinstance(lock, SqliteLock):
        from .sqlite import SqliteLimits

        return SqliteLimits(lock, wanted)
    return None
