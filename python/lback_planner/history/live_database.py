"""Questions of the planner to the live database, before any script runs."""

import contextlib
import sqlite3
from typing import Any, Dict, List, Optional, Tuple

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from ..compat import alembic_internals, sqlalchemy_internals
from ..diagnostics import ignored
from ..schema.search_path import Place
from ..schema.state import Schema


class LiveDatabase:
    """The answers of one database. Each question is asked once.

    Behind the barrier there is no connection: all must be asked before.
    """

    def __init__(self, context: MigrationContext) -> None:
        self.context = context
        self._enforces_keys: Optional[bool] = None
        self._switches_keys: Optional[bool] = None
        self._may_leave_keys: Optional[bool] = None
        self._table_names: Dict[Optional[str], List[str]] = {}
        self._was_placed = False
        self._place: Optional[Place] = None

    def empty_schema(self) -> Schema:
        """Returns the schema before the first revision, on this server."""
        schema = Schema()
        schema.enforces_keys = schema.keys_by_live = self.enforces_keys()
        schema.switches_keys = self.switches_keys()
        schema.may_leave_keys = self.may_leave_keys()
        schema.place = self.place()
        schema.version = server_version(self.context)
        schema.is_mariadb = is_mariadb(self.context)
        return schema

    def enforces_keys(self) -> bool:
        """Returns whether SQLite may be enforcing foreign keys on the live connection."""
        if self._enforces_keys is None:
            self._enforces_keys = enforces_keys(self.context)
        return self._enforces_keys

    def switches_keys(self) -> bool:
        """Returns whether `PRAGMA foreign_keys` surely counts at the start of each step."""
        if self._switches_keys is None:
            self._switches_keys = switches_keys(self.context)
        return self._switches_keys

    def may_leave_keys(self) -> bool:
        """Returns whether a script of the history names SQLite's switch of foreign keys."""
        if self._may_leave_keys is None:
            self._may_leave_keys = may_leave_keys(self.context)
        return self._may_leave_keys

    def place(self) -> Optional[Place]:
        """Returns what the connection says of its search path, `None` where there is none."""
        if not self._was_placed:
            self._was_placed = True
            self._place = place_of(self.context)
        return self._place

    def table_names(self, schema: Optional[str]) -> List[str]:
        """Returns the names of the tables of a schema, none if the database can't be asked."""
        found = self._table_names.get(schema)
        if found is None:
            found = self._table_names[schema] = table_names(self.context, schema)
        return found


def runs_in_transaction(script: ScriptDirectory, context: MigrationContext) -> bool:
    """Returns whether PostgreSQL surely runs the scripts within a transaction."""
    live: Any = getattr(context, "connection", None)
    if context.dialect.name != "postgresql" or live is None:
        return False
    try:
        options = dict(live.get_execution_options(), **live.engine.get_execution_options())
        with open(script.env_py_location, encoding="utf-8") as file:
            text = file.read().lower()
    except Exception as error:
        ignored(error, "a connection that can't be asked may commit each statement")
        return False
    # An engine has no public word for the isolation level that it was made with.
    return "autocommit" not in text and "isolation_level" not in options


def server_version(context: MigrationContext) -> Tuple[int, ...]:
    """Returns the numbers of the server's version, empty if it isn't known."""
    found = getattr(context.dialect, "server_version_info", None) or ()
    numbers = [part for part in found if isinstance(part, int)]
    return tuple(numbers)


def is_mariadb(context: MigrationContext) -> bool:
    """Returns whether the server is MariaDB."""
    return bool(getattr(context.dialect, "is_mariadb", False))


def enforces_keys(context: MigrationContext) -> bool:
    """Asks SQLite below SQLAlchemy, so that no transaction begins."""
    if context.dialect.name != "sqlite":
        return False
    live: Any = getattr(context, "connection", None)
    if live is None or getattr(context.dialect, "is_async", False):
        return True
    try:
        with contextlib.closing(live.connection.cursor()) as cursor:
            return bool(cursor.execute("PRAGMA foreign_keys").fetchone()[0])
    except Exception as error:
        ignored(error, "a connection that can't be asked may enforce them")
        return True


def switches_keys(context: MigrationContext) -> bool:
    """Returns whether each step has a transaction of its own, which Python's driver begins as late
    as with the first statement that writes.
    """
    live: Any = getattr(context, "connection", None)
    if live is None or context.dialect.name != "sqlite" or alembic_internals.is_in_others(context):
        return False
    try:
        driver = live.connection.dbapi_connection
        if not isinstance(driver, sqlite3.Connection) or sqlalchemy_internals.on_begin(live):
            return False
        is_usual = driver.isolation_level is not None and not driver.in_transaction
        # From Python 3.12 on, -1 is the usual way.
        return is_usual and getattr(driver, "autocommit", -1) == -1
    except Exception as error:
        ignored(error, "a connection that can't be asked may begin transactions early")
        return False


def may_leave_keys(context: MigrationContext) -> bool:
    environment = alembic_internals.environment_of(context)
    if context.dialect.name != "sqlite" or environment is None:
        return False
    for script in alembic_internals.all_revisions(environment.script):
        try:
            with open(script.path, "rb") as file:
                if b"foreign_keys" in file.read().lower():
                    return True
        except OSError as error:
            ignored(error, "a script that can't be read has no text")
    return False


def table_names(context: MigrationContext, schema: Optional[str]) -> List[str]:
    try:
        from sqlalchemy import inspect

        inspector: Any = inspect(context.connection)
        return list(inspector.get_table_names(schema=schema))
    except Exception as error:
        ignored(error, "without the database's answer, the scripts tell whether it is a table")
        return []


def place_of(context: MigrationContext) -> Optional[Place]:
    """Asks PostgreSQL where names without a schema are looked for."""
    live: Any = getattr(context, "connection", None)
    if live is None or context.dialect.name != "postgresql":
        return None
    try:
        if live.dialect.name != "postgresql":
            return None
        path = column_of(live, "select unnest(current_schemas(false))::text")
        return Place(
            path,
            column_of(live, "select nspname::text from pg_catalog.pg_namespace order by 1"),
            tables_of_path(live, path, context.dialect.default_schema_name),
            column_of(live, "select current_user::text")[0],
            parts_of(column_of(live, "select current_setting('search_path')")[0]),
        )
    except Exception as error:
        ignored(error, "without the database's answer, names mean the default schema")
        return None


def parts_of(setting: str) -> List[str]:
    """Returns the schemas of a search path as it is set."""
    return [part.strip().strip('"') for part in setting.split(",")]


def tables_of_path(live: Any, path: List[str], default: Optional[str]) -> Dict[str, List[str]]:
    """Returns the tables and views of a path that is more than the default schema."""
    if path == [default]:
        return {}
    found: Dict[str, List[str]] = {}
    for schema in path:
        found[schema] = column_of(
            live,
            "select relname::text from pg_catalog.pg_class where relkind in ('r','p','v','m','f')"
            " and relnamespace = (select oid from pg_catalog.pg_namespace where nspname = '%s')"
            % schema.replace("'", "''").replace("%", "%%"),
        )
    return found


def column_of(live: Any, text: str) -> List[str]:
    return [str(row[0]) for row in live.exec_driver_sql(text)]
