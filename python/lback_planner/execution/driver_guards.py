"""Guards in front of what reaches a database, a program or a device without an audit event.

Drivers in C report nothing to Python. Their entry points are replaced, in the modules that are
loaded and in those that are imported later. A function that was taken by name before still works:
the operating system's barrier stops that one.
"""

import functools
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, cast

from ..diagnostics import ignored

Forbid = Callable[[str], None]

OWN_CONNECTION = "opens a database connection of its own"
PROGRAM, DEVICE = "starts a program", "makes a file"
FOREIGN = "calls code that isn't Python's"

#: The entry points of drivers, by module.
DRIVERS: Dict[str, str] = {
    "psycopg": "connect Connection.connect AsyncConnection.connect",
    "psycopg.connection": "Connection.connect",
    "psycopg.connection_async": "AsyncConnection.connect",
    "psycopg.generators": "connect",
    "psycopg.pq": "PGconn.connect PGconn.connect_start",
    "psycopg2": "connect _connect",
    "psycopg2._psycopg": "_connect",
    "psycopg2cffi": "connect",
    "psycopg_pool": "ConnectionPool.open AsyncConnectionPool.open",
    "asyncpg": "connect create_pool",
    "asyncpg.connection": "connect",
    "asyncpg.connect_utils": "_connect",
    "pg8000": "connect",
    "pg8000.dbapi": "connect Connection.__init__",
    "pg8000.legacy": "Connection.__init__",
    "pg8000.native": "Connection.__init__",
    "pg8000.core": "CoreConnection.__init__",
    "pygresql": "connect",
    "pg": "connect DB.__init__",
    "pgdb": "connect",
    "pymysql": "connect Connect",
    "pymysql.connections": "Connection.__init__ Connection.connect",
    "MySQLdb": "connect Connect Connection",
    "MySQLdb.connections": "Connection.__init__",
    "MySQLdb._mysql": "connect",
    "asyncmy": "connect create_pool",
    "asyncmy.connection": "connect",
    "aiomysql": "connect create_pool",
    "aiomysql.connection": "connect Connection.__init__",
    "cymysql": "connect Connect",
    "mysql.connector": "connect Connect",
    "mysql.connector.pooling": "connect",
    "mysql.connector.connection": "MySQLConnection.connect",
    "mysql.connector.connection_cext": "CMySQLConnection.connect",
    "mariadb": "connect Connection",
    "sqlite3": "connect",
    "sqlite3.dbapi2": "connect",
    "pysqlite3": "connect",
    "pysqlite3.dbapi2": "connect",
    "sqlcipher3": "connect",
    "sqlcipher3.dbapi2": "connect",
    "apsw": "Connection",
    "aiosqlite": "connect",
    "aiosqlite.core": "connect",
    "duckdb": "connect",
    "oracledb": "connect connect_async create_pool create_pool_async",
    "cx_Oracle": "connect Connection SessionPool",
    "pyodbc": "connect",
    "aioodbc": "connect create_pool",
    "turbodbc": "connect",
    "pymssql": "connect",
    "pytds": "connect",
    "mssql_python": "connect",
    "adbc_driver_manager.dbapi": "connect",
    "snowflake.connector": "connect",
    "redshift_connector": "connect",
    "clickhouse_driver": "connect",
    "clickhouse_driver.dbapi": "connect",
    "ibm_db": "connect pconnect",
    "ibm_db_dbi": "connect",
    "hdbcli.dbapi": "connect",
    "firebird.driver": "connect",
    "fdb": "connect",
    "trino.dbapi": "connect",
}

#: Other functions of C that no audit event reports.
OTHERS: Dict[str, Tuple[str, str]] = {
    "os": (DEVICE, "mkfifo mknod"),
    "posix": (DEVICE, "mkfifo mknod"),
    "_posixsubprocess": (PROGRAM, "fork_exec"),
    "subprocess": (PROGRAM, "_fork_exec"),
    "cffi": (FOREIGN, "FFI.dlopen FFI.verify"),
    "cffi.api": (FOREIGN, "FFI.dlopen FFI.verify"),
    "_cffi_backend": (FOREIGN, "load_library"),
}


def install(forbid: Forbid) -> None:
    """Guards the modules that are loaded, and those that will be."""
    guards = Guards(forbid)
    for name in guards.names():
        module = sys.modules.get(name)
        if module is not None:
            guards.guard(module, name)
    finder: Any = Finder(guards)
    sys.meta_path.insert(0, finder)


class Guards:
    """Replaces entry points. `forbid` raises while a script runs."""

    def __init__(self, forbid: Forbid) -> None:
        self.forbid = forbid

    def names(self) -> List[str]:
        return [*DRIVERS, *OTHERS]

    def has(self, name: str) -> bool:
        return name in DRIVERS or name in OTHERS

    def guard(self, module: ModuleType, name: str) -> None:
        """Replaces the entry points of a module."""
        why, words = OTHERS[name] if name in OTHERS else (OWN_CONNECTION, DRIVERS[name])
        for word in words.split():
            try:
                self.replace(module, word, "%s (`%s.%s`)" % (why, name, word))
            except (AttributeError, TypeError) as error:
                ignored(error, "another version has it elsewhere, or it can't be replaced")

    def replace(self, module: Any, word: str, why: str) -> None:
        owner, _, attribute = word.rpartition(".")
        holder = getattr(module, owner) if owner else module
        found = holder.__dict__[attribute] if owner else getattr(holder, attribute, None)
        if found is None or getattr(found, "of_lback", False):
            return
        if isinstance(found, (classmethod, staticmethod)):
            kind: Any = type(found)
            setattr(holder, attribute, kind(self.guarded(found.__func__, why)))
        elif not isinstance(found, type):
            setattr(holder, attribute, self.guarded(found, why))

    def guarded(self, original: Any, why: str) -> Any:
        """Returns a function that is forbidden while a script runs."""

        def guarded(*args: Any, **kwargs: Any) -> Any:
            self.forbid(why)
            return original(*args, **kwargs)

        try:
            functools.update_wrapper(guarded, original)
        except (AttributeError, TypeError) as error:
            ignored(error, "a function of C need not have all that is copied")
        guarded.of_lback = True  # type: ignore[attr-defined]
        return guarded


class Finder:
    """Has drivers guarded as soon as they are imported."""

    def __init__(self, guards: Guards) -> None:
        self.guards = guards

    def find_spec(
        self, name: str, path: Optional[Sequence[str]], target: Optional[ModuleType] = None
    ) -> Optional[ModuleSpec]:
        if not self.guards.has(name):
            return None
        for finder in sys.meta_path:
            find = None if finder is self else getattr(finder, "find_spec", None)
            spec = None if find is None else find(name, path, target)
            if spec is not None:
                if spec.loader is not None and hasattr(spec.loader, "exec_module"):
                    spec.loader = cast(Any, Loader(spec.loader, self.guards))
                return spec  # type: ignore[no-any-return]
        return None


class Loader:
    """Loads a module by its own loader, and guards it."""

    def __init__(self, own: Any, guards: Guards) -> None:
        self.own = own
        self.guards = guards

    def create_module(self, spec: ModuleSpec) -> Optional[ModuleType]:
        found: Optional[ModuleType] = self.own.create_module(spec)
        return found

    def exec_module(self, module: ModuleType) -> None:
        # Nothing shows that this was between.
        module.__loader__ = self.own
        if module.__spec__ is not None:
            module.__spec__.loader = self.own
        self.own.exec_module(module)
        self.guards.guard(module, module.__name__)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.own, name)
