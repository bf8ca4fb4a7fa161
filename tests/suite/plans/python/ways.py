"""Writes version scripts that each try one way to reach a database, a file, a process or a network.

    python ways.py scripts FOLDER DRIVER URL ADDRESS [WORD]   writes the scripts and env.py
    python ways.py state FOLDER                               prints what a plan must not change

Each script tries one thing, in the line that ends with `# here`, and swallows what comes of it.
DRIVER is that of env.py, URL the database's (for psycopg or PyMySQL), ADDRESS that of a port of the
test's own. With a word, only the ways are written whose name has it.
"""

import hashlib
import os
import sys
import textwrap
from typing import Dict, Iterator, NamedTuple

from sqlalchemy.engine import make_url

SCRIPT = '''\
"""{name}"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {parent!r}

{setting}
{head}


def upgrade() -> None:
    try:
{body}
    except BaseException:
        pass


def downgrade() -> None:
    pass
'''


class Way(NamedTuple):
    """A way, with what comes before the function in its script."""

    body: str
    head: str = ""


#: Ways to a file, a process or a network. `FOLDER` has `victim`, `PORT` is the test's own.
EVERYWHERE: Dict[str, Way] = {
    "file open": Way("open(FOLDER + '/made', 'w')  # here"),
    "file io": Way("import io\nio.FileIO(FOLDER + '/made', 'w')  # here"),
    "file low": Way("os.open(FOLDER + '/made', os.O_CREAT | os.O_RDONLY)  # here", "import os"),
    "file truncating": Way("os.open(FOLDER + '/victim', os.O_TRUNC)  # here", "import os"),
    "file unnamed": Way("os.open(FOLDER, os.O_TMPFILE | os.O_WRONLY)  # here", "import os"),
    "file path": Way("pathlib.Path(FOLDER, 'made').write_text('x')  # here", "import pathlib"),
    "file temporary": Way("tempfile.mkstemp(dir=FOLDER)  # here", "import tempfile"),
    "file lock": Way("multiprocessing.Lock()  # here", "import multiprocessing"),
    "file shared memory": Way(
        "shared_memory.SharedMemory(create=True, size=9)  # here",
        "from multiprocessing import shared_memory",
    ),
    "file dbm": Way("dbm.dumb.open(FOLDER + '/made', 'n')['a'] = 'b'  # here", "import dbm.dumb"),
    "file sqlite": Way("sqlite3.connect(FOLDER + '/made')  # here", "import sqlite3"),
    "file sqlite by name": Way("connect(FOLDER + '/made')  # here", "from sqlite3 import connect"),
    "file sqlite in C": Way("_sqlite3.connect(FOLDER + '/made')  # here", "import _sqlite3"),
    "file sqlite class": Way(
        "sqlite3.Connection(FOLDER + '/made').execute('create table a (b)')  # here",
        "import sqlite3",
    ),
    "file duckdb": Way("duckdb.connect(FOLDER + '/made')  # here", "import duckdb"),
    "file duckdb class": Way(
        'duckdb.sql("copy (select 1) to \'" + FOLDER + "/made\'")  # here', "import duckdb"
    ),
    "file duckdb later": Way("import duckdb\nduckdb.connect(FOLDER + '/made')  # here"),
    "file removed": Way("os.remove(FOLDER + '/victim')  # here", "import os"),
    "file removed in C": Way("posix.unlink(FOLDER + '/victim')  # here", "import posix"),
    "file renamed": Way("os.replace(FOLDER + '/victim', FOLDER + '/made')  # here", "import os"),
    "file truncated": Way("os.truncate(FOLDER + '/victim', 0)  # here", "import os"),
    "file mode": Way("os.chmod(FOLDER + '/victim', 0)  # here", "import os"),
    "file mode by descriptor": Way(
        "os.fchmod(open(FOLDER + '/victim').fileno(), 0)  # here", "import os"
    ),
    "file owner": Way("os.chown(FOLDER + '/victim', 1, 1)  # here", "import os"),
    "file time": Way("os.utime(FOLDER + '/victim', (1, 1))  # here", "import os"),
    "file time by descriptor": Way(
        "os.utime(open(FOLDER + '/victim').fileno(), (1, 1))  # here", "import os"
    ),
    "file touched": Way("pathlib.Path(FOLDER, 'victim').touch()  # here", "import pathlib"),
    "file attribute": Way("os.setxattr(FOLDER + '/victim', 'user.a', b'b')  # here", "import os"),
    "file fifo": Way("os.mkfifo(FOLDER + '/made')  # here", "import os"),
    "file node": Way("os.mknod(FOLDER + '/made')  # here", "import os"),
    "file node in C": Way("mknod(FOLDER + '/made')  # here", "from posix import mknod"),
    "file folder": Way("os.mkdir(FOLDER + '/made')  # here", "import os"),
    "file link": Way("os.link(FOLDER + '/victim', FOLDER + '/made')  # here", "import os"),
    "file symbolic link": Way("os.symlink('/', FOLDER + '/made')  # here", "import os"),
    "file copied": Way(
        "shutil.copy(FOLDER + '/victim', FOLDER + '/made')  # here", "import shutil"
    ),
    "file archived": Way(
        "shutil.make_archive(FOLDER + '/made', 'tar', FOLDER)  # here", "import shutil"
    ),
    "file of a helper": Way("LOG.write('x') and LOG.flush()  # here", "from helper import LOG"),
    "file locked": Way(
        "fcntl.flock(open(FOLDER + '/victim'), fcntl.LOCK_EX)  # here", "import fcntl"
    ),
    "file own memory": Way("open('/proc/self/mem', 'r+b')  # here"),
    "file in a thread": Way(
        "thread = threading.Thread(target=lambda: open(FOLDER + '/made', 'w'))  # here\n"
        "thread.start()\nthread.join()",
        "import threading",
    ),
    "file in a pool": Way(
        "with futures.ThreadPoolExecutor() as pool:\n"
        "    pool.submit(lambda: os.remove(FOLDER + '/victim')).result()  # here",
        "import os\nfrom concurrent import futures",
    ),
    "file logging": Way(
        "logging.handlers.SysLogHandler('/dev/log')  # here", "import logging.handlers"
    ),
    "file in a destructor": Way(
        "class Last:\n"
        "    def __del__(self):\n"
        "        os.remove(FOLDER + '/victim')  # here\n"
        "Last()",
        "import os",
    ),
    "file of the parent": Way("open('/proc/%d/mem' % os.getppid(), 'r+b')  # here", "import os"),
    "file mapped": Way(
        "mmap.mmap(os.open(FOLDER + '/victim', os.O_RDWR), 0)  # here", "import mmap\nimport os"
    ),
    "process shell": Way("os.system('touch %s/made' % FOLDER)  # here", "import os"),
    "process popen": Way("os.popen('touch %s/made' % FOLDER).read()  # here", "import os"),
    "process subprocess": Way(
        "subprocess.run(['touch', FOLDER + '/made'])  # here", "import subprocess"
    ),
    "process by name": Way(
        "run(['touch', FOLDER + '/made'])  # here", "from subprocess import run"
    ),
    "process in C": Way(
        "_posixsubprocess.fork_exec(  # here\n"
        "    [b'touch', FOLDER.encode() + b'/made'], [b'/bin/touch'], True, (), None, None, -1, -1,"
        " -1, -1, -1, -1, *os.pipe(), False, False, 0, None, None, None, -1, None, True)",
        "import _posixsubprocess\nimport os",
    ),
    "process spawned": Way(
        "os.posix_spawn('/bin/touch', ['touch', FOLDER + '/made'], {})  # here", "import os"
    ),
    "process replaced": Way(
        "os.execv('/bin/touch', ['touch', FOLDER + '/made'])  # here", "import os"
    ),
    "process forked": Way(
        "if os.fork() == 0:  # here\n    open(FOLDER + '/made', 'w')\n    os._exit(0)", "import os"
    ),
    "process multiprocessing": Way(
        "multiprocessing.get_context('spawn').Process(target=print).start()  # here",
        "import multiprocessing",
    ),
    "process terminal": Way("pty.fork()  # here", "import pty"),
    "process signal": Way("os.kill(os.getppid(), 0)  # here", "import os"),
    "process group": Way("os.killpg(os.getpgid(0), 0)  # here", "import os"),
    "process pidfd": Way("os.pidfd_open(os.getppid())  # here", "import os"),
    "process limits": Way(
        "resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (9, 9))  # here",
        "import os\nimport resource",
    ),
    "process priority": Way(
        "os.setpriority(os.PRIO_PROCESS, os.getppid(), 1)  # here", "import os"
    ),
    "process foreign": Way("ctypes.CDLL(None).system(b'touch made')  # here", "import ctypes"),
    "process foreign later": Way("import ctypes\nctypes.CDLL('libc.so.6')  # here"),
    "process interpreter": Way(
        "ctypes.pythonapi.PyRun_SimpleString(b'1')  # here", "import ctypes"
    ),
    "network connect": Way("socket.create_connection(ADDRESS)  # here", "import socket"),
    "network connect in C": Way("_socket.socket().connect(ADDRESS)  # here", "import _socket"),
    "network connect result": Way("socket.socket().connect_ex(ADDRESS)  # here", "import socket"),
    "network http": Way(
        "urllib.request.urlopen('http://%s:%d/' % ADDRESS)  # here", "import urllib.request"
    ),
    "network client": Way(
        "http.client.HTTPConnection(*ADDRESS).request('GET', '/')  # here", "import http.client"
    ),
    "network mail": Way("smtplib.SMTP(*ADDRESS)  # here", "import smtplib"),
    "network datagram": Way(
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ADDRESS)  # here", "import socket"
    ),
    "network message": Way(
        "socket.socket(type=socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, ADDRESS)  # here",
        "import socket",
    ),
    "network name": Way("socket.getaddrinfo('localhost', 80)  # here", "import socket"),
    "network listen": Way("socket.create_server(('127.0.0.1', 0))  # here", "import socket"),
    "network asyncio": Way(
        "asyncio.run(asyncio.open_connection(*ADDRESS))  # here", "import asyncio"
    ),
    "network of a helper": Way("SOCKET.sendall(b'x')  # here", "from helper import SOCKET"),
    "network copied from a helper": Way(
        "socket.socket(fileno=os.dup(SOCKET.fileno())).send(b'x')  # here",
        "import os\nimport socket\nfrom helper import SOCKET",
    ),
    "network all descriptors": Way(
        "for number in range(3, 200):\n"
        "    try:\n"
        "        os.write(number, b'x')  # here\n"
        "    except OSError:\n"
        "        pass",
        "import os",
    ),
    "network loop in a thread": Way(
        "thread = threading.Thread(target=lambda: asyncio.run(asyncio.open_connection(*ADDRESS)))"
        "  # here\nthread.start()\nthread.join()",
        "import asyncio\nimport threading",
    ),
    "engine": Way("sa.create_engine(URL).connect()  # here"),
    "engine raw": Way("sa.create_engine(URL).raw_connection()  # here"),
    "engine of a helper": Way(
        "ENGINE.connect().execute(sa.text(DDL))  # here", "from helper import ENGINE"
    ),
    "engine open of a helper": Way(
        "CONNECTION.execute(sa.text(DDL))  # here", "from helper import CONNECTION"
    ),
    "engine open raw": Way(
        "CONNECTION.connection.driver_connection.cursor().execute(DDL)  # here",
        "from helper import CONNECTION",
    ),
    "engine with a creator": Way(
        "sa.create_engine(URL, creator=lambda: open_one()).connect()  # here",
        "from helper import open_one",
    ),
    "the migration's connection": Way(
        "frame = sys._getframe()\n"
        "while frame.f_locals.get('connection') is None or 'env.py' not in frame.f_code.co_filename:\n"
        "    frame = frame.f_back\n"
        "frame.f_locals['connection'].exec_driver_sql(DDL)  # here",
        "import sys",
    ),
    "the migration's own driver": Way(
        "frame = sys._getframe()\n"
        "while frame.f_locals.get('connection') is None or 'env.py' not in frame.f_code.co_filename:\n"
        "    frame = frame.f_back\n"
        "frame.f_locals['connection'].connection.cursor().execute(DDL)  # here",
        "import sys",
    ),
    "the pool of the migration": Way(
        "frame = sys._getframe()\n"
        "while frame.f_locals.get('engine') is None or 'env.py' not in frame.f_code.co_filename:\n"
        "    frame = frame.f_back\n"
        "frame.f_locals['engine'].pool.connect()  # here",
        "import sys",
    ),
    "the objects of the process": Way("gc.get_objects()  # here", "import gc"),
}

