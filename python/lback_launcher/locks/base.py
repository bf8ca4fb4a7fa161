"""The parts that all kinds of locks share, and the locks that this process holds."""

from __future__ import annotations

import os

from ..compat import drivers
from ..diagnostics import ignored

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, TypeVar

    from sqlalchemy.engine import Connection

    T = TypeVar("T")


class Unsupported(Exception):
    """There is no lock for this database."""


class NotNeeded(Exception):
    """No other process can reach this database."""


class DatabaseLock:
    """A lock on one database, held by a connection of the driver or by a file."""

    #: What releases the lock when it ends: `connection`, `transaction` or `file`.
    scope = "connection"
    #: The process that has acquired the lock.
    process: int | None = None
    #: Whether the pool closes the connection instead of keeping it: then the lock ends with it.
    closes = False
    #: The schema in which the connection finds and makes tables, if it isn't the usual one.
    schema: str | None = None

    def __init__(self, connection: Connection) -> None:
        self.sqlalchemy = connection
        pooled = connection.connection
        self.connection: Any = drivers.dbapi_connection(pooled)
        self.driver: Any = drivers.driver_connection(pooled)

    def attempt(self) -> bool:
        """Tries to acquire the lock, without waiting."""
        raise NotImplementedError

    def is_own(self) -> bool:
        """Returns whether another lock of this process is what holds the database."""
        raise NotImplementedError

    def holder(self) -> str | None:
        """Returns a description of the run that holds the lock. Never raises."""
        raise NotImplementedError

    def reason_not_to_wait(self) -> str | None:
        """Returns why waiting is of no use, `stale` or `blocking`; `None` if it is of use."""
        raise NotImplementedError

    def guarded(self, act: Callable[[], T]) -> T:
        """Does something that may fail, without consequences for the transaction."""
        return act()

    def release(self) -> None:
        """Releases the lock."""
        raise NotImplementedError


#: The locks of this process, by the identity of the connection that holds each.
held: dict[int, DatabaseLock] = {}


def remember(lock: DatabaseLock) -> None:
    """Releases the lock when its connection goes back to the pool."""
    held[id(lock.connection)] = lock
    lock.process = os.getpid()
    try:
        from sqlalchemy import event
        from sqlalchemy.pool import NullPool

        pool = lock.sqlalchemy.engine.pool
        lock.closes = isinstance(pool, NullPool)
        event.listen(pool, "checkin", checked_in)
    except Exception as error:
        ignored(
            error,
            "without a pool, the lock is held until the connection is closed or the process ends",
        )


def checked_in(dbapi_connection: Any, _: Any) -> None:
    """Releases the lock of a connection.

    SQLAlchemy calls this when a connection goes back to its pool.
    """
    lock = held.get(id(dbapi_connection))
    if lock is not None:
        forget(lock)


def forget(lock: DatabaseLock) -> None:
    """Releases a lock of this process.

    A forked process has its parent's locks, which it must not release.
    """
    if lock.process != os.getpid():
        return
    held.pop(id(lock.connection), None)
    try:
        lock.release()
    except Exception as error:
        ignored(error, "a connection that fails is closed, and its lock ends with it")


def at_end() -> None:
    """Releases the locks that don't end with the process."""
    for lock in list(held.values()):
        if lock.scope == "file":
            forget(lock)
