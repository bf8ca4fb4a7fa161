"""Fake columns: a column that a script asks for in a reflected table which no script made may be
there.
"""

from typing import Any, Optional

from sqlalchemy import Column
from sqlalchemy.sql.base import ColumnCollection
from sqlalchemy.types import NullType

from ..model import Name
from . import context


def install() -> None:
    """Has every collection of columns ask whether a column that it lacks may be there. Once in a
    process.
    """
    collection: Any = ColumnCollection
    getitem, getattribute = collection.__getitem__, collection.__getattr__

    def by_key(self: Any, key: Any) -> Any:
        try:
            return getitem(self, key)
        except KeyError:
            column = perhaps(self, key, context.current())
            if column is None:
                raise
            return column

    def by_name(self: Any, key: str) -> Any:
        try:
            return getattribute(self, key)
        except AttributeError:
            column = None if key.startswith("_") else perhaps(self, key, context.current())
            if column is None:
                raise
            return column

    collection.__getitem__, collection.__getattr__ = by_key, by_name


def perhaps(
    columns: Any, key: Any, recorder: Optional[context.Recording]
) -> "Optional[Column[Any]]":
    """Adds a column to the table that a collection belongs to, if the table may have it."""
    if recorder is None or not isinstance(key, str):
        return None
    table = next((getattr(column, "table", None) for column in list(columns)), None)
    table_name = getattr(table, "name", None)
    if table is None or table_name is None or not hasattr(table, "append_column"):
        return None
    known = recorder.schema.find(Name(table_name, getattr(table, "schema", None)))
    if known is not None and not (known.unsure or recorder.schema.unsure):
        return None
    if key in list(table.columns.keys()):
        return None
    recorder.scenario.ask("schema")
    column: Column[Any] = Column(key, NullType())
    table.append_column(column)
    return column
