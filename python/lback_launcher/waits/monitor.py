"""Watches the statement that runs, and reports what it waits for.

A thread looks whether a statement has run for longer than a second. Only then it connects to the
server, and asks what the statement waits for and how far it has come.
"""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import TYPE_CHECKING

from ..compat import drivers
from ..diagnostics import ignored, summary

if TYPE_CHECKING:
    from typing import Any, Callable, Protocol

    from .lock_wait import LockWait, View

    class Reporter(Protocol):
        """A run on one database."""

        def report(self, kind: str, **values: Any) -> None:
            """Reports something of the run's database."""


#: Seconds after which a statement counts as one that waits or takes long.
PATIENCE = 1.0
#: Seconds between two looks at the process itself, which cost next to nothing.
POLL = 0.1
#: Seconds between two questions to the server.
INTERVAL = 1.0
#: Seconds after which a wait is reported again.
AGAIN = 60.0


class Running:
    """A statement that runs."""

    def __init__(self, statement: str) -> None:
        self.statement = statement
        self.began = time.monotonic()

    def seconds(self) -> float:
        """Returns how long it has run."""
        return time.monotonic() - self.began


class Monitor:
    """The thread that watches the statements of one connection."""

    def __init__(
        self,
        run: Reporter,
        connection: Any,
        view: Callable[[], View | None],
        patience: float,
        head: Callable[[str], str],
        end_after: float | None = None,
        waited_before: float = 0.0,
    ) -> None:
        self.run = run
        self.sqlalchemy = connection
        self.view = view
        self.patience = patience
        self.head = head
        #: Seconds of a wait after which the sessions that block it are ended; `None` for never.
        self.end_after = end_after
        #: Seconds since the first wait of an earlier process of the run.
        self.waited_before = waited_before
        #: The statement that runs; set by the thread of the migration.
        self.running: Running | None = None
        self.ended = threading.Event()
        #: Held while sessions are ended, until it is reported.
        self.ending = threading.Lock()
        #: Whether the server can't be asked.
        self.is_blind = False
        self.thread = threading.Thread(target=self.watch, name="lback-waits", daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        self.thread.start()

    def watch(self) -> None:
        """Follows each statement that takes long. Never raises."""
        poll = min(POLL, self.patience / 2)
        while not self.ended.wait(poll):
            running = self.running
            if running is None or self.is_blind or running.seconds() < self.patience:
                continue
            try:
                in_own_loop(self.sqlalchemy.dialect, partial(self.follow, running))
            except Exception as error:
                self.is_blind = True
                ignored(error, "a statement that can't be watched runs as without lback")
                self.run.report("wait_unseen", why=summary(error))

    def follow(self, running: Running) -> None:
        """Reports what a statement waits for, until it ends."""
        view = self.view()
        if view is None:
            self.ended.wait(INTERVAL)
            return
        with SecondConnection(self.sqlalchemy) as connection:
            Follower(self, running, view).follow(connection)

    def statement_ended(self) -> None:
        """Notes that the statement has ended. An ended session is reported before that."""
        if self.end_after is None:
            self.running = None
            return
        with self.ending:
            self.running = None

    def is_running(self, running: Running) -> bool:
        """Returns whether a statement still runs."""
        return self.running is running and not self.ended.is_set()


class Follower:
    """Follows one statement to its end."""

    def __init__(self, monitor: Monitor, running: Running, view: View) -> None:
        self.monitor = monitor
        self.running = running
        self.view = view
        self.head = monitor.head(running.statement)
        #: The wait that was reported last, and when.
        self.reported: LockWait | None = None
        self.at = 0.0
        self.since = 0.0

    def follow(self, connection: Any) -> None:
        """Asks the server again and again."""
        monitor, running = self.monitor, self.running
        while monitor.is_running(running):
            seconds = running.seconds()
            wait = self.view.wait(connection, seconds)
            if not monitor.is_running(running):
                break
            if wait is not None:
                self.waits_or_ends(connection, wait, seconds)
            else:
                self.works(connection, seconds)
            connection.rollback()
            until = time.monotonic() + min(INTERVAL, monitor.patience)
            while monitor.is_running(running) and time.monotonic() < until:
                monitor.ended.wait(min(POLL, monitor.patience / 2))
        self.wait_ended()

    def waits_or_ends(self, connection: Any, wait: LockWait, seconds: float) -> None:
        """Reports a wait, and ends the sessions that block if it has lasted for long enough."""
        monitor = self.monitor
        after = monitor.end_after
        if after is None or monitor.waited_before + seconds < after:
            self.waits(wait, seconds)
            return
        with monitor.ending:
            if monitor.is_running(self.running):
                self.waits(self.view.end(connection, wait, after), seconds)

    def waits(self, wait: LockWait, seconds: float) -> None:
        """Reports a wait that is new, or another one, or long."""
        is_known = self.reported is not None and self.reported.identity() == wait.identity()
        if is_known and time.monotonic() - self.at < AGAIN:
            return
        if self.reported is None:
            self.since = self.running.began
        self.reported, self.at = wait, time.monotonic()
        self.monitor.run.report(
            "lock_wait",
            seconds=round(seconds, 3),
            statement=self.head,
            table=wait.table,
            lock=wait.lock,
            blockers=[blocker.report() for blocker in wait.blockers],
            why=wait.why,
        )

    def works(self, connection: Any, seconds: float) -> None:
        """Reports how far a statement has come that doesn't wait."""
        self.wait_ended()
        progress = self.view.progress(connection)
        self.monitor.run.report(
            "statement_runs",
            seconds=round(seconds, 3),
            statement=self.head,
            phase=None if progress is None else progress.phase,
            percent=None if progress is None else progress.percent,
        )

    def wait_ended(self) -> None:
        """Reports that the statement doesn't wait any more."""
        if self.reported is None:
            return
        self.reported = None
        seconds = round(time.monotonic() - self.since, 3)
        self.monitor.run.report("lock_wait_ended", seconds=seconds)


class SecondConnection:
    """A connection of the project's engine that the migration doesn't use."""

    def __init__(self, connection: Any) -> None:
        self.sqlalchemy = connection
        self.pooled: Any = None

    def __enter__(self) -> Any:
        self.pooled = self.sqlalchemy.engine.pool.recreate().connect()
        own = drivers.dbapi_connection(self.pooled)
        if own is drivers.dbapi_connection(self.sqlalchemy.connection):
            # A pool of the project's own that has one connection alone.
            self.pooled.detach()
            self.pooled = None
            raise RuntimeError("env.py gives out one connection only")
        return own

    def __exit__(self, *_: object) -> None:
        if self.pooled is None:
            return
        try:
            self.pooled.invalidate()
        except Exception as error:
            ignored(error, "a connection that can't be closed is closed with the process")


def in_own_loop(dialect: Any, act: Callable[[], None]) -> None:
    """Does something in an event loop of this thread, which asynchronous drivers need."""
    if not getattr(dialect, "is_async", False):
        act()
        return
    import asyncio

    from sqlalchemy.util.concurrency import greenlet_spawn

    asyncio.run(greenlet_spawn(act))
