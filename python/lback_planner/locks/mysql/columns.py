"""The work of clauses about columns."""

import re
from typing import Optional

from ...model import Effect, Name
from ...schema.table import Column, Unique
from ...schema.table_changes import AddColumn, AlterColumn
from ..table_lock import YES
from .indexes import key_becomes_primary
from .statement import Statement, Works, table_of
from .types import WIDTHS, Charset, retyping
from .work import IN_PLACE, INSTANT, MAYBE, NONE, REBUILD, SHARED, Work, copied, unknown_work

POSITION = re.compile(r" (?:FIRST$|AFTER\b)")
CALL = re.compile(r"(\w+)\s*\(")
#: Functions that have one value for all rows of a statement.
STEADY = frozenset(
    "current_timestamp now localtime localtimestamp current_date curdate current_time curtime"
    " utc_timestamp unix_timestamp concat coalesce ifnull cast convert json_array"
    " json_object".split()
)
#: Functions that have another value in each row.
UNSTEADY = frozenset("uuid sys_guid uuid_short uuid_v4 uuid_v7 nextval".split())


def add_column(effect: Effect, statement: Statement) -> Works:
    name, change = table_of(effect), effect.change
    if not isinstance(change, AddColumn):
        yield unknown_work(name)
        return
    column, parts = change.column, change.parts
    is_mariadb = statement.schema.is_mariadb
    if column.generated == "auto" or " AUTO_INCREMENT" in effect.clause:
        yield Work(name, REBUILD, SHARED)
        return
    if column.generated == "computed":
        if re.search(r"\b(STORED|PERSISTENT)\b", effect.clause):
            yield copied(name, statement)
        else:
            yield layout(name, INSTANT, statement)
    elif writes_each_row(column, statement) is not False:
        steady = writes_each_row(column, statement)
        yield copied(name, statement) if steady else unknown_work(name)
    else:
        yield layout(name, added(name, effect, statement), statement)
    if parts.uniques or parts.primary_key:
        yield Work(name, REBUILD, NONE)
    if parts.checks or " CHECK (" in effect.clause:
        # MariaDB takes the rows for right: the column is new.
        yield Work(name, INSTANT) if is_mariadb else copied(name, statement)
    if parts.foreign_keys and statement.is_at_least(mysql=(9, 0), mariadb=(10, 5)) is not False:
        # MySQL ignores a reference of a column up to version 8.
        yield copied(name, statement)


def layout(name: Name, algorithm: int, statement: Statement) -> Work:
    """Returns the work of a part that changes which columns there are."""
    if algorithm == INSTANT and statement.is_compressed(name):
        algorithm = REBUILD
    return Work(name, algorithm, None if algorithm == MAYBE else NONE, alone=algorithm == INSTANT)


def added(name: Name, effect: Effect, statement: Statement) -> int:
    """Returns how a plain column is added."""
    if statement.has_fulltext(name):
        return REBUILD
    if POSITION.search(effect.clause):
        if statement.schema.is_mariadb and has_computed(name, statement):
            return MAYBE
        return by_version(statement, statement.is_at_least(mysql=(8, 0, 29), mariadb=(10, 4)))
    return by_version(statement, statement.is_at_least(mysql=(8, 0, 12), mariadb=(10, 3, 2)))


def by_version(statement: Statement, is_instant: Optional[bool]) -> int:
    return MAYBE if is_instant is None else INSTANT if is_instant else REBUILD


def has_computed(name: Name, statement: Statement) -> bool:
    columns = statement.table(name).columns.values()
    return any(column.generated == "computed" for column in columns)


def writes_each_row(column: Column, statement: Statement) -> Optional[bool]:
    """Returns whether the default of a new column is worked out in each row, `None` if it may."""
    default = (column.default or "").strip()
    calls = {word.lower() for word in CALL.findall(default)}
    if not statement.schema.is_mariadb and default.startswith("("):
        # MySQL copies for each expression in parentheses.
        return True
    if calls & UNSTEADY:
        return True
    return False if calls <= STEADY else None


def drop_column(effect: Effect, statement: Statement) -> Works:
    name, column = table_of(effect), effect.name or ""
    known = statement.table(name)
    indexed = any(column in index.columns for index in known.indexes.values()) or any(
        column in unique.columns for unique in known.uniques
    )
    keyed = any(column in key.columns for key in known.foreign_keys)
    if column in known.primary_key:
        yield copied(name, statement)
    elif statement.has_fulltext(name):
        yield Work(name, REBUILD)
    elif indexed or keyed:
        # The index goes, too, which isn't instant.
        if statement.schema.is_mariadb:
            found = MAYBE if has_computed(name, statement) else IN_PLACE
            yield Work(name, found, None if found == MAYBE else NONE)
        else:
            yield Work(name, REBUILD)
    else:
        is_instant = statement.is_at_least(mysql=(8, 0, 29), mariadb=(10, 4))
        yield layout(name, by_version(statement, is_instant), statement)


def alter_column(effect: Effect, statement: Statement) -> Works:
    name, change = table_of(effect), effect.change
    if not isinstance(change, AlterColumn):
        yield unknown_work(name)
        return
    if change.type is None:
        # SET DEFAULT, DROP DEFAULT, SET VISIBLE.
        yield Work(name, INSTANT)
        return
    before = statement.column(name, change.column)
    if before is None or before.type is None:
        yield Work(name, MAYBE, None)
        return
    if " AUTO_INCREMENT" in effect.clause and before.generated != "auto":
        yield copied(name, statement)
    if before.generated == "computed" or " AS (" in effect.clause:
        yield recomputed(name, effect, before, statement)
        return
    charset = Charset.OTHER if names_charset(effect.clause) else Charset.SAME
    has_four = statement.option(name, "CHARSET|CHARACTER SET|DEFAULT_CHARSET") == "UTF8MB4"
    widths = (4,) if has_four else WIDTHS
    known = retyping(before.type, change.type, charset, widths, statement)
    if known == "copy":
        yield copied(name, statement)
    else:
        yield Work(name, INSTANT) if known == "same" else Work(name, MAYBE, None)
    if change.nullable is not None and change.nullable != before.nullable:
        yield nulled(name, change, statement)
    if POSITION.search(effect.clause):
        is_instant = statement.is_at_least(mariadb=(10, 4))
        yield layout(name, by_version(statement, is_instant), statement)
    if " PRIMARY KEY" in effect.clause or " UNIQUE" in effect.clause:
        rebuilds = " PRIMARY KEY" in effect.clause or key_becomes_primary(
            name, Unique(None, [change.column]), statement
        )
        yield Work(name, REBUILD if rebuilds else IN_PLACE, NONE, YES)


def nulled(name: Name, change: AlterColumn, statement: Statement) -> Work:
    """Returns the work of a column that accepts NULL, or no longer."""
    known = statement.table(name)
    if change.column in known.primary_key and change.nullable:
        # A column of a primary key never accepts NULL, whatever is written.
        return Work(name, INSTANT)
    return Work(name, REBUILD)


def recomputed(name: Name, effect: Effect, before: Column, statement: Statement) -> Work:
    """Returns the work of a generated column that changes, or is one no longer."""
    is_virtual = " VIRTUAL" in effect.clause
    if statement.schema.is_mariadb and is_virtual and before.generated == "computed":
        # Another expression of a virtual column is instant, and a stored one is copied.
        return Work(name, MAYBE, None)
    return copied(name, statement)


def names_charset(clause: str) -> bool:
    return bool(re.search(r"\b(CHARACTER SET|CHARSET|COLLATE)\b", clause))
