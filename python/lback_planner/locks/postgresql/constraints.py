"""The locks of statements about indexes, constraints, triggers and comments."""

from ...model import Effect
from ...schema.constraint_changes import AddConstraints, is_key
from ...schema.state import Schema
from ...schema.table import Table
from ..rules import Locks
from ..table_lock import NO, YES, worse
from .columns import checks_null
from .common import table_of, with_parts
from .modes import (
    ACCESS_EXCLUSIVE,
    SHARE,
    SHARE_ROW_EXCLUSIVE,
    SHARE_UPDATE_EXCLUSIVE,
    lock,
)
from .tables import referred


def create_index(effect: Effect, schema: Schema) -> Locks:
    mode = SHARE_UPDATE_EXCLUSIVE if "CONCURRENTLY" in effect.clause else SHARE
    yield from with_parts(effect, schema, lock(table_of(effect), mode, scans=YES))


def drop_index(effect: Effect, schema: Schema) -> Locks:
    if effect.table is None:
        return
    is_slow = "CONCURRENTLY" in effect.clause
    mode = SHARE_UPDATE_EXCLUSIVE if is_slow else ACCESS_EXCLUSIVE
    yield from with_parts(effect, schema, lock(effect.table, mode))


def create_constraint(effect: Effect, schema: Schema) -> Locks:
    name, change = table_of(effect), effect.change
    reads = NO if "NOT VALID" in effect.clause or "USING INDEX" in effect.clause else YES
    keys = change.parts.foreign_keys if isinstance(change, AddConstraints) else []
    if keys:
        yield from with_parts(effect, schema, lock(name, SHARE_ROW_EXCLUSIVE, scans=reads))
        for key in keys:
            yield from referred(key, name)
        return
    if isinstance(change, AddConstraints) and change.parts.primary_key and reads == NO:
        known = schema.known(name) or Table(unsure=True)
        for column in change.parts.primary_key:
            reads = worse(reads, checks_null(known, column))
    yield from with_parts(effect, schema, lock(name, ACCESS_EXCLUSIVE, scans=reads))


def drop_constraint(effect: Effect, schema: Schema) -> Locks:
    name = table_of(effect)
    yield from with_parts(effect, schema, lock(name, ACCESS_EXCLUSIVE))
    for other in effect.also:
        yield lock(other, ACCESS_EXCLUSIVE)
    table = schema.known(name)
    for key in () if table is None else table.foreign_keys:
        if is_key(key, effect.name):
            yield lock(key.referred, ACCESS_EXCLUSIVE)


def create_trigger(effect: Effect, schema: Schema) -> Locks:
    is_weak = "RULE" not in effect.clause and effect.detail != "altered"
    mode = SHARE_ROW_EXCLUSIVE if is_weak else ACCESS_EXCLUSIVE
    yield lock(table_of(effect), mode)
    if "FOR EACH ROW" in effect.clause or effect.detail == "altered":
        for name in schema.belonging_to(table_of(effect), partitions_only=True):
            yield lock(name, mode)


def drop_trigger(effect: Effect, schema: Schema) -> Locks:
    """Partitions lose their copies of a trigger for rows."""
    if effect.table is not None:
        for name in [effect.table, *schema.belonging_to(effect.table, partitions_only=True)]:
            yield lock(name, ACCESS_EXCLUSIVE)


def comment(effect: Effect, schema: Schema) -> Locks:
    """A comment on a part of a table locks only that part."""
    if effect.name is None:
        yield lock(table_of(effect), SHARE_UPDATE_EXCLUSIVE)


def drop_from_table(effect: Effect, schema: Schema) -> Locks:
    if effect.table is not None:
        yield lock(effect.table, ACCESS_EXCLUSIVE)
