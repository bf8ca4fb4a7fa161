"""The locks of statements about columns."""

import re
from typing import List, Optional, Sequence

from ...model import Effect, Name
from ...schema.dependants import keys_on
from ...schema.state import Schema
from ...schema.table import Column, Table
from ...schema.table_changes import AddColumn, AlterColumn
from ..rules import Locks
from ..table_lock import ANSWERS, NO, UNKNOWN, YES, unknown_lock, worse
from .common import table_of, with_parts
from .defaults import writes_each_row
from .modes import ACCESS_EXCLUSIVE, SHARE_UPDATE_EXCLUSIVE, lock
from .tables import referred
from .types import PlainType, rewrites


def add_column(effect: Effect, schema: Schema) -> Locks:
    name, change = table_of(effect), effect.change
    if not isinstance(change, AddColumn):
        yield unknown_lock(name)
        return
    column, parts = change.column, change.parts
    anew = fills_rows(column, schema)
    reads = YES if parts.uniques or parts.primary_key or parts.checks else NO
    if " CHECK" in effect.clause or (parts.foreign_keys and column.default is not None):
        reads = YES
    if not column.nullable and column.default is None and column.generated is None:
        # It fails where there are rows, which the server finds out by reading.
        reads = YES
    yield from with_parts(effect, schema, lock(name, ACCESS_EXCLUSIVE, anew, reads))
    for key in parts.foreign_keys:
        yield from referred(key, name)


def fills_rows(column: Column, schema: Schema) -> str:
    """Returns whether a new column is written into all rows."""
    if column.generated in ("auto", "identity"):
        return YES
    if column.generated == "computed":
        # By default, it is stored up to version 17, and virtual from version 18 on.
        return UNKNOWN if schema.version[:1] >= (18,) else YES
    default = column.default
    if default is not None and default.strip().upper() == "NULL":
        default = None
    anew = writes_each_row(default)
    if anew != YES and column.type is not None:
        # The checks of a domain are made in each row.
        known = PlainType(column.type).is_known(schema.types)
        anew = anew if known else worse(anew, UNKNOWN)
    return anew


def drop_column(effect: Effect, schema: Schema) -> Locks:
    name = table_of(effect)
    yield from with_parts(effect, schema, lock(name, ACCESS_EXCLUSIVE))
    for other in effect.also:
        yield lock(other, ACCESS_EXCLUSIVE)
    table = schema.known(name)
    for key in () if table is None else table.foreign_keys:
        if effect.name in key.columns:
            yield lock(key.referred, ACCESS_EXCLUSIVE)


def alter_column(effect: Effect, schema: Schema) -> Locks:
    name, change = table_of(effect), effect.change
    if effect.detail == "comment" or is_weak(effect.clause):
        yield lock(name, SHARE_UPDATE_EXCLUSIVE)
        return
    if not isinstance(change, AlterColumn):
        yield unknown_lock(name)
        return
    table = schema.known(name) or Table(unsure=True)
    column = table.columns.get(change.column)
    anew, reads = NO, NO
    if change.type is not None:
        old = None if column is None or table.unsure else column.type
        anew = worse_of_casts([old, *casts(effect.clause, change)], schema)
        reads = YES if is_checked(table, change.column) else anew
    elif change.nullable is False:
        reads = checks_null(table, change.column)
    yield from with_parts(effect, schema, lock(name, ACCESS_EXCLUSIVE, anew, reads))
    if change.type is not None:
        yield from keys_made_anew(name, table, change.column, anew, schema)


def is_weak(clause: str) -> bool:
    """Returns whether a clause sets what only the planner of queries uses."""
    return any(words in clause for words in (" SET STATISTICS", " SET (", " RESET ("))


def keys_made_anew(name: Name, table: Table, column: str, anew: str, schema: Schema) -> Locks:
    """Yields the locks on the other tables of foreign keys of a column that gets another type."""
    for key in table.foreign_keys:
        if column in key.columns:
            yield lock(key.referred, ACCESS_EXCLUSIVE)
    for other in keys_on(schema, name, table, [column]):
        yield lock(other, ACCESS_EXCLUSIVE, scans=anew)


def is_checked(table: Table, column: str) -> bool:
    """Returns whether a check is about a column, so that it is made again for the new type."""
    word = re.compile(r"\b%s\b" % re.escape(column), re.IGNORECASE)
    return any(word.search(check.condition) for check in table.checks if check.valid)


def casts(clause: str, change: AlterColumn) -> List[Optional[str]]:
    """Returns the types to which values are cast one after another, `None` for an expression that
    does more.
    """
    _, using, expression = clause.replace(" ONLY ", " ").partition(" USING ")
    words = expression.replace("CAST (", "").split() if using else []
    if words[:1] == [change.column.upper()]:
        words = words[1:]
    if words and words[0] not in ("::", "AS"):
        return [None, change.type]
    said = " ".join("::" if word == "AS" else word for word in words)
    types = [part.strip().lower() for part in said.split("::")[1:]]
    # A clause has no numbers.
    plain = re.sub(r"\d", "", change.type or "").lower().split()
    same = [change.type if "".join(each.split()) == "".join(plain) else each for each in types]
    return [*same, change.type]


def worse_of_casts(types: Sequence[Optional[str]], schema: Schema) -> str:
    """Returns whether one cast of several, from the first of these types on, rewrites a table."""
    if None in types[1:]:
        return YES
    pairs = zip(types, types[1:])
    found = [rewrites(old, new, schema.types) for old, new in pairs]
    return max(found, key=ANSWERS.index)


def checks_null(table: Table, column: str) -> str:
    """Returns whether `SET NOT NULL` reads the rows. A check that says so already spares that."""
    known = table.columns.get(column)
    if known is not None and not known.nullable and not table.unsure:
        return NO
    wanted = "%s is not null" % column.lower()
    conditions = [check.condition for check in table.checks if check.valid]
    return NO if any(wanted in conjuncts(condition) for condition in conditions) else YES


def conjuncts(condition: str) -> List[str]:
    """Returns the parts of a condition that all hold, in lower case and without quotes."""
    text = " ".join(condition.lower().replace('"', "").split())
    parts = [text] if " or " in text else text.split(" and ")
    return [part.strip("() ") for part in parts]
