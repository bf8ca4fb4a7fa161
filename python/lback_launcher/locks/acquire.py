"""Keeps other runs from a database while this one writes to it.

The lock is taken on the connection of the migration itself, past SQLAlchemy, whose state of the
transaction must not change. The launcher tries again and again instead of waiting in the server: a
statement that waits holds a snapshot, and `CREATE INDEX CONCURRENTLY` of the other run would wait
for that in turn.
"""

from __future__ import annotations

import time

from ..diagnostics import ignored, summary
from ..sessions import report as sessions
from . import base

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, NoReturn, Protocol

    from alembic.runtime.migration import MigrationContext
    from sqlalchemy.engine import Connection

    from ..instructions import Instructions

    class LockClient(Protocol):
        """The run that needs the lock."""

        @property
        def asked(self) -> Instructions:
            """What lback has asked for."""

        @property
        def context(self) -> MigrationContext:
            """The context that runs migrations."""

        #: The function that gives the steps.
        work: Callable[..., Any] | None
        #: The lock of the database, acquired or not.
        lock: base.DatabaseLock | None

        def end_without_lback(self) -> None:
            """Ends the process if lback has ended."""

        def report(self, kind: str, **values: Any) -> None:
            """Reports something of the run's database."""


#: The exit code of a run that did not get the lock; EX_TEMPFAIL of sysexits.
TEMPORARY_FAILURE = 75

#: Seconds between two attempts: the first pause, and the longest. With many waiting runs these are
#: often enough.
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 0.5

#: Functions of `alembic.command` that find out which steps are pending, and change nothing.
STEP_FINDERS = {"upgrade", "downgrade", "do_stamp"}


def take(run: LockClient) -> None:
    """Returns when the run has the lock, or there is none to have.

    Ends Alembic if the run must not go on.
    """
    lock = lock_of(run)
    if lock is None:
        return
    run.lock = lock
    sessions.report(run, lock)
    if run.asked.lock == "off":
        return
    try:
        is_free = id(lock.connection) not in base.held and lock.attempt()
        is_own = not is_free and (id(lock.connection) in base.held or lock.is_own())
    except Exception as error:
        unlocked(run, error)
        return
    began = time.monotonic()
    if is_own:
        # Two engines, or tenants in a loop: a process does not wait for itself.
        run.report("lock_acquired", scope="held", waited=0)
        return
    if not is_free and not wait(run, lock, began):
        return
    base.remember(lock)
    run.report("lock_acquired", scope=lock.scope, waited=elapsed(began))


def lock_of(run: LockClient) -> base.DatabaseLock | None:
    """Returns the lock of a run's database, not yet acquired; `None` if there is none."""
    connection: Any = run.context.connection
    try:
        return new_lock(run.context.dialect.name, connection)
    except base.NotNeeded:
        return None
    except Exception as error:
        unlocked(run, error)
        return None


def unlocked(run: LockClient, error: Exception) -> None:
    """Reports that the run goes on without a lock, unless that was asked for."""
    if run.asked.lock != "off":
        is_known = isinstance(error, base.Unsupported)
        run.report("unlocked", why=str(error) if is_known else summary(error))


def new_lock(dialect: str, connection: Connection) -> base.DatabaseLock:
    """Returns the lock for a kind of database. A new kind needs a line here."""
    if dialect == "postgresql":
        from .postgresql import PostgresqlLock

        return PostgresqlLock(connection)
    if dialect in ("mysql", "mariadb"):
        from .mysql import MysqlLock

        return MysqlLock(connection)
    if dialect == "sqlite":
        from .sqlite import SqliteLock

        return SqliteLock(connection)
    raise base.Unsupported("lback knows no lock for `%s`" % dialect)


def wait(run: LockClient, lock: base.DatabaseLock, began: float) -> bool:
    """Returns whether the lock was acquired; if not, there is nothing to do."""
    mode = run.asked.lock
    deadline = began + run.asked.lock_timeout
    holder = lock.holder()
    if mode == "fail":
        refuse(run, "fail", holder, began)
    require_use(run, lock, holder, began)
    run.report("lock_waiting", holder=holder)
    pause = FIRST_PAUSE
    while True:
        if mode == "skip-if-current" and is_current(run, lock):
            run.work = no_steps
            run.report("lock_gave_way", holder=holder)
            return False
        left = deadline - time.monotonic()
        if left <= 0:
            refuse(run, "timeout", lock.holder() or holder, began)
        time.sleep(min(pause, left))
        run.end_without_lback()
        pause = min(pause * 1.5, LONGEST_PAUSE)
        if lock.attempt():
            # The run must not go by what was read before.
            if lock.reason_not_to_wait() == "stale":
                lock.release()
                refuse(run, "stale", None, began)
            return True
        require_use(run, lock, holder, began)


def require_use(run: LockClient, lock: base.DatabaseLock, holder: str | None, began: float) -> None:
    """Ends Alembic if the project's own transaction makes waiting useless or harmful."""
    why = lock.reason_not_to_wait()
    if why is not None:
        refuse(run, why, holder, began)


def refuse(run: LockClient, why: str, holder: str | None, began: float) -> NoReturn:
    """Ends Alembic without the lock."""
    run.report("lock_not_acquired", why=why, holder=holder, waited=elapsed(began))
    raise SystemExit(TEMPORARY_FAILURE)


def is_current(run: LockClient, lock: base.DatabaseLock) -> bool:
    """Returns whether no step is pending, as far as the database shows while another run works.

    Without a head the version table would still have to be created.
    """
    work, context = run.work, run.context
    if work is None or getattr(work, "__module__", None) != "alembic.command":
        return False
    if getattr(work, "__name__", None) not in STEP_FINDERS or context.purge:
        return False

    def look() -> bool:
        heads = context.get_current_heads()
        return bool(heads) and not list(work(heads, context))

    try:
        return lock.guarded(look)
    except Exception as error:
        ignored(
            error, "what can't be read while another run is at work is read again under the lock"
        )
        return False


def no_steps(heads: Any, context: Any) -> list[Any]:
    """Returns no steps, in the place of the function that gives them."""
    return []


def elapsed(began: float) -> float:
    """Returns the seconds since then."""
    return round(time.monotonic() - began, 6)
