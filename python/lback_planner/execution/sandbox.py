"""What the project's code may not do while it is recorded: reach a database, a network, a program, or write a file."""

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

#: Seconds that one run may compute. What it imports counts.
LIMIT = 10.0
#: How much longer it may take by the clock.
PATIENCE = 4


class Forbidden(BaseException):
    """Ends a run. Not an `Exception`: scripts catch those. The text is a fragment of a sentence."""


class TooLong(Forbidden):
    pass


EVENTS = {
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
    "os.putenv": None,
    "shutil.rmtree": "removes a folder",
    "shutil.copyfile": "copies a file",
    "shutil.move": "moves a file",
    "sqlite3.connect": "opens a database connection of its own",
    "smtplib.connect": "sends mail",
    "ftplib.connect": "opens a network connection",
    "urllib.Request": "opens a network connection",
}

active = None
installed = False


def audit(event, arguments):
    if active is None:
        return
    if event == "open":
        path, mode, flags = arguments
        writing = isinstance(mode, str) and any(letter in mode for letter in "wax+")
        if not writing and isinstance(flags, int):
            writing = bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC))
        if writing:
            if path == os.devnull:
                return
            forbid("writes a file")
        active.read(path)
        return
    why = EVENTS.get(event)
    if why is not None:
        if of_standard_library():
            # It asks the system something for its own sake, and can do without.
            raise PermissionError("not while lback looks")
        forbid(why)


#: Modules of Python that start programs to learn about the machine.
CURIOUS = ("platform", "ctypes.util", "uuid", "sysconfig")


def of_standard_library():
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_globals.get("__name__") in CURIOUS:
            return True
        if frame.f_globals.get("__name__") not in ("subprocess", "os", "shutil"):
            return False
        frame = frame.f_back
    return False


def forbid(why):
    if threading.current_thread() is not active.thread:
        raise PermissionError("not while lback looks")
    active.forbidden = active.forbidden or why
    raise Forbidden(why)


class Sandbox:
    """Active between `with`."""

    def __init__(self, limit=None):
        self.limit = LIMIT if limit is None else limit
        self.forbidden = None
        self.files = set()
        self.environ = set()
        self.volatile = False
        self.thread = threading.current_thread()

    def read(self, path):
        # A file that is read decides what happens: the result holds for this content.
        if isinstance(path, bytes):
            path = os.fsdecode(path)
        if isinstance(path, str):
            self.files.add(path)

    @contextlib.contextmanager
    def __call__(self):
        global active, installed
        if not installed:
            sys.addaudithook(audit)
            guard_engines()
            watch_settings()
            installed = True
        outer = active
        saved = sys.stdout, sys.stderr, sys.dont_write_bytecode, logging.root.manager.disable
        environment = dict(os.environ)
        folder = os.getcwd()
        timer = Timer(self.limit)
        sys.stdout, sys.stderr, sys.dont_write_bytecode = io.StringIO(), io.StringIO(), True
        logging.disable(logging.CRITICAL)
        active = self
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                with timer:
                    yield self
        finally:
            active = outer
            sys.stdout, sys.stderr, sys.dont_write_bytecode = saved[:3]
            logging.disable(saved[3])
            if dict(os.environ) != environment:
                os.environ.clear()
                os.environ.update(environment)
            with contextlib.suppress(OSError):
                os.chdir(folder)


class Timer:
    """Interrupts what computes for too long, or takes many times as long by the clock: a machine that is busy shall not change a result."""

    def __init__(self, limit):
        self.limit = limit
        usable = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
        self.timers = ((signal.ITIMER_VIRTUAL, signal.SIGVTALRM, limit), (signal.ITIMER_REAL, signal.SIGALRM, limit * PATIENCE)) if usable else ()

    def __enter__(self):
        self.began = time.monotonic()
        self.before = []
        for timer, number, limit in self.timers:
            handler = signal.signal(number, self.ring)
            self.before.append((handler, signal.setitimer(timer, limit, 0.5)))

    def __exit__(self, *_):
        for (timer, number, _), (handler, rest) in zip(self.timers, self.before):
            signal.setitimer(timer, 0)
            signal.signal(number, handler or signal.SIG_DFL)
            if rest[0]:
                # Somebody else's, which goes on.
                signal.setitimer(timer, max(rest[0] - (time.monotonic() - self.began), 0.001), rest[1])

    def ring(self, *_):
        why = "takes longer than %g seconds" % self.limit
        if active is not None:
            active.forbidden = active.forbidden or why
        raise TooLong(why)


def guard_engines():
    """No engine but a pretended one may connect, nor use a connection that it has."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.pool import Pool

    from .fake_engine import Overrides

    connect = Pool.connect

    def guarded(pool):
        if active is not None and not isinstance(getattr(pool, "_dialect", None), Overrides):
            forbid("opens a database connection of its own")
        return connect(pool)

    Pool.connect = guarded

    @event.listens_for(Engine, "before_cursor_execute")
    def before(connection, cursor, *_):
        if active is not None and not isinstance(connection.dialect, Overrides):
            forbid("uses a database connection of its own")

    for name in ("psycopg", "psycopg2", "pymysql", "MySQLdb", "asyncpg", "mysql.connector", "oracledb", "pyodbc", "pymssql", "cx_Oracle", "mariadb"):
        module = sys.modules.get(name)
        original = getattr(module, "connect", None)
        if original is not None:
            setattr(module, "connect", guarded_connect(original))


def watch_settings():
    """What a script reads of its surroundings decides what it does, too."""
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext

    variable = os._Environ.__getitem__

    def looked_up(self, name):
        if active is not None and isinstance(name, str):
            active.environ.add(name)
        return variable(self, name)

    os._Environ.__getitem__ = looked_up
    for kind, names in ((EnvironmentContext, ("get_x_argument", "get_tag_argument")), (Config, ("get_section", "get_main_option", "get_section_option"))):
        for name in names:
            if hasattr(kind, name):
                setattr(kind, name, watched(getattr(kind, name)))


def watched(original):
    @functools.wraps(original)
    def method(*args, **kwargs):
        if active is not None:
            active.volatile = True
        return original(*args, **kwargs)

    return method


def guarded_connect(original):
    def connect(*args, **kwargs):
        if active is not None:
            forbid("opens a database connection of its own")
        return original(*args, **kwargs)

    return connect
