"""Keeps other runs from a database while this one writes to it.

The lock is taken on the connection of the migration itself, past SQLAlchemy, whose idea of the transaction must not change. It is tried again and
again instead of waited for in the server: a statement that waits holds a snapshot, and `CREATE INDEX CONCURRENTLY` of the other run would wait for
that in turn.
"""

import os
import time

#: The status that says that another run holds the lock; EX_TEMPFAIL of sysexits.
TEMPORARY_FAILURE = 75

MODULES = {"postgresql": "postgresql", "mysql": "mysql", "mariadb": "mysql", "sqlite": "sqlite"}

#: Seconds between two tries: the first, and the longest. So many waiting runs together try often enough.
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 0.5

#: Work that says which steps are pending and changes nothing.
PLANNERS = {"upgrade", "downgrade", "do_stamp"}

#: The locks of this process, by the identity of the driver's connection.
held = {}


class Unsupported(Exception):
    """There is no lock for this database."""


class NotNeeded(Exception):
    """No other process can reach this database."""


def take(observer):
    """Returns when the lock is held, or when none can be had. Ends Alembic where that is what shall happen."""
    if observer.go["lock"] == "off":
        return
    connection = observer.context.connection
    try:
        lock = new_lock(observer.context.dialect.name, connection)
        is_free = id(lock.connection) not in held and lock.attempt()
        is_own = not is_free and (id(lock.connection) in held or lock.is_own())
    except NotNeeded:
        return
    except Unsupported as why:
        observer.report("unlocked", why=str(why))
        return
    except Exception as error:
        observer.report("unlocked", why="%s: %s" % (type(error).__name__, error))
        return
    began = time.monotonic()
    if is_own:
        # Two engines, or tenants in a loop: a process does not wait for itself.
        observer.report("lock_acquired", scope="held", waited=0)
        return
    if not is_free:
        if not wait(observer, lock, began):
            return
    remember(lock, connection)
    observer.report("lock_acquired", scope=lock.scope, waited=elapsed(began))


def new_lock(dialect, connection):
    if dialect not in MODULES:
        raise Unsupported("lback knows no lock for `%s`" % dialect)
    if dialect == "postgresql":
        from .postgresql import Lock
    elif dialect == "sqlite":
        from .sqlite import Lock
    else:
        from .mysql import Lock
    return Lock(connection)


def wait(observer, lock, began):
    """Whether the lock was acquired; if not, there is nothing to do."""
    mode = observer.go["lock"]
    deadline = began + observer.go["lock_timeout"]
    holder = lock.holder()
    if mode == "fail":
        refuse(observer, "fail", holder, began)
    require_use(observer, lock, holder, began)
    observer.report("lock_waiting", holder=holder)
    pause = FIRST_PAUSE
    while True:
        if mode == "skip-if-current" and is_current(observer, lock):
            observer.work = nothing
            observer.report("lock_gave_way", holder=holder)
            return False
        left = deadline - time.monotonic()
        if left <= 0:
            refuse(observer, "timeout", lock.holder() or holder, began)
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, LONGEST_PAUSE)
        if lock.attempt():
            # Whatever was read before must not be what the run goes by.
            if lock.hindrance() == "stale":
                lock.release()
                refuse(observer, "stale", None, began)
            return True
        require_use(observer, lock, holder, began)


def require_use(observer, lock, holder, began):
    """Ends Alembic where the transaction that the project has begun makes waiting useless, or harmful."""
    why = lock.hindrance()
    if why is not None:
        refuse(observer, why, holder, began)


def refuse(observer, why, holder, began):
    observer.report("lock_not_acquired", why=why, holder=holder, waited=elapsed(began))
    raise SystemExit(TEMPORARY_FAILURE)


def is_current(observer, lock):
    """Whether there is nothing to do, as far as can be seen while another run is at work. Without a head there would still be the version table to
    make."""
    work, context = observer.work, observer.context
    if getattr(work, "__module__", None) != "alembic.command" or work.__name__ not in PLANNERS or context.purge:
        return False

    def look():
        heads = context.get_current_heads()
        return bool(heads) and not list(work(heads, context))

    try:
        return lock.guarded(look)
    except Exception:
        # Not readable now. Whether something is wrong will be seen under the lock.
        return False


def nothing(heads, context):
    return []


def elapsed(began):
    return round(time.monotonic() - began, 6)


def remember(lock, connection):
    """Gives the lock back when the connection goes back to its pool. Where it is closed instead, the lock vanishes with it."""
    held[id(lock.connection)] = lock
    lock.process = os.getpid()
    try:
        from sqlalchemy import event
        from sqlalchemy.pool import NullPool

        pool = connection.engine.pool
        lock.closes = isinstance(pool, NullPool)
        event.listen(pool, "checkin", checked_in)
    except Exception:
        # It is held until the connection is closed, or the process ends.
        pass


def checked_in(dbapi_connection, record):
    forget(held.get(id(dbapi_connection)))


def forget(lock):
    # A forked process has the locks of its parent, which are not its to give back.
    if lock is None or lock.process != os.getpid():
        return
    held.pop(id(lock.connection), None)
    try:
        lock.release()
    except Exception:
        pass


def at_end():
    """Gives back what doesn't vanish by itself."""
    for lock in list(held.values()):
        if lock.scope == "file":
            forget(lock)