#: Ways to a PostgreSQL database.
POSTGRESQL: Dict[str, Way] = {
    "psycopg": Way("psycopg.connect(DSN).execute(DDL)  # here", "import psycopg"),
    "psycopg by name": Way("connect(DSN).execute(DDL)  # here", "from psycopg import connect"),
    "psycopg later": Way("import psycopg\npsycopg.connect(DSN)  # here"),
    "psycopg class": Way("psycopg.Connection.connect(DSN)  # here", "import psycopg"),
    "psycopg asynchronous": Way(
        "asyncio.run(psycopg.AsyncConnection.connect(DSN))  # here",
        "import asyncio\nimport psycopg",
    ),
    "psycopg libpq": Way("pq.PGconn.connect(DSN.encode())  # here", "from psycopg import pq"),
    "psycopg libpq slowly": Way(
        "pq.PGconn.connect_start(DSN.encode())  # here", "from psycopg import pq"
    ),
    "psycopg of a helper": Way("connect_early(DSN)  # here", "from helper import connect_early"),
    "psycopg open": Way("PSYCOPG.execute(DDL)  # here", "from helper import PSYCOPG"),
    "psycopg open libpq": Way(
        "PSYCOPG.pgconn.exec_(DDL.encode())  # here", "from helper import PSYCOPG"
    ),
    "psycopg at loading": Way(
        "pass",
        "try:\n    import psycopg\n    psycopg.connect(DSN)  # here\nexcept Exception:\n    pass",
    ),
    "psycopg at loading, failing": Way(
        "pass", "import psycopg\nOPEN = psycopg.connect(DSN)  # here"
    ),
    "psycopg2": Way("psycopg2.connect(DSN)  # here", "import psycopg2"),
    "psycopg2 by name": Way("connect(DSN)  # here", "from psycopg2 import connect"),
    "psycopg2 in C": Way("psycopg2._psycopg._connect(DSN)  # here", "import psycopg2"),
    "psycopg2 class": Way("extensions.connection(DSN)  # here", "from psycopg2 import extensions"),
    "psycopg subclass": Way(
        "type('Own', (psycopg.Connection,), {}).connect(DSN)  # here", "import psycopg"
    ),
    "psycopg2 anew": Way(
        "found = importlib.util.find_spec('psycopg2')\n"
        "made = importlib.util.module_from_spec(found)\n"
        "found.loader.exec_module(made)\n"
        "made._connect(DSN)  # here",
        "import importlib.util",
    ),
    "psycopg2 of the dialect": Way("op.get_bind().dialect.connect(DSN)  # here"),
    "psycopg2 pool": Way(
        "pool.SimpleConnectionPool(1, 1, DSN)  # here", "from psycopg2 import pool"
    ),
    "psycopg2 open": Way("PSYCOPG2.cursor().execute(DDL)  # here", "from helper import PSYCOPG2"),
    "asyncpg": Way(
        "asyncio.run(asyncpg.connect(ADDRESS_URL))  # here", "import asyncio\nimport asyncpg"
    ),
    "asyncpg later": Way(
        "import asyncio, asyncpg\nasyncio.run(asyncpg.connect(ADDRESS_URL))  # here"
    ),
    "asyncpg pool": Way(
        "asyncio.run(asyncpg.create_pool(ADDRESS_URL).__aenter__())  # here",
        "import asyncio\nimport asyncpg",
    ),
    "pg8000": Way(
        "pg8000.dbapi.connect('postgres', unix_sock=SOCKET_FILE)  # here", "import pg8000.dbapi"
    ),
    "pg8000 native": Way(
        "pg8000.native.Connection('postgres', unix_sock=SOCKET_FILE)  # here",
        "import pg8000.native",
    ),
    "pg8000 open native": Way("PG8000.run(DDL)  # here", "from helper import PG8000"),
    "socket of the server": Way(
        "socket.socket(socket.AF_UNIX).connect(SOCKET_FILE)  # here", "import socket"
    ),
    "async engine": Way(
        "asyncio.run(create_async_engine(URL.replace('psycopg', 'asyncpg')).connect().start())  # here",
        "import asyncio\nfrom sqlalchemy.ext.asyncio import create_async_engine",
    ),
}

