"""The locks of statements about whole tables, and about what belongs to none."""

from typing import Optional

from ...model import Effect, Name
from ...schema.state import Schema
from ...schema.table import ForeignKey
from ...schema.table_changes import CreateTable
from ..rules import Locks
from ..table_lock import NO, YES, unknown_lock
from .common import table_of, with_parts
from .modes import (
    ACCESS_EXCLUSIVE,
    ACCESS_SHARE,
    SHARE,
    SHARE_ROW_EXCLUSIVE,
    SHARE_UPDATE_EXCLUSIVE,
    lock,
)

#: Parts of changes of types and domains that leave tables alone.
HARMLESS = (
    " ADD VALUE", " RENAME", " OWNER", " SET SCHEMA", " DROP DEFAULT", " SET DEFAULT",
    " DROP CONSTRAINT", " DROP NOT NULL", " NOT VALID",
)  # fmt: skip


def create_table(effect: Effect, schema: Schema) -> Locks:
    """A new table locks nothing of others but where it refers to them."""
    change = effect.change
    if isinstance(change, CreateTable):
        for parent in change.parents:
            yield lock(parent, ACCESS_EXCLUSIVE if change.partition else SHARE_UPDATE_EXCLUSIVE)
        for key in change.parts.foreign_keys:
            yield from referred(key, effect.table)
        for other in change.like:
            yield lock(other, ACCESS_SHARE, scans=YES if "SELECT" in effect.clause else NO)


def referred(key: ForeignKey, own: Optional[Name]) -> Locks:
    """Yields the lock on the table to which a new foreign key refers."""
    if key.referred != own:
        yield lock(key.referred, SHARE_ROW_EXCLUSIVE)


def drop_table(effect: Effect, schema: Schema) -> Locks:
    """Dropping foreign keys removes triggers of the tables to which they refer."""
    name = table_of(effect)
    yield lock(name, ACCESS_EXCLUSIVE)
    for other in effect.also:
        yield lock(other, ACCESS_EXCLUSIVE)
    table = schema.known(name)
    if table is not None and table.partition:
        for parent in table.parents:
            yield lock(parent, ACCESS_EXCLUSIVE)
    for gone in [name, *schema.belonging_to(name, partitions_only=True)]:
        yield lock(gone, ACCESS_EXCLUSIVE)
        table = schema.known(gone)
        for key in () if table is None else table.foreign_keys:
            yield lock(key.referred, ACCESS_EXCLUSIVE)
    if "CASCADE" in effect.clause:
        for referring in schema.referring_to(name):
            yield lock(referring, ACCESS_EXCLUSIVE)


def alone(effect: Effect, schema: Schema) -> Locks:
    """Yields the strongest lock, under which there is no work on rows."""
    yield from with_parts(effect, schema, lock(table_of(effect), ACCESS_EXCLUSIVE))


def rename_table(effect: Effect, schema: Schema) -> Locks:
    """Partitions keep their names, and so do the tables of a schema that gets another."""
    if not effect.clause.startswith("ALTER SCHEMA"):
        yield lock(table_of(effect), ACCESS_EXCLUSIVE)


def truncate(effect: Effect, schema: Schema) -> Locks:
    """The rows go with their file: nothing is read or written."""
    yield from alone(effect, schema)


def alter_type(effect: Effect, schema: Schema) -> Locks:
    """A new value of an enum, and a new name, leave tables alone; a domain's check reads them."""
    if any(words in effect.clause for words in HARMLESS):
        return
    if " ATTRIBUTE" in effect.clause and "CASCADE" not in effect.clause:
        # The server refuses it where a table would have to be changed.
        return
    for name in effect.also:
        yield lock(name, SHARE, scans=YES) if "DOMAIN" in effect.clause else unknown_lock(name)


def dropped_with(effect: Effect, schema: Schema) -> Locks:
    """Yields the locks on tables that lose a part with an object."""
    for name in effect.also:
        yield lock(name, ACCESS_EXCLUSIVE)


def none(effect: Effect, schema: Schema) -> Locks:
    """Yields nothing: no table is locked in a way that others would notice."""
    return iter(())
