"""Columns of reflected tables that no script made: any that is asked for may be there."""

from sqlalchemy import Column
from sqlalchemy.sql.base import ColumnCollection
from sqlalchemy.types import NullType

from ..model import Name


def install(recorder):
    """`recorder()` gives the one at work, or `None`."""
    getitem, getattribute = ColumnCollection.__getitem__, ColumnCollection.__getattr__

    def by_key(self, key):
        try:
            return getitem(self, key)
        except KeyError:
            column = perhaps(self, key, recorder())
            if column is None:
                raise
            return column

    def by_name(self, key):
        try:
            return getattribute(self, key)
        except AttributeError:
            column = None if key.startswith("_") else perhaps(self, key, recorder())
            if column is None:
                raise
            return column

    ColumnCollection.__getitem__, ColumnCollection.__getattr__ = by_key, by_name


def perhaps(columns, key, recorder):
    if recorder is None or not isinstance(key, str):
        return None
    for column in list(columns):
        table = getattr(column, "table", None)
        break
    else:
        return None
    name = getattr(table, "name", None)
    if name is None or not hasattr(table, "append_column"):
        return None
    name = Name(name, getattr(table, "schema", None))
    known = recorder.schema.find(name)
    if known is not None and not (known.unsure or recorder.schema.unsure):
        return None
    if key in table.columns.keys():
        return None
    recorder.world.ask("schema")
    column = Column(key, NullType())
    table.append_column(column)
    return column
