"""The work of statements about rows, views and whole tables."""

from ...model import Effect
from ...schema.table_changes import CreateTable
from ..table_lock import NO, UNKNOWN, YES
from .options import partitioned
from .statement import Statement, Works, table_of
from .work import EXCLUSIVE, INSTANT, NONE, Work


def write_rows(effect: Effect, statement: Statement) -> Works:
    """A change of rows reads all of them without a condition; with one, an index may help."""
    name = table_of(effect)
    if effect.detail in ("drop partition", "truncate partition"):
        yield partitioned(name, effect.clause, statement)
        return
    reads = NO
    if effect.kind != "insert":
        reads = UNKNOWN if "WHERE" in effect.clause or "LIMIT" in effect.clause else YES
    yield Work(name, INSTANT, NONE, reads)
    for other in effect.refs:
        yield Work(other, INSTANT, NONE, UNKNOWN)


def select(effect: Effect, statement: Statement) -> Works:
    yield Work(table_of(effect), INSTANT, NONE, UNKNOWN)


def create_table(effect: Effect, statement: Statement) -> Works:
    """A new table reads those of which it gets rows; one to which it refers is left alone."""
    name, change = table_of(effect), effect.change
    if not isinstance(change, CreateTable):
        return
    if effect.clause.startswith("CREATE OR REPLACE") and statement.schema.known(name) is not None:
        yield Work(name, INSTANT, EXCLUSIVE)
    for key in change.parts.foreign_keys:
        if key.referred != name:
            yield Work(key.referred, INSTANT)
    for other in change.like:
        yield Work(other, INSTANT, NONE, UNKNOWN if "SELECT" in effect.clause else NO)


def drop_table(effect: Effect, statement: Statement) -> Works:
    """Pages and files are removed under the lock."""
    yield Work(table_of(effect), INSTANT, EXCLUSIVE)


def truncate(effect: Effect, statement: Statement) -> Works:
    """The table is dropped and created again: no row is read."""
    yield Work(table_of(effect), INSTANT, EXCLUSIVE)


def dropped_with(effect: Effect, statement: Statement) -> Works:
    """Yields the locks on the tables of a database that is dropped."""
    for name in effect.also:
        yield Work(name, INSTANT, EXCLUSIVE)


def metadata(effect: Effect, statement: Statement) -> Works:
    """Only what the server has noted of the table changes."""
    yield Work(table_of(effect), INSTANT)


def none(effect: Effect, statement: Statement) -> Works:
    """Yields nothing: no table is locked in a way that others would notice."""
    return iter(())
