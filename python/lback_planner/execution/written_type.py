"""Translates types as CREATE TABLE writes them into types of SQLAlchemy."""

import re
from typing import Any, Dict, NamedTuple, Optional

import sqlalchemy

from ..diagnostics import ignored


class WrittenType(NamedTuple):
    """A type as CREATE TABLE has it: `numeric(10, 2) unsigned`."""

    name: str
    arguments: str
    rest: str


WRITTEN_TYPE = re.compile(r'^\s*"?([\w ."]+?)"?\s*(?:\(([^)]*)\))?\s*(.*)$')


#: Types that SQLAlchemy has under another name.
SYNONYMS = {
    "SERIAL": "INTEGER",
    "BIGSERIAL": "BIGINT",
    "INT": "INTEGER",
    "BOOL": "BOOLEAN",
    "TINYINT": "SMALLINT",
    "LONGTEXT": "TEXT",
    "MEDIUMTEXT": "TEXT",
    "BYTEA": "LargeBinary",
    "JSONB": "JSON",
}


def type_of(text: Optional[str], dialect: Any, types: Dict[str, Any]) -> Any:
    """Returns SQLAlchemy's type for what CREATE TABLE called it."""
    match = None if text is None else WRITTEN_TYPE.match(text)
    if match is None:
        return sqlalchemy.types.NullType()
    written = WrittenType(*(group or "" for group in match.groups()))
    values = types.get(written.name) or types.get(written.name.lower())
    if values:
        return sqlalchemy.Enum(*values, name=written.name)
    kind = class_of(written, getattr(dialect, "ischema_names", {}))
    if kind is None:
        return sqlalchemy.types.NullType()
    parts = written.arguments.split(",")
    numbers = [int(part) for part in parts if part.strip().isdigit()]
    for args in (numbers, []):
        try:
            return sqlalchemy.types.to_instance(kind(*args))
        except Exception as error:
            ignored(error, "the type takes other arguments than numbers")
    return sqlalchemy.types.NullType()


def class_of(written: WrittenType, known: Dict[str, Any]) -> Any:
    """Returns the class of a type: the dialect's, or SQLAlchemy's; ``None`` for one that neither
    knows.
    """
    name = written.name
    whole = " ".join((name + " " + written.rest).split()).lower()
    kind = known.get(whole) or known.get(name.lower()) or known.get(name.upper())
    return kind or getattr(sqlalchemy.types, SYNONYMS.get(name.upper(), name.upper()), None)
