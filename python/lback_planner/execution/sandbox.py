"""The sandbox of a run: what the project's code may not do while it is recorded.

It may not reach a database, a network or another program, and may not write a file. What it reads
of its surroundings is noted, since the result depends on it.
"""

import contextlib
import functools
import os
import signal
import sys
import threading
import time
from types import FrameType, TracebackType
from typing import Any, Callable, Iterator, List, NoReturn, Optional, Set, Tuple, Type

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

from ..compat import cpython_internals, sqlalchemy_internals
from ..isolation import attempts
from . import deferred, driver_guards, folders, looks, naps, own_engines
from .fake_engine import FakeDialect
from .forbidden_events import (
    WATCHED,
    is_for_its_own_sake,
    is_of_import,
    is_of_others,
    is_written,
    may_be_tried,
    reason,
)
from .quiet import quiet

#: Seconds that one run may compute. What it imports counts. A guard against runs without an end:
#: what a run may do is limited by its steps, so that a slow machine comes to the same result.
LIMIT = 10.0
#: How much longer it may take by the clock.
PATIENCE = 4


class Forbidden(BaseException):
    """Ends a run. Not an `Exception`: scripts catch those. The text is a fragment of a sentence."""


class TooLong(Forbidden):
    """The clock ended a run. What it would have done depends on the machine."""


REFUSAL = "not while lback looks"


def is_of_imports() -> bool:
    """Returns whether Python looks into a folder for a module."""
    frame = cpython_internals.caller(2)
    return frame is not None and frame.f_code.co_filename.startswith("<frozen importlib")


class Sandbox:
    """One run's sandbox, active in a ``with`` of what calling it gives.

    `path` is the script's, for the lines at which something was tried. What is forbidden ends the
    run, unless the sandbox only refuses: then it is as if the system didn't permit it.
    """

    def __init__(
        self, path: str, limit: Optional[float] = None, only_refuses: bool = False
    ) -> None:
        self.path = path
        self.limit = LIMIT if limit is None else limit
        self.only_refuses = only_refuses
        #: What was forbidden, as fragments of sentences, each with the line of the script.
        self.attempts: List[Tuple[str, Optional[int]]] = []
        #: Files that were read, and variables of the environment that were looked up.
        self.files: Set[str] = set()
        self.environ: Set[str] = set()
        #: Whether something was read that can't be named.
        self.volatile = False
        self.thread = threading.current_thread()
        self.threads = set(threading.enumerate())
        self.greenlet = attempts.current_greenlet()

    @property
    def forbidden(self) -> Optional[str]:
        """The cause of the run's end, as a fragment of a sentence; ``None`` without one."""
        return self.attempts[0][0] if self.attempts else None

    def note(self, why: str, frame: Optional[FrameType]) -> None:
        """Notes what was forbidden."""
        attempt = why, attempts.line_of(frame, self.path, self.greenlet)
        if attempt not in self.attempts:
            self.attempts.append(attempt)

    def note_threads(self) -> None:
        """Notes threads that the script leaves: what they do comes too late to be seen."""
        for thread in set(threading.enumerate()) - self.threads:
            function = cpython_internals.function_of_thread(thread)
            code = getattr(function, "__code__", None)
            if function is None or (code is not None and is_of_others(code.co_filename)):
                continue
            line = code.co_firstlineno if code and code.co_filename == self.path else None
            self.attempts.append(("leaves a thread running", line))

    def forbid(self, why: str) -> NoReturn:
        """Ends the run. In a thread of the script's own, it only refuses."""
        self.note(why, cpython_internals.caller(1))
        if self.only_refuses or threading.current_thread() is not self.thread:
            raise PermissionError(REFUSAL)
        raise Forbidden(why)

    def refused(self, why: str, frame: Optional[FrameType]) -> None:
        """Notes what the operating system has refused, and ends the run just after it."""
        self.note(why, frame)
        if not self.only_refuses and threading.current_thread() is self.thread:
            from ..isolation import libc

            libc.raise_in_thread(threading.get_ident(), Forbidden)

    def depends(self) -> None:
        """Notes that something was read that can't be named."""
        self.volatile = True

    def read(self, path: Any) -> None:
        """Notes a file that is read: the result holds for this content."""
        if isinstance(path, bytes):
            path = os.fsdecode(path)
        if isinstance(path, str):
            self.files.add(path)
            if os.path.abspath(path).startswith("/proc/"):
                self.depends()

    @contextlib.contextmanager
    def __call__(self) -> "Iterator[Sandbox]":
        environment, folder = dict(os.environ), os.getcwd()
        try:
            with watching(self), quiet(), Timer(self):
                yield self
        finally:
            if dict(os.environ) != environment:
                os.environ.clear()
                os.environ.update(environment)
            with contextlib.suppress(OSError):
                os.chdir(folder)


