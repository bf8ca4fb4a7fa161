"""The parts of an index: columns, and expressions, which reflection shows in another way."""

import re
from typing import Any, Iterable, Optional

from sqlalchemy.sql.elements import UnaryExpression

from ..schema.table import Index

#: A column with its order, as a text.
ORDERED = re.compile(
    r"""^\s*(?:(\w+)|"([^"]+)"|`([^`]+)`)(?:\s+COLLATE\s+\S+)?(?:\s+(?:ASC|DESC))?"""
    r"""(?:\s+NULLS\s+(?:FIRST|LAST))?\s*$""",
    re.IGNORECASE,
)


def index_of(name: Optional[str], parts: Iterable[Any], is_unique: bool) -> Index:
    """Returns an index as changes hold it."""
    columns = []
    expressions = []
    for part in parts:
        column = column_of(part)
        if column is None:
            expressions.append(str(part))
        else:
            columns.append(column)
    return Index(name, columns, is_unique, ", ".join(expressions) or None)


def column_of(part: Any) -> Optional[str]:
    """Returns the column that a part of an index is, `None` for another expression."""
    while isinstance(part, UnaryExpression):
        part = part.element
    name = getattr(part, "name", None) if getattr(part, "is_literal", False) is False else None
    if hasattr(part, "table") and name is not None:
        return str(name)
    found = ORDERED.match(str(part))
    return None if found is None else next(each for each in found.groups() if each)
