"""The names that PostgreSQL gives to keys and indexes without a name of their own."""

from typing import Iterator, Optional, Sequence

from ..model import Name
from .table import Table

#: The longest name. PostgreSQL shortens the parts of a longer one.
LONGEST = 63


def is_primary_key(table: Table, name: Name, key: Optional[str]) -> bool:
    """Returns whether a table's primary key has this name."""
    if key is None or table.primary_key_name is not None:
        return key is not None and key == table.primary_key_name
    return bool(table.primary_key) and key in named(table, name, (), "pkey")


def has_index(table: Table, name: Name, index: str) -> bool:
    """Returns whether an index, a unique constraint or a primary key without a name gets this
    name.
    """
    if is_primary_key(table, name, index):
        return True
    uniques = (each.columns for each in table.uniques if each.name is None)
    indexes = (each.columns for each in table.indexes.values() if each.name is None)
    return any(index in named(table, name, columns, "key") for columns in uniques) or any(
        index in named(table, name, columns, "idx") for columns in indexes
    )


def named(table: Table, name: Name, columns: Sequence[str], end: str) -> Iterator[str]:
    """Yields the names that a part of a table may have: a table that is renamed keeps those of its
    parts.
    """
    for called in [name.name, *table.called]:
        found = "_".join([called, *columns, end])
        if len(found.encode()) <= LONGEST:
            yield found