class Timer:
    """Interrupts what computes for too long, or takes many times as long by the clock."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.began = 0.0
        #: What was there before: a handler, and the rest of its time.
        self.before: List[Tuple[Any, Tuple[float, float]]] = []
        self.timers: Tuple[Tuple[int, int, float], ...] = ()
        main = threading.current_thread() is threading.main_thread()
        if hasattr(signal, "setitimer") and main:
            limit = sandbox.limit
            self.timers = (
                (signal.ITIMER_VIRTUAL, signal.SIGVTALRM, limit),
                (signal.ITIMER_REAL, signal.SIGALRM, limit * PATIENCE),
            )

    def __enter__(self) -> None:
        self.began = time.monotonic()
        for timer, number, limit in self.timers:
            handler = signal.signal(number, self.ring)
            self.before.append((handler, signal.setitimer(timer, limit, 0.5)))

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        for (timer, number, _), (handler, rest) in zip(self.timers, self.before):
            signal.setitimer(timer, 0)
            signal.signal(number, handler or signal.SIG_DFL)
            if rest[0]:
                # The timer was running before the sandbox. It continues with the time that is left.
                left = rest[0] - (time.monotonic() - self.began)
                signal.setitimer(timer, max(left, 0.001), rest[1])

    def ring(self, number: int, *_: Any) -> None:
        """Ends the run. A timer that rings just as a run ends may stay set: then it is stopped at
        its next ring, since it would end another run.
        """
        if _guards.active is not self.sandbox:
            for timer in (timer for timer, alarm, _ in self.timers if alarm == number):
                signal.setitimer(timer, 0)
            return
        why = "takes longer than %g seconds" % self.sandbox.limit
        self.sandbox.note(why, cpython_internals.caller(1))
        raise TooLong(why)


class Guards:
    """The hooks that watch the process for the active sandbox. They are installed once in a
    process: hooks can't be removed.
    """

    def __init__(self) -> None:
        self.active: Optional[Sandbox] = None
        self.installed = False

    def install(self) -> None:
        """Installs the hooks, unless they are there."""
        if self.installed:
            return
        self.installed = True
        folders.name_temporary()
        sys.addaudithook(self.audit)
        attempts.listen(self.refused)
        self.guard_engines()
        naps.install(self.is_running)
        own_engines.install(self.forbid)
        driver_guards.install(self.forbid)
        self.watch_settings()
        looks.install(self.looked)
        deferred.install(self.deferred)

    def is_running(self) -> bool:
        """Returns whether a script runs in this thread."""
        active = self.active
        return active is not None and active.thread is threading.current_thread()

    def audit(self, event: str, arguments: Tuple[Any, ...]) -> None:
        """Called by Python for whatever may matter to security."""
        active = self.active
        if event == "os.mkdir":
            # Modules are imported beside the scripts as well, where no sandbox is active.
            folders.refuse_existing(*arguments)
        if active is None or event not in WATCHED:
            return
        if event == "open" and not is_written(*arguments[1:]):
            active.read(arguments[0])
            return
        if event == "open" and arguments[0] == os.devnull:
            return
        if event in ("os.listdir", "os.scandir"):
            if not is_of_imports():
                active.read(looks.folder_of(arguments[0]))
            return
        frame = cpython_internals.caller(1)
        if is_for_its_own_sake(frame):
            raise PermissionError(REFUSAL)
        if may_be_tried(event, arguments) and is_of_import(frame, active.path):
            raise PermissionError(REFUSAL)
        why = reason(event, frame)
        if why is not None:
            active.forbid(why)

    def refused(self, why: str, frame: Optional[FrameType]) -> bool:
        """Called for each system call that the barrier has refused."""
        if is_for_its_own_sake(frame):
            return True
        if self.active is None:
            return False
        self.active.refused(why, frame)
        return True

    def forbid(self, why: str) -> None:
        """Called by what stands in the place of something forbidden."""
        if self.active is not None:
            self.active.forbid(why)

    def guard_engines(self) -> None:
        """Keeps every engine but a fake one from connecting, and from using a connection that it
        has.
        """
        pool: Any = Pool
        connect = pool.connect

        def guarded(pool: Any) -> Any:
            dialect = sqlalchemy_internals.dialect_of_pool(pool)
            if self.active is not None and not isinstance(dialect, FakeDialect):
                self.active.forbid("opens a database connection of its own")
            return connect(pool)

        pool.connect = guarded

        @sqlalchemy_event.listens_for(Engine, "before_cursor_execute")
        def before(connection: Any, cursor: Any, *_: Any) -> None:
            if self.active is not None and not isinstance(connection.dialect, FakeDialect):
                attempts.spoil()
                self.active.forbid("uses a database connection of its own")

    def watch_settings(self) -> None:
        """Notes what a script reads of its surroundings: that decides what it does, too."""

        def seen(name: str) -> None:
            if self.active is not None:
                self.active.environ.add(name)

        cpython_internals.watch_environment(seen)
        for kind, names in SETTINGS:
            for name in names:
                if hasattr(kind, name):
                    setattr(kind, name, self.watched(getattr(kind, name)))

    def deferred(self, why: str, frame: FrameType) -> None:
        """Called when a script has something called later. Modules that it imports may do so."""
        active, code = self.active, frame.f_code
        if active is not None and (code.co_filename == active.path or code.co_name != "<module>"):
            active.note(why, frame)

    def looked(self, entry: str) -> None:
        """Called with an entry for what a script looks at of a file without reading it."""
        if self.active is not None:
            self.active.files.add(entry)

    def watched(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def method(*args: Any, **kwargs: Any) -> Any:
            if self.active is not None:
                self.active.volatile = True
            return original(*args, **kwargs)

        return method


SETTINGS: Tuple[Tuple[Type[Any], Tuple[str, ...]], ...] = (
    (EnvironmentContext, ("get_x_argument", "get_tag_argument")),
    (Config, ("get_section", "get_main_option", "get_section_option")),
)

_guards = Guards()


@contextlib.contextmanager
def watching(sandbox: Sandbox) -> Iterator[Sandbox]:
    """Has a sandbox note and refuse what is tried, and change nothing else."""
    install()
    outer, _guards.active = _guards.active, sandbox
    try:
        yield sandbox
    finally:
        _guards.active = outer


def install() -> None:
    """Installs the hooks, before any script is loaded: it may take a driver's function by name."""
    _guards.install()