#: Ways to a MariaDB database.
MARIADB: Dict[str, Way] = {
    "pymysql": Way("pymysql.connect(**WHERE).cursor().execute(DDL)  # here", "import pymysql"),
    "pymysql by name": Way("connect(**WHERE)  # here", "from pymysql import connect"),
    "pymysql later": Way("import pymysql\npymysql.connect(**WHERE)  # here"),
    "pymysql class": Way(
        "Connection(**WHERE)  # here", "from pymysql.connections import Connection"
    ),
    "pymysql deferred": Way(
        "Connection(defer_connect=True, **WHERE).connect()  # here",
        "from pymysql.connections import Connection",
    ),
    "pymysql open": Way("PYMYSQL.query(DDL)  # here", "from helper import PYMYSQL"),
    "pymysql at loading": Way("pass", "import pymysql\nOPEN = pymysql.connect(**WHERE)  # here"),
    "asyncmy": Way(
        "asyncio.run(asyncmy.connect(**WHERE).__aenter__())  # here",
        "import asyncio\nimport asyncmy",
    ),
    "asyncmy class": Way(
        "asyncio.run(Connection(**WHERE).connect())  # here",
        "import asyncio\nfrom asyncmy.connection import Connection",
    ),
    "socket of the server": Way(
        "socket.socket(socket.AF_UNIX).connect(WHERE['unix_socket'])  # here", "import socket"
    ),
}

