"""The locks of SQLite, which locks the whole file of a database.

A transaction that writes has the lock `RESERVED` from its first statement on: everybody else waits
that writes any table of the file. The locks here are on the tables that a statement itself writes.

Whether readers wait depends on the journal. With a write-ahead log they never do. With another
journal they wait while the transaction commits, which is short, and from the moment when its pages
no longer fit into the cache: for a statement that writes a table anew, `blocks_reads` is unknown.
"""

import re
from typing import Dict, List

from ..model import Effect, Name
from ..schema.state import Schema
from ..schema.table_changes import AddColumn, CreateTable
from .rules import Locks, Rule, locks_by
from .table_lock import NO, UNKNOWN, YES, TableLock, unknown_lock

SHARED, RESERVED, EXCLUSIVE = "SHARED", "RESERVED", "EXCLUSIVE"
#: The locks, the weakest first.
MODES = (SHARED, RESERVED, EXCLUSIVE)
#: What Alembic puts before the name of a table to which it copies one in a batch.
COPY_OF = "_alembic_tmp_"


def locks_of(effects: List[Effect], schema: Schema) -> List[TableLock]:
    """Returns the locks of one statement, one for each table."""
    return locks_by(RULES, effects, schema, MODES)


def written(table: Name, rewrites: str = NO, scans: str = NO) -> TableLock:
    """Returns the lock of a statement that writes a table, or what is noted of it."""
    reads = UNKNOWN if rewrites != NO else NO
    scans = rewrites if scans == NO else scans
    return TableLock(table, RESERVED, reads, YES, rewrites, scans)


def read(table: Name, scans: str = UNKNOWN) -> TableLock:
    """Returns the lock of a statement that reads a table."""
    return TableLock(table, SHARED, NO, NO, NO, scans)


def metadata(effect: Effect, schema: Schema) -> Locks:
    """The row of a table in the schema changes, and no row of the table itself."""
    if effect.table is not None:
        yield written(effect.table)


def create_table(effect: Effect, schema: Schema) -> Locks:
    change = effect.change
    for other in change.like if isinstance(change, CreateTable) else ():
        yield read(other)


def drop_table(effect: Effect, schema: Schema) -> Locks:
    """Yields the locks of a drop, which deletes all rows first if foreign keys are enforced."""
    for name in [*([effect.table] if effect.table else []), *effect.also]:
        yield written(name, scans=UNKNOWN if schema.enforces_keys else NO)


def add_column(effect: Effect, schema: Schema) -> Locks:
    """A check is tried on all rows, and so is NOT NULL of a column that is computed."""
    name, change = effect.table, effect.change
    if name is None:
        return
    if not isinstance(change, AddColumn):
        yield unknown_lock(name)
        return
    column = change.column
    is_tried = bool(change.parts.checks) or re.search(r"\bCHECK \(", effect.clause) is not None
    is_tried = is_tried or (column.generated == "computed" and not column.nullable)
    yield written(name, scans=YES if is_tried else NO)


def drop_column(effect: Effect, schema: Schema) -> Locks:
    """All rows are written without the column, unless it was computed when it was read."""
    if effect.table is None:
        return
    table = schema.known(effect.table)
    column = None if table is None else table.columns.get(effect.name or "")
    is_computed = column is not None and column.generated == "computed"
    yield written(effect.table, UNKNOWN if is_computed else YES)


def create_index(effect: Effect, schema: Schema) -> Locks:
    if effect.table is not None:
        yield written(effect.table, scans=YES)


def insert(effect: Effect, schema: Schema) -> Locks:
    """Yields the locks of new rows. Those that a batch copies write the table anew."""
    name = effect.table
    if name is None:
        return
    yield written(name)
    for other in effect.refs:
        is_copied = name.name == COPY_OF + other.name and name.schema == other.schema
        yield written(other, YES) if is_copied else read(other)


def change_rows(effect: Effect, schema: Schema) -> Locks:
    """A change reads all rows without a condition; with one, an index may help."""
    if effect.table is not None:
        yield written(effect.table, scans=UNKNOWN if "WHERE" in effect.clause else YES)
    for other in effect.refs:
        yield read(other)


def select(effect: Effect, schema: Schema) -> Locks:
    if effect.table is not None:
        yield read(effect.table)


def maintained(effect: Effect, schema: Schema) -> Locks:
    """Yields the locks of statements that change neither schema nor rows."""
    verb = effect.clause.partition(" ")[0]
    if verb == "VACUUM":
        for name, table in schema.all_tables():
            if not table.view:
                # All that is known of is copied, and back or to another file.
                into = re.search(r"\bINTO\b", effect.clause) is not None
                yield read(name, YES) if into else vacuumed(name)
    elif verb in ("REINDEX", "ANALYZE"):
        for name in effect.locked:
            yield written(name, scans=YES)


def vacuumed(name: Name) -> TableLock:
    return TableLock(name, EXCLUSIVE, UNKNOWN, YES, YES, YES)


def none(effect: Effect, schema: Schema) -> Locks:
    """Yields nothing: no table is written."""
    return iter(())


RULES: Dict[str, Rule] = {
    "create_table": create_table,
    "drop_table": drop_table,
    "rename_table": metadata,
    "add_column": add_column,
    "drop_column": drop_column,
    "rename_column": metadata,
    "create_index": create_index,
    "drop_index": metadata,
    "create_trigger": metadata,
    "drop_trigger": metadata,
    "insert": insert,
    "update": change_rows,
    "delete": change_rows,
    "merge": change_rows,
    "select": select,
    "create_view": none,
    "drop_view": none,
    "execute": maintained,
}
