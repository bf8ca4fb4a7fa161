"""Ways to a database through its drivers, and what is open before a plan."""

from typing import Dict

from way import Way

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
# C functions that are at hand before a script runs, memory that a script could make writable, and
# more sockets than are told apart one by one.
import ctypes
C = ctypes.CDLL(None)
C.mmap.restype = ctypes.c_void_p
FORK, DAEMON = C.fork, C.daemon
MAPPED_FILE = os.open(os.path.join(FOLDER, 'victim'), os.O_RDWR)
MAPPED = ctypes.c_void_p(C.mmap(None, 4096, 1, 1, MAPPED_FILE, ctypes.c_long(0)))
SOCKETS = [socket.socketpair() for _ in range(40)]
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