#: What env.py imports: connections and files that are open before a plan.
HELPER = """
import os
import socket
import sqlalchemy as sa
{setting}
LOG = open(os.path.join(FOLDER, 'log'), 'a')
SOCKET = socket.create_connection(ADDRESS)
ENGINE = sa.create_engine(URL)
CONNECTION = ENGINE.connect()
"""
POSTGRESQL_HELPER = """
import pg8000.native
import psycopg
import psycopg2
from psycopg import connect as connect_early
PSYCOPG = psycopg.connect(DSN, autocommit=True)
PSYCOPG2 = psycopg2.connect(DSN)
PG8000 = pg8000.native.Connection('postgres', unix_sock=SOCKET_FILE)
def open_one():
    return connect_early(DSN)
"""
MARIADB_HELPER = """
import pymysql
PYMYSQL = pymysql.connect(**WHERE)
def open_one():
    return PYMYSQL
"""


#: What is different in env.py for a driver: the URL, arguments, and how it connects.
PLAIN = """
engine = sa.create_engine(PLACE, connect_args=ARGUMENTS)
with engine.connect() as connection:
    run(connection)
"""
ASYNCHRONOUS = """
import asyncio
from sqlalchemy.ext.asyncio import create_async_engine


async def main():
    engine = create_async_engine(PLACE)
    async with engine.connect() as connection:
        await connection.run_sync(run)


asyncio.run(main())
"""
ENV_PY = """
import helper
import sqlalchemy as sa
from alembic import context
{setting}


def run(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()

"""


