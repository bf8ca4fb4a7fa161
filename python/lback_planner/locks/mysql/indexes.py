"""The work of clauses about indexes, keys and checks."""

import re

from ...model import Effect, Name
from ...schema.constraint_changes import AddConstraints, CreateIndex
from ...schema.table import Unique
from ..table_lock import NO, YES
from .statement import Statement, Works, table_of
from .work import IN_PLACE, INSTANT, MAYBE, NONE, REBUILD, SHARED, Work, copied, unknown_work

KIND = re.compile(r"\b(FULLTEXT|SPATIAL)\b")


def create_index(effect: Effect, statement: Statement) -> Works:
    name = table_of(effect)
    found = KIND.search(effect.clause.partition("(")[0])
    if found is None:
        change = effect.change
        is_unique = isinstance(change, CreateIndex) and change.index.unique
        columns = change.index.columns if isinstance(change, CreateIndex) else []
        rebuilds = is_unique and key_becomes_primary(name, Unique(None, columns), statement)
        yield Work(name, REBUILD if rebuilds else IN_PLACE, NONE, YES)
    elif found.group(1) == "SPATIAL" or statement.has_fulltext(name):
        yield Work(name, IN_PLACE, SHARED, YES)
    else:
        # The first one needs a number of each row in a hidden column.
        is_known = not statement.table(name).unsure
        yield Work(name, REBUILD if is_known else MAYBE, SHARED, YES)


def drop_index(effect: Effect, statement: Statement) -> Works:
    if effect.table is not None:
        yield Work(effect.table, IN_PLACE)


def create_constraint(effect: Effect, statement: Statement) -> Works:
    name, change = table_of(effect), effect.change
    if not isinstance(change, AddConstraints):
        yield unknown_work(name)
        return
    parts = change.parts
    if parts.foreign_keys:
        yield copied(name, statement)
        for key in parts.foreign_keys:
            if key.referred != name:
                yield Work(key.referred, INSTANT)
    elif parts.primary_key:
        yield Work(name, REBUILD)
    elif parts.checks:
        is_off = "NOT ENFORCED" in effect.clause
        yield Work(name, IN_PLACE) if is_off else copied(name, statement)
    elif not parts.uniques:
        yield unknown_work(name)
    else:
        rebuilds = any(key_becomes_primary(name, unique, statement) for unique in parts.uniques)
        yield Work(name, REBUILD if rebuilds else IN_PLACE, NONE, YES)


def key_becomes_primary(name: Name, unique: Unique, statement: Statement) -> bool:
    """Returns whether a unique index orders the rows: the first one without NULL does, where there
    is no primary key.
    """
    known = statement.table(name)
    if known.unsure or known.primary_key or not unique.columns:
        return False
    columns = [known.columns.get(column) for column in unique.columns]
    before = [
        other
        for other in known.uniques
        if all(column in known.columns and not known.columns[column].nullable
               for column in other.columns)
    ]  # fmt: skip
    return not before and all(column is not None and not column.nullable for column in columns)


def drop_constraint(effect: Effect, statement: Statement) -> Works:
    name = table_of(effect)
    if effect.name == "PRIMARY":
        if statement.schema.is_mariadb or statement.adds_primary_key(name):
            yield Work(name, REBUILD)
        else:
            yield copied(name, statement)
        return
    known = statement.table(name)
    if any(unique.name == effect.name for unique in known.uniques):
        yield Work(name, IN_PLACE)
    else:
        yield Work(name, INSTANT, NONE, NO)
