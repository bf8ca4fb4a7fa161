"""SQLite has no sessions: the process of the run, known by the lock on its file."""

from __future__ import annotations

import os

from ..compat import drivers
from ..diagnostics import ignored
from .status import GOES_ON, HAS_ENDED, Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..locks.sqlite import SqliteLock
    from .status import Identity


def identify(lock: SqliteLock) -> Identity:
    """Returns what identifies the process that runs migrations on the file."""
    process = os.getpid()
    return {
        "path": lock.path,
        "process": process,
        "host": os.uname().nodename,
        "what": "process %d of this run" % process,
        "look": "fuser %s" % lock.path[: -len("-lback-lock")],
    }


def status(lock: SqliteLock, session: Identity) -> Status:
    """Returns whether the process that ran migrations goes on.

    Processes that it started may go on without it, and so may Alembic without the tool that
    started it.
    """
    if is_locked(lock):
        holder = lock.holder()
        own = "process %d on %s," % (session["process"], session["host"])
        # A run that waited has the lock of a run that has ended.
        return GOES_ON if holder is None or holder.startswith(own) else HAS_ENDED
    return GOES_ON if is_being_written(lock) else HAS_ENDED


def is_locked(lock: SqliteLock) -> bool:
    """Returns whether a process holds the lock beside the database."""
    if not os.path.exists(lock.path):
        return False
    descriptor = lock.open()
    try:
        lock.flock(descriptor)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def is_being_written(lock: SqliteLock) -> bool:
    """Returns whether another process has begun to write to the database.

    A run that takes no lock is seen by this alone.
    """
    if drivers.sqlite_in_transaction(lock.driver):
        return False
    cursor = lock.connection.cursor()
    try:
        cursor.execute("pragma busy_timeout")
        (timeout,) = cursor.fetchone()
        cursor.execute("pragma busy_timeout = 0")
        try:
            cursor.execute("begin immediate")
            cursor.execute("rollback")
        finally:
            cursor.execute("pragma busy_timeout = %d" % timeout)
    except Exception as error:
        ignored(error, "a database that can't be written, or that another process writes")
        return "locked" in str(error)
    finally:
        cursor.close()
    return False