def setting_of(folder: str, driver: str, text: str, address: str) -> str:
    """Returns the names that all scripts know."""
    url = make_url(text)
    host, port = address.rsplit(":", 1)
    lines = [
        "FOLDER = %r" % folder,
        "URL = %r" % text,
        "ADDRESS = (%r, %s)" % (host, port),
        "DDL = 'create table reached (id integer)'",
    ]
    if driver == "pymysql":
        where = {"user": "root", "database": url.database, "unix_socket": url.query["unix_socket"]}
        return "\n".join([*lines, "WHERE = %r" % where, "PLACE = URL", "ARGUMENTS = {}"])
    place = url.query["host"]
    file = place + "/.s.PGSQL.5432"
    own = "postgresql+%s://postgres@/%s" % (driver, url.database)
    arguments = {"unix_sock": file} if driver == "pg8000" else {}
    lines += [
        "DSN = 'host=%s user=postgres dbname=%s'" % (place, url.database),
        "ADDRESS_URL = 'postgresql://postgres@/%s?host=%s'" % (url.database, place),
        "SOCKET_FILE = %r" % file,
        "PLACE = %r" % (own if arguments else "%s?host=%s" % (own, place)),
        "ARGUMENTS = %r" % arguments,
    ]
    return "\n".join(lines)


def write_scripts(folder: str, driver: str, url: str, address: str, word: str = "") -> None:
    setting = setting_of(folder, driver, url, address)
    mariadb = driver == "pymysql"
    own_helper = MARIADB_HELPER if mariadb else POSTGRESQL_HELPER
    write(folder, "helper.py", HELPER.format(setting=setting) + own_helper)
    connecting = ASYNCHRONOUS if driver == "asyncpg" else PLAIN
    write(folder, "migrations/env.py", ENV_PY.format(setting=setting) + connecting)
    write(folder, "victim", "untouched")
    write(folder, "log", "")
    parent = None
    for name, way in {**EVERYWHERE, **(MARIADB if mariadb else POSTGRESQL)}.items():
        if word not in name:
            continue
        revision = "".join(letter if letter.isalnum() else "_" for letter in name.lower())
        text = SCRIPT.format(
            name=name,
            revision=revision,
            parent=parent,
            setting=setting,
            head=way.head,
            body=textwrap.indent(way.body, " " * 8),
        )
        write(folder, "migrations/versions/%s.py" % revision, text)
        parent = revision


def write(folder: str, name: str, text: str) -> None:
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def state(folder: str) -> Iterator[str]:
    """Yields a line for each file, without what Python compiles and lback keeps."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(set(folders) - {"__pycache__", ".state"})
        for name in sorted(files + folders):
            path = os.path.join(place, name)
            seen = os.lstat(path)
            content = ""
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    content = hashlib.sha256(file.read()).hexdigest()[:12]
            times = "" if os.path.isdir(path) else seen.st_mtime_ns
            yield "%s %o %d %s %s" % (path, seen.st_mode, seen.st_uid, times, content)


if __name__ == "__main__":
    if sys.argv[1] == "scripts":
        write_scripts(*sys.argv[2:])
    else:
        print("\n".join(state(sys.argv[2])))
