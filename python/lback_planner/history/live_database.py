"""Questions of the planner to the live database, before any script runs."""

import contextlib
from typing import Any, Dict, List, Optional

from alembic.runtime.migration import MigrationContext

from ..diagnostics import ignored


class LiveDatabase:
    """The answers of one database. Each question is asked once.

    Behind the barrier there is no connection: all must be asked before.
    """

    def __init__(self, context: MigrationContext) -> None:
        self.context = context
        self._enforces_keys: Optional[bool] = None
        self._table_names: Dict[Optional[str], List[str]] = {}

    def enforces_keys(self) -> bool:
        """Returns whether SQLite may be enforcing foreign keys on the live connection."""
        if self._enforces_keys is None:
            self._enforces_keys = enforces_keys(self.context)
        return self._enforces_keys

    def table_names(self, schema: Optional[str]) -> List[str]:
        """Returns the names of the tables of a schema, none if the database can't be asked."""
        found = self._table_names.get(schema)
        if found is None:
            found = self._table_names[schema] = table_names(self.context, schema)
        return found


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


def table_names(context: MigrationContext, schema: Optional[str]) -> List[str]:
    try:
        from sqlalchemy import inspect

        inspector: Any = inspect(context.connection)
        return list(inspector.get_table_names(schema=schema))
    except Exception as error:
        ignored(error, "without the database's answer, the scripts tell whether it is a table")
        return []
