"""The parts that the rules of PostgreSQL share."""

from ...model import Effect, Name
from ...schema.state import Schema
from ..rules import Locks
from ..table_lock import NO, TableLock


def table_of(effect: Effect) -> Name:
    assert effect.table is not None
    return effect.table


def is_partitioned(name: Name, schema: Schema) -> bool:
    """Returns whether a table is known to have partitions, and so no rows of its own."""
    return bool(schema.belonging_to(name, partitions_only=True))


def with_parts(effect: Effect, schema: Schema, found: TableLock) -> Locks:
    """Yields a lock, and the same on partitions and on tables that inherit."""
    is_whole = " ONLY " not in effect.clause
    names = [found.table, *(schema.belonging_to(found.table) if is_whole else ())]
    for name in names:
        each = found._replace(table=name)
        if is_partitioned(name, schema):
            each = each._replace(rewrites=NO, scans=NO)
        yield each
