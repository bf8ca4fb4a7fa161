"""The locks of statements about rows and views."""

from typing import Iterator, Optional, Set

from ...model import Effect, Name
from ...schema.state import Schema
from ...schema.table import ForeignKey, action_of
from ...schema.table_changes import CreateView
from ..rules import Locks
from ..table_lock import NO, UNKNOWN, YES, TableLock
from .common import table_of, with_parts
from .modes import ACCESS_EXCLUSIVE, ACCESS_SHARE, EXCLUSIVE, ROW_EXCLUSIVE, ROW_SHARE, lock

#: What locks the rows that a query finds.
LOCKING = (" FOR UPDATE", " FOR NO KEY UPDATE", " FOR SHARE", " FOR KEY SHARE")


def write_rows(effect: Effect, schema: Schema) -> Locks:
    name = table_of(effect)
    yield from written(effect, schema, lock(name, ROW_EXCLUSIVE, scans=reads_rows(effect)))
    for other in effect.refs:
        yield lock(other, ACCESS_SHARE, scans=UNKNOWN)
    yield from checked_keys(effect, schema, name)
    if effect.kind != "insert":
        yield from referring(effect, schema, name, set())


def reads_rows(effect: Effect) -> str:
    """A change of rows reads all of them without a condition; with one, an index may help."""
    if effect.kind == "insert" or effect.clause.startswith("INSERT"):
        return NO
    is_sure = effect.kind != "merge" and "WHERE" not in effect.clause
    return YES if is_sure else UNKNOWN


def written(effect: Effect, schema: Schema, found: TableLock) -> Locks:
    """Yields a lock on a table, and on those through which a view is written."""
    table = schema.known(found.table)
    if table is None or table.view is not True:
        yield from with_parts(effect, schema, found)
        return
    yield found._replace(scans=NO)
    for name in table.behind:
        yield from written(effect, schema, found._replace(table=name))


def checked_keys(effect: Effect, schema: Schema, name: Name) -> Locks:
    """Yields the locks on tables in which new values of foreign keys are looked up."""
    table = schema.known(name)
    if table is None or effect.kind == "delete":
        return
    for key in table.foreign_keys:
        if key.referred != name and is_touched(key, effect):
            yield lock(key.referred, ROW_SHARE)


def is_touched(key: ForeignKey, effect: Effect) -> bool:
    """Returns whether a statement may set a column of a foreign key."""
    if effect.kind != "update" or effect.columns is None:
        return True
    return any(column in effect.columns for column in key.columns)


def referring(effect: Effect, schema: Schema, name: Name, seen: Set[Name]) -> Iterator[TableLock]:
    """Yields the locks on tables that refer to rows which a statement deletes or changes."""
    seen.add(name)
    for child, table in schema.all_tables():
        for key in table.foreign_keys:
            if key.referred != name or child in seen:
                continue
            action = acting(key, effect)
            if action is None:
                continue
            # An index on the key may help.
            yield lock(child, ROW_EXCLUSIVE if action else ROW_SHARE, scans=UNKNOWN)
            if action == "CASCADE":
                yield from referring(effect, schema, child, seen)


def acting(key: ForeignKey, effect: Effect) -> Optional[str]:
    """Returns what a foreign key does, empty if it only looks for rows, `None` for nothing."""
    if effect.kind == "delete":
        return action_of(key.on_delete) or ""
    columns = key.referred_columns
    if effect.columns is not None and not any(column in effect.columns for column in columns):
        return None
    return action_of(key.on_update) or ""


def select(effect: Effect, schema: Schema) -> Locks:
    is_locking = any(words in effect.clause for words in LOCKING)
    mode = ROW_SHARE if is_locking else ACCESS_SHARE
    yield from with_parts(effect, schema, lock(table_of(effect), mode, scans=UNKNOWN))


def create_view(effect: Effect, schema: Schema) -> Locks:
    name, change = table_of(effect), effect.change
    if not isinstance(change, CreateView) or schema.known(name) is not None:
        yield lock(name, ACCESS_EXCLUSIVE)
    for other in effect.refs:
        yield lock(other, ACCESS_SHARE, scans=YES if effect.detail == "materialized" else NO)


def drop_view(effect: Effect, schema: Schema) -> Locks:
    for name in [table_of(effect), *effect.also]:
        yield lock(name, ACCESS_EXCLUSIVE)


def refresh_view(effect: Effect, schema: Schema) -> Locks:
    is_slow = "CONCURRENTLY" in effect.clause
    name = table_of(effect)
    yield lock(name, EXCLUSIVE) if is_slow else lock(name, ACCESS_EXCLUSIVE, rewrites=YES)
