"""Translates types as scripts write them into the types that SQLAlchemy reflects."""

import re
from typing import Any, Dict, List, Optional

import sqlalchemy

from ..compat import sqlalchemy_internals
from ..diagnostics import ignored
from ..schema.type_names import COLUMN_OPTIONS, OF_POSTGRESQL, written

#: The values of the enums that scripts made, by their names.
Enums = Dict[str, Optional[List[str]]]


#: Names under which MySQL and MariaDB know types, in the place of those that scripts may write.
OF_MYSQL = {
    "bool": "tinyint(1)",
    "boolean": "tinyint(1)",
    "character": "char",
    "character varying": "varchar",
    "dec": "decimal",
    "double precision": "double",
    "fixed": "decimal",
    "int1": "tinyint",
    "int2": "smallint",
    "int4": "int",
    "int8": "bigint",
    "integer": "int",
    "nchar": "char",
    "numeric": "decimal",
    "nvarchar": "varchar",
    "real": "double",
    "serial": "bigint unsigned",
}

#: The display widths of integers on MariaDB.
MARIADB_WIDTHS = {"bigint": 20, "int": 11, "mediumint": 9, "smallint": 6, "tinyint": 4}

#: The same for databases of which nothing more is known.
SYNONYMS = {"BOOL": "BOOLEAN", "INT": "INTEGER", "LONGTEXT": "TEXT", "TINYINT": "SMALLINT"}


def type_of(text: Optional[str], dialect: Any, types: Enums) -> Any:
    """Returns SQLAlchemy's type for what CREATE TABLE called it."""
    if text is None or not text.strip():
        return sqlalchemy.types.NullType()
    try:
        found = reader_of(dialect.name)(text.strip(), dialect, types)
        return sqlalchemy.types.to_instance(found)
    except Exception as error:
        ignored(error, "a type that can't be read is one that isn't known")
        return sqlalchemy.types.NullType()


def reader_of(dialect: str) -> Any:
    """Returns the function that reads types of a kind of database."""
    return READERS.get(dialect, other_type)


def enum_of(name: str, types: Enums) -> Optional[List[str]]:
    """Returns the values of an enum that scripts made."""
    for known, values in types.items():
        if values and known.lower() in (name, name.rpartition(".")[2]):
            return values
    return None


def postgresql_type(text: str, dialect: Any, types: Enums) -> Any:
    """Returns the type that SQLAlchemy reflects on PostgreSQL."""
    from sqlalchemy.dialects import postgresql

    array = re.search(r"\s*(?:\[\d*\]|\sARRAY(?:\[\d*\])?)+$", text, re.IGNORECASE)
    if array is not None:
        return postgresql.ARRAY(type_of(text[: array.start()], dialect, types))
    kind = written(text)
    name = kind.name.replace("pg_catalog.", "")
    values = enum_of(name, types)
    if values is not None:
        return postgresql.ENUM(*values, name=name.rpartition(".")[2])
    numbers = kind.numbers()
    if name == "float" and numbers:
        return dialect.ischema_names["real" if numbers[0] <= 24 else "double precision"]()
    if name.startswith("interval"):
        fields = name[len("interval") :].strip() or None
        return postgresql.INTERVAL(precision=numbers[0] if numbers else None, fields=fields)
    is_short = name in ("char", "character", "nchar", "bit")
    name = OF_POSTGRESQL.get(name, name)
    known = dialect.ischema_names[name]
    if name.startswith("time"):
        precision = numbers[0] if numbers else None
        return known(timezone=name.endswith("with time zone"), precision=precision)
    if name == "bit varying":
        return known(numbers[0] if numbers else None, varying=True)
    if name == "double precision":
        return known(precision=53)
    return known(*(numbers or ([1] if is_short else [])))


def mysql_type(text: str, dialect: Any, types: Enums) -> Any:
    """Returns the type that SQLAlchemy reflects on MySQL and MariaDB."""
    kind = written(text)
    words = kind.name.split()
    flags = [word for word in words if word in ("unsigned", "zerofill")]
    name = " ".join(word for word in words if word not in ("unsigned", "zerofill", "signed"))
    if name == "json" and getattr(dialect, "is_mariadb", False):
        name = "longtext"
    name = OF_MYSQL.get(name, name)
    arguments = "(%s)" % kind.arguments.replace(", ", ",") if kind.arguments else ""
    if name == "decimal" and not arguments:
        arguments = "(10,0)"
    if not arguments and getattr(dialect, "is_mariadb", False):
        arguments = width_of(name, "unsigned" in flags)
    shown = " ".join([name + arguments, *flags])
    return sqlalchemy_internals.mysql_type(dialect, shown)


def width_of(name: str, is_unsigned: bool) -> str:
    """Returns the display width that MariaDB gives to an integer that is written without one."""
    width = MARIADB_WIDTHS.get(name)
    if width is None:
        return ""
    return "(%d)" % (width - 1 if is_unsigned and name != "bigint" else width)


def sqlite_type(text: str, dialect: Any, types: Enums) -> Any:
    """Returns the type that SQLAlchemy reflects on SQLite."""
    return sqlalchemy_internals.sqlite_type(dialect, COLUMN_OPTIONS.sub("", text))


def other_type(text: str, dialect: Any, types: Enums) -> Any:
    """Returns a type of a database of which nothing more is known."""
    kind = written(text)
    known = getattr(dialect, "ischema_names", {})
    short = kind.name.split()[0].upper()
    found = known.get(kind.name) or known.get(kind.name.upper()) or known.get(short.lower())
    found = found or getattr(sqlalchemy.types, SYNONYMS.get(short, short), None)
    if found is None:
        return sqlalchemy.types.NullType()
    for arguments in (kind.numbers(), []):
        try:
            return sqlalchemy.types.to_instance(found(*arguments))
        except Exception as error:
            ignored(error, "the type takes other arguments than numbers")
    return sqlalchemy.types.NullType()


READERS: Dict[str, Any] = {
    "postgresql": postgresql_type,
    "mysql": mysql_type,
    "mariadb": mysql_type,
    "sqlite": sqlite_type,
}
