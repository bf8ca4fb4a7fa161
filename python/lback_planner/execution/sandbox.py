"""The sandbox of a run: what the project's code may not do while it is recorded.

It may not reach a database, a network or another program, and may not write a file. What it reads
of its surroundings is noted, since the result depends on it.
"""

import contextlib
import functools
import io
import logging
import os
import signal
import sys
import threading
import time
import warnings
from types import TracebackType
from typing import Any, Callable, Dict, Iterator, List, NoReturn, Optional, Set, Tuple, Type

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

from ..compat import cpython_internals, sqlalchemy_internals
from .fake_engine import FakeDialect

#: Seconds that one run may compute. What it imports counts. A guard against runs without an end:
#: what a run may do is limited by its steps, so that a slow machine comes to the same result.
LIMIT = 10.0
#: How much longer it may take by the clock.
PATIENCE = 4


class Forbidden(BaseException):
    """Ends a run. Not an `Exception`: scripts catch those. The text is a fragment of a sentence."""


class TooLong(Forbidden):
    """The clock ended a run. What it would have done depends on the machine."""


#: Events of Python's audit hooks that end a run, with what the script does then.
EVENTS: Dict[str, str] = {
    "socket.connect": "opens a network connection",
    "socket.getaddrinfo": "looks up an address on the network",
    "socket.bind": "listens on the network",
    "socket.sendto": "sends something over the network",
    "subprocess.Popen": "starts a program",
    "os.system": "starts a program",
    "os.exec": "starts a program",
    "os.posix_spawn": "starts a program",
    "os.spawn": "starts a program",
    "os.fork": "makes another process",
    "os.forkpty": "makes another process",
    "pty.spawn": "starts a program",
    "os.remove": "removes a file",
    "os.rename": "renames a file",
    "os.mkdir": "makes a folder",
    "os.rmdir": "removes a folder",
    "os.link": "makes a link",
    "os.symlink": "makes a link",
    "os.truncate": "writes a file",
    "os.chmod": "changes a file",
    "os.chown": "changes a file",
    "os.kill": "sends a signal",
    "shutil.rmtree": "removes a folder",
    "shutil.copyfile": "copies a file",
    "shutil.move": "moves a file",
    "sqlite3.connect": "opens a database connection of its own",
    "smtplib.connect": "sends mail",
    "ftplib.connect": "opens a network connection",
    "urllib.Request": "opens a network connection",
}

#: Modules of Python that start programs to learn about the machine.
CURIOUS = ("platform", "ctypes.util", "uuid", "sysconfig")
REFUSAL = "not while lback looks"
OWN_CONNECTION = "opens a database connection of its own"


def is_for_its_own_sake() -> bool:
    """Returns whether a module of Python's asks the system something that it can do without."""
    frame = cpython_internals.caller(2)
    while frame is not None:
        if frame.f_globals.get("__name__") in CURIOUS:
            return True
        if frame.f_globals.get("__name__") not in ("subprocess", "os", "shutil"):
            return False
        if frame.f_back is None:
            break
        frame = frame.f_back
    return False


