"""Columns and automatic names as SQLAlchemy reflects them from each kind of database."""

import re
from typing import Any, Dict, List, Optional

import sqlalchemy

from ..schema.dependants import sequence_of
from ..schema.table import Column, Table
from ..schema.type_names import OF_POSTGRESQL
from .written_type import Enums, type_of

MYSQL = ("mysql", "mariadb")

#: Whether this is SQLAlchemy 1, whose SQLite says `auto` of every column.
IS_OLD = sqlalchemy.__version__.startswith("1.")

LITERAL = re.compile(r"^'(?:[^']|'')*'$")


def reflected(
    column: Column, name: str, table: Table, dialect: Any, types: Enums
) -> Dict[str, Any]:
    """Returns a column as `Inspector.get_columns` does."""
    kind = type_of(column.type, dialect, types)
    found: Dict[str, Any] = {
        "name": column.name,
        "type": kind,
        "nullable": bool(column.nullable) and not is_in_key(column, table, dialect),
        "default": default_of(column, name, dialect),
    }
    counts = column.generated in ("auto", "identity")
    if column.generated == "computed":
        found["computed"] = {"sqltext": column.default or "", "persisted": True}
        found["default"] = None
    if column.generated == "identity" and dialect.name == "postgresql":
        found["identity"] = dict(IDENTITY)
    if dialect.name == "sqlite":
        keys = table.primary_key
        found["primary_key"] = keys.index(column.name) + 1 if column.name in keys else 0
        if IS_OLD:
            found["autoincrement"] = "auto"
        return found
    found["comment"] = column.comment
    if dialect.name == "postgresql" or counts or is_integer(kind):
        found["autoincrement"] = counts
    return found


#: What PostgreSQL says of an identity of which nothing else is said.
IDENTITY = {
    "always": False,
    "start": 1,
    "increment": 1,
    "minvalue": 1,
    "maxvalue": 2147483647,
    "cycle": False,
    "cache": 1,
}


def is_integer(kind: Any) -> bool:
    return isinstance(kind, sqlalchemy.types.Integer)


def is_in_key(column: Column, table: Table, dialect: Any) -> bool:
    """Returns whether the primary key makes a column `NOT NULL`. SQLite doesn't."""
    return dialect.name != "sqlite" and column.name in table.primary_key


def default_of(column: Column, table: str, dialect: Any) -> Optional[str]:
    """Returns a default as the database writes it."""
    if column.generated == "auto" and dialect.name == "postgresql":
        return "nextval('%s'::regclass)" % sequence_of(table, column.name)
    default = column.default
    if default is not None and dialect.name in MYSQL:
        return of_scale(default, column.type or "")
    if default is None or dialect.name != "postgresql":
        return default
    if LITERAL.match(default) and column.type:
        kind = column.type.split("(")[0].lower().strip()
        return "%s::%s" % (default, OF_POSTGRESQL.get(kind, kind))
    return default


def of_scale(default: str, kind: str) -> str:
    """Returns a default of MySQL, which writes a number with the scale of its column."""
    scale = re.match(r"(?:numeric|decimal)\(\d+,\s*(\d+)\)", kind, re.IGNORECASE)
    if scale is None or not re.match(r"'?-?\d+(?:\.\d+)?'?$", default):
        return default
    return "%.*f" % (int(scale.group(1)), float(default.strip("'")))


def key_name(table_name: str, table: Table, dialect: Any) -> Optional[str]:
    """Returns the name of the primary key. PostgreSQL chooses one where the script doesn't."""
    if table.primary_key and table.primary_key_name is None and dialect.name == "postgresql":
        return "%s_pkey" % table_name
    return None if dialect.name in MYSQL else table.primary_key_name


def automatic_name(
    name: Optional[str], table: str, columns: List[str], suffix: str, dialect: Any
) -> Optional[str]:
    """Returns the name of a constraint. PostgreSQL chooses one where the script doesn't."""
    if name is not None or dialect.name != "postgresql" or not columns:
        return name
    return "_".join([table, *columns, suffix])


def unique_name(name: Optional[str], table: str, columns: List[str], dialect: Any) -> Optional[str]:
    """Returns the name of a unique constraint. MySQL takes that of its first column."""
    if name is None and dialect.name in MYSQL and columns:
        return columns[0]
    return automatic_name(name, table, columns, "key", dialect)


def foreign_key_name(
    name: Optional[str], table: str, columns: List[str], number: int, dialect: Any
) -> Optional[str]:
    """Returns the name of a foreign key. MySQL counts those that have none."""
    if name is None and dialect.name in MYSQL:
        return "%s_ibfk_%d" % (table, number)
    return automatic_name(name, table, columns, "fkey", dialect)


def options_of(on_delete: Optional[str], on_update: Optional[str]) -> Dict[str, str]:
    """Returns the options of a foreign key."""
    said = {"ondelete": on_delete, "onupdate": on_update}
    shown = {name: " ".join(str(action or "").upper().split()) for name, action in said.items()}
    return {name: action for name, action in shown.items() if action not in ("", "NO ACTION")}


def indexes_of(table_name: str, table: Table, dialect: Any) -> List[Dict[str, Any]]:
    """Returns the indexes of a table, with those that its constraints need."""
    indexes = list(table.indexes.values())
    if dialect.name == "sqlite":
        # SQLAlchemy leaves out those of expressions there.
        indexes = [index for index in indexes if index.columns]
    found = [index_of(index.name, index.columns, index.unique) for index in indexes]
    if dialect.name == "sqlite":
        return found
    for unique in table.uniques:
        name = unique_name(unique.name, table_name, unique.columns, dialect)
        found.append(dict(index_of(name, unique.columns, True), duplicates_constraint=name))
    if dialect.name not in MYSQL:
        return found
    covered = [each["column_names"] for each in found] + [table.primary_key]
    for number, key in enumerate(table.foreign_keys, 1):
        if not any(columns[: len(key.columns)] == key.columns for columns in covered):
            name = foreign_key_name(key.name, table_name, key.columns, number, dialect)
            found.append(index_of(key.columns[0] if key.name is None else name, key.columns, False))
    return found


def uniques_of(table_name: str, table: Table, dialect: Any) -> List[Dict[str, Any]]:
    """Returns the unique constraints of a table. On MySQL, each unique index is one."""
    found = [
        (unique_name(unique.name, table_name, unique.columns, dialect), unique.columns)
        for unique in table.uniques
    ]
    if dialect.name in MYSQL:
        found += [(index.name, index.columns) for index in table.indexes.values() if index.unique]
    return [
        {"name": name, "column_names": list(columns), "comment": None} for name, columns in found
    ]


def index_of(name: Optional[str], columns: List[str], unique: bool) -> Dict[str, Any]:
    return {
        "name": name,
        "column_names": list(columns),
        "unique": unique,
        "include_columns": [],
        "dialect_options": {},
    }
