"""The locks of `ALTER TABLE` on PostgreSQL, for clauses that no other kind of effect covers."""

from typing import Iterator

from ...model import Effect, Name
from ...schema.constraint_changes import is_key
from ...schema.state import Schema
from ...schema.table_changes import Attach
from ..table_lock import NO, UNKNOWN, YES, TableLock, unknown_lock
from .modes import (
    ACCESS_EXCLUSIVE,
    ROW_SHARE,
    SHARE_ROW_EXCLUSIVE,
    SHARE_UPDATE_EXCLUSIVE,
    lock,
)

#: Beginnings of clauses, in upper case, that only keep other changes of the schema away.
WEAK = (
    "CLUSTER", "SET WITHOUT CLUSTER", "SET (", "RESET (", "INDEX", "VALIDATE",
)  # fmt: skip
#: Those with the strongest lock, under which rows are left alone.
STRONG = (
    "OWNER", "ENABLE ROW", "DISABLE ROW", "FORCE ROW", "NO FORCE", "ENABLE RULE",
    "DISABLE RULE", "ENABLE ALWAYS RULE", "ENABLE REPLICA RULE", "REPLICA IDENTITY", "OF",
    "NOT OF", "SET WITHOUT OIDS", "ALTER CONSTRAINT", "SET SCHEMA", "OPTIONS",
)  # fmt: skip
#: Those that write all rows anew.
REWRITING = (
    "SET TABLESPACE", "SET LOGGED", "SET UNLOGGED", "SET ACCESS METHOD", "SET WITH OIDS",
)  # fmt: skip
TRIGGERS = (
    "ENABLE TRIGGER", "DISABLE TRIGGER", "ENABLE ALWAYS TRIGGER", "ENABLE REPLICA TRIGGER",
)  # fmt: skip
PARTITIONS = ("ATTACH", "DETACH", "INHERIT", "NO INHERIT")


def altered_table(effect: Effect, schema: Schema) -> Iterator[TableLock]:
    """Yields the locks of a clause."""
    name, clause = effect.table, effect.clause
    if name is None:
        return
    if clause.startswith("ALTER INDEX"):
        # Only the index is locked, and no reader waits for that.
        return
    if clause.startswith(PARTITIONS):
        yield from partitioned(effect, name)
    elif clause.startswith("VALIDATE"):
        yield from validated(effect, schema, name)
    elif clause.startswith(WEAK):
        yield lock(name, SHARE_UPDATE_EXCLUSIVE)
    elif clause.startswith(REWRITING):
        yield lock(name, ACCESS_EXCLUSIVE, rewrites=YES)
    elif clause.startswith(TRIGGERS):
        yield lock(name, SHARE_ROW_EXCLUSIVE)
    elif clause.startswith(STRONG):
        yield lock(name, ACCESS_EXCLUSIVE)
    else:
        yield unknown_lock(name)


def validated(effect: Effect, schema: Schema, name: Name) -> Iterator[TableLock]:
    """Yields the locks of `VALIDATE CONSTRAINT`."""
    yield lock(name, SHARE_UPDATE_EXCLUSIVE, scans=YES)
    table = schema.known(name)
    for key in () if table is None else table.foreign_keys:
        if is_key(key, effect.name):
            yield lock(key.referred, ROW_SHARE, scans=UNKNOWN)


def partitioned(effect: Effect, name: Name) -> Iterator[TableLock]:
    """Yields the locks of an effect that attaches or detaches a table, or that its parent gets."""
    clause = effect.clause
    is_child = effect.change is not None
    if clause.startswith(("INHERIT", "NO INHERIT")):
        yield lock(name, ACCESS_EXCLUSIVE if is_child else SHARE_UPDATE_EXCLUSIVE)
        if isinstance(effect.change, Attach):
            yield lock(effect.change.parent, SHARE_UPDATE_EXCLUSIVE)
        return
    if clause.startswith("DETACH"):
        is_slow = "CONCURRENTLY" in clause
        is_weak = is_slow and not is_child
        yield lock(name, SHARE_UPDATE_EXCLUSIVE if is_weak else ACCESS_EXCLUSIVE)
        return
    if not is_child:
        yield lock(name, SHARE_UPDATE_EXCLUSIVE)
        return
    # A check that has the bounds of the partition spares the reading.
    reads = UNKNOWN if isinstance(effect.change, Attach) and effect.change.partition else NO
    yield lock(name, ACCESS_EXCLUSIVE, scans=reads)