class Sandbox:
    """One run's sandbox, active in a ``with`` of what calling it gives."""

    def __init__(self, limit: Optional[float] = None) -> None:
        self.limit = LIMIT if limit is None else limit
        #: What ended the run, as a fragment of a sentence; ``None`` while nothing has.
        self.forbidden: Optional[str] = None
        #: Files that were read, and variables of the environment that were looked up.
        self.files: Set[str] = set()
        self.environ: Set[str] = set()
        #: Whether something was read that can't be named.
        self.volatile = False
        self.thread = threading.current_thread()

    def forbid(self, why: str) -> NoReturn:
        """Ends the run. In a thread of the script's own, it only refuses."""
        if threading.current_thread() is not self.thread:
            raise PermissionError(REFUSAL)
        self.forbidden = self.forbidden or why
        raise Forbidden(why)

    def read(self, path: Any) -> None:
        """Notes a file that is read: the result holds for this content."""
        if isinstance(path, bytes):
            path = os.fsdecode(path)
        if isinstance(path, str):
            self.files.add(path)

    def open(self, path: Any, mode: Any, flags: Any) -> None:
        """Lets a file be read, and no other than the null device be written."""
        writing = isinstance(mode, str) and any(letter in mode for letter in "wax+")
        if not writing and isinstance(flags, int):
            writing = bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC))
        if not writing:
            self.read(path)
        elif path != os.devnull:
            self.forbid("writes a file")

    @contextlib.contextmanager
    def __call__(self) -> "Iterator[Sandbox]":
        _guards.install()
        outer, _guards.active = _guards.active, self
        environment, folder = dict(os.environ), os.getcwd()
        try:
            with quiet(), Timer(self):
                yield self
        finally:
            _guards.active = outer
            if dict(os.environ) != environment:
                os.environ.clear()
                os.environ.update(environment)
            with contextlib.suppress(OSError):
                os.chdir(folder)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Discards what a script prints, logs and warns of, and keeps Python from writing compiled
    files.
    """
    saved = sys.stdout, sys.stderr, sys.dont_write_bytecode, logging.root.manager.disable
    sys.stdout, sys.stderr, sys.dont_write_bytecode = io.StringIO(), io.StringIO(), True
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.stdout, sys.stderr, sys.dont_write_bytecode = saved[:3]
        logging.disable(saved[3])


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

    def ring(self, *_: Any) -> NoReturn:
        why = "takes longer than %g seconds" % self.sandbox.limit
        self.sandbox.forbidden = self.sandbox.forbidden or why
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
        sys.addaudithook(self.audit)
        self.guard_engines()
        self.guard_drivers()
        self.watch_settings()

    def audit(self, event: str, arguments: Tuple[Any, ...]) -> None:
        """Called by Python for whatever may matter to security."""
        active = self.active
        if active is None:
            return
        if event == "open":
            active.open(*arguments)
            return
        why = EVENTS.get(event)
        if why is not None:
            if is_for_its_own_sake():
                raise PermissionError(REFUSAL)
            active.forbid(why)

    def guard_engines(self) -> None:
        """Keeps every engine but a fake one from connecting, and from using a connection that it
        has.
        """
        pool: Any = Pool
        connect = pool.connect

        def guarded(pool: Any) -> Any:
            dialect = sqlalchemy_internals.dialect_of_pool(pool)
            if self.active is not None and not isinstance(dialect, FakeDialect):
                self.active.forbid(OWN_CONNECTION)
            return connect(pool)

        pool.connect = guarded

        @sqlalchemy_event.listens_for(Engine, "before_cursor_execute")
        def before(connection: Any, cursor: Any, *_: Any) -> None:
            if self.active is not None and not isinstance(connection.dialect, FakeDialect):
                self.active.forbid("uses a database connection of its own")

    def guard_drivers(self) -> None:
        """Keeps the drivers that are loaded from connecting."""
        for name in DRIVERS:
            module = sys.modules.get(name)
            original = getattr(module, "connect", None)
            if original is not None:
                setattr(module, "connect", self.guarded_connect(original))

    def guarded_connect(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def connect(*args: Any, **kwargs: Any) -> Any:
            if self.active is not None:
                self.active.forbid(OWN_CONNECTION)
            return original(*args, **kwargs)

        return connect

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

    def watched(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def method(*args: Any, **kwargs: Any) -> Any:
            if self.active is not None:
                self.active.volatile = True
            return original(*args, **kwargs)

        return method


DRIVERS = (
    "psycopg", "psycopg2", "pymysql", "MySQLdb", "asyncpg", "mysql.connector", "oracledb", "pyodbc",
    "pymssql",
    "cx_Oracle", "mariadb",
)  # fmt: skip
SETTINGS: Tuple[Tuple[Type[Any], Tuple[str, ...]], ...] = (
    (EnvironmentContext, ("get_x_argument", "get_tag_argument")),
    (Config, ("get_section", "get_main_option", "get_section_option")),
)

_guards = Guards()
