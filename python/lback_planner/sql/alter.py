"""Reads ALTER TABLE, with all its clauses."""

from typing import Optional

from ..model import Change, Name
from ..schema.constraint_changes import (
    DropConstraint,
    DropIndex,
    Mention,
    RenameConstraint,
    RenameIndex,
    ValidateConstraint,
)
from ..schema.dependants import plain
from ..schema.table import Column, Parts
from ..schema.table_changes import (
    AlterColumn,
    Attach,
    Detach,
    DropColumn,
    RenameColumn,
)
from . import ddl
from .alter_add import add
from .columns import read_column
from .drop import dependants
from .reader import Unread, Walk, words
from .tokens import MYSQL, Token


def alter_table(walk: Walk) -> None:
    """Reads `ALTER TABLE`, from what follows on."""
    walk.take("IF", "EXISTS")
    if walk.take("ALL", "IN"):
        raise Unread("alters all tables of a tablespace")
    only = walk.take("ONLY")
    table = walk.name()
    walk.take("*")
    if walk.reading.dialect in MYSQL and walk.take_any("WAIT", "NOWAIT") == "WAIT":
        walk.next()
    clauses(walk, table, " ONLY " if only else "")


def clauses(walk: Walk, table: Name, ending: str = "") -> None:
    """Reads what follows `ALTER TABLE t`, from comma to comma. `ending`: of `Effect.clause`."""
    if walk.done():
        raise Unread("alters `%s`, and it isn't clear how" % table)
    before = len(walk.reading.effects)
    adding: Optional[Token] = None
    while not walk.done():
        is_list = walk.upper() in OF_PARTITIONS and walk.upper(1) == "PARTITION"
        found = walk.rest() if is_list and walk.reading.dialect in MYSQL else walk.until(",")
        inner = Walk(found, walk.reading, walk.text)
        walk.take(",")
        if not inner.tokens:
            continue
        if adding and inner.upper() not in VERBS:
            # SQL Server: ADD a int, b int.
            inner.tokens.insert(0, adding)
        walk.reading.clause = words(inner.tokens) + ending
        adding = inner.peek() if inner.upper() == "ADD" else None
        clause(inner, table)
    if len(walk.reading.effects) == before:
        walk.reading.effect("alter_table", table)


VERBS = frozenset(
    """
    ADD DROP ALTER MODIFY CHANGE RENAME SET RESET ENABLE DISABLE OWNER VALIDATE CLUSTER ATTACH
    DETACH INHERIT NO OF NOT REPLICA FORCE CONVERT ENGINE COMMENT AUTO_INCREMENT DEFAULT CHARACTER
    ORDER ALGORITHM LOCK WITH WITHOUT ROW_FORMAT CHARSET COLLATE CHECK NOCHECK REBUILD SWITCH ROW
    PARTITION REMOVE COALESCE REORGANIZE ANALYZE OPTIMIZE REPAIR TRUNCATE KEY_BLOCK_SIZE MAX_ROWS
    MIN_ROWS AVG_ROW_LENGTH CHECKSUM PACK_KEYS DELAY_KEY_WRITE PAGE_COMPRESSED
    PAGE_COMPRESSION_LEVEL PAGE_CHECKSUM COMPRESSION ENCRYPTION TABLESPACE STATS_PERSISTENT
    STATS_AUTO_RECALC STATS_SAMPLE_PAGES TRANSACTIONAL AUTOEXTEND_SIZE
    """.split()
)
#: What may precede `PARTITION a, b`: there a comma begins no clause.
OF_PARTITIONS = (
    "DROP", "TRUNCATE", "REORGANIZE", "ANALYZE", "OPTIMIZE", "REPAIR", "CHECK", "REBUILD",
)  # fmt: skip


def clause(walk: Walk, table: Name) -> None:
    """Reads one clause."""
    reading = walk.reading
    verb = walk.upper()
    walk.next()
    if verb in ("WITH", "WITHOUT") and walk.upper(1) == "ADD":
        walk.next()
        walk.next()
        verb = "ADD"
    if verb == "ADD":
        add(walk, table)
    elif verb == "DROP":
        dropped(walk, table)
    elif verb in ("ALTER", "MODIFY"):
        if walk.take_any("CONSTRAINT", "INDEX", "CHECK"):
            reading.effect("alter_table", table, detail="constraint %s" % walk.identifier())
            return
        walk.take("COLUMN")
        walk.take("IF", "EXISTS")
        if walk.upper() == "(":
            for name in walk.names_in_group():
                reading.effect("alter_column", table, name, destructive=True)
            return
        name = walk.identifier()
        typed = (
            verb == "MODIFY"
            or any(token.upper == "TYPE" for token in walk.tokens)
            or walk.upper() not in ("SET", "DROP", "ADD", "RESET", "RESTART", "TYPE")
        )
        detail = walk.said(walk.tokens[walk.position :]) or None
        if typed:
            if walk.upper(1) != "(":
                # A set of values is a type of MySQL.
                walk.skip("SET", "DATA", "TYPE")
            rest = Walk(walk.tokens[walk.position - 1 :], reading, walk.text)
            # In `ALTER c TYPE t` the word before the type is not the name.
            column = read_column(rest, Parts(), [])._replace(name=name)
            altered = retyped(table, column, verb == "MODIFY")
        else:
            altered = changed(walk, table, name)
        reading.effect(
            "alter_column", table, name, destructive=typed, detail=detail, change=altered
        )
    elif verb == "CHANGE":
        walk.take("COLUMN")
        old = walk.identifier()
        column = read_column(walk, Parts(), [])
        if column.name != old:
            reading.effect(
                "rename_column",
                table,
                old,
                column.name,
                change=RenameColumn(table, old, column.name),
            )
        reading.effect(
            "alter_column",
            table,
            column.name,
            destructive=True,
            change=retyped(table, column, True),
        )
    elif verb == "RENAME":
        renames(walk, table)
    elif verb == "SET" and walk.take("SCHEMA"):
        ddl.moved(reading, table, walk.identifier())
    elif verb == "COMMENT":
        reading.effect("comment", table)
    elif (
        verb in ("ATTACH", "INHERIT") or (verb == "NO" and walk.take("INHERIT")) or verb == "DETACH"
    ):
        partition = walk.take("PARTITION")
        other = walk.name()
        child, parent = (other, table) if verb in ("ATTACH", "DETACH") else (table, other)
        change: Change = (
            Attach(child, parent, bool(partition))
            if verb in ("ATTACH", "INHERIT")
            else Detach(child, parent)
        )
        reading.effect("alter_table", table, detail=verb.lower(), also=[other], refs=[])
        reading.effect("alter_table", child, detail=verb.lower(), change=change)
    elif verb == "VALIDATE":
        validated(walk, table)
    elif verb == "TRUNCATE":
        reading.effect("delete", table, detail="truncate partition")
    elif verb == "OF":
        kind = walk.name()
        reading.effect("alter_table", table, detail="of", change=Mention(table, [plain(str(kind))]))
    elif verb in ("CHECK", "NOCHECK") or verb in VERBS:
        reading.effect("alter_table", table, detail=walk.said(walk.tokens)[:100] or None)
    else:
        raise Unread("alters `%s` in a way (`%s`) that isn't understood" % (table, verb.lower()))


def validated(walk: Walk, table: Name) -> None:
    """Reads `VALIDATE CONSTRAINT name`, after the verb."""
    detail = walk.said(walk.tokens)[:100]
    walk.take("CONSTRAINT")
    name = walk.identifier()
    walk.reading.effect(
        "alter_table", table, name, detail=detail, change=ValidateConstraint(table, name)
    )


def retyped(table: Name, column: Column, is_whole: bool) -> AlterColumn:
    """Returns the change to a column's type; MySQL's `MODIFY` gives the whole column anew."""
    if not is_whole:
        return AlterColumn(table, column.name, column.type)
    return AlterColumn(
        table,
        column.name,
        column.type,
        column.nullable,
        default=column.default,
        drops_default=column.default is None,
        comment=column.comment or "",
    )


def changed(walk: Walk, table: Name, column: str) -> AlterColumn:
    """Reads `SET NOT NULL`, `DROP DEFAULT` and the like, after the name of a column."""
    if walk.take("SET", "NOT", "NULL"):
        return AlterColumn(table, column, nullable=False)
    if walk.take("DROP", "NOT", "NULL"):
        return AlterColumn(table, column, nullable=True)
    if walk.take("SET", "DEFAULT"):
        return AlterColumn(table, column, default=walk.said(walk.rest()) or None)
    if walk.take_any("DROP"):
        return AlterColumn(table, column, drops_default=True)
    return AlterColumn(table, column)


def dropped(walk: Walk, table: Name) -> None:
    """Reads `DROP …` of a table."""
    reading = walk.reading
    if walk.take_any("CONSTRAINT", "CHECK"):
        walk.take("IF", "EXISTS")
        name = walk.identifier()
        also = []
        if walk.upper() == "CASCADE" and reading.schema is not None:
            also = reading.schema.referring_to(table)
        reading.effect(
            "drop_constraint", table, name, also=also, change=DropConstraint(table, name)
        )
    elif walk.take("PRIMARY", "KEY"):
        reading.effect(
            "drop_constraint",
            table,
            "PRIMARY",
            change=DropConstraint(table, None, primary=True),
        )
    elif walk.take("FOREIGN", "KEY"):
        walk.take("IF", "EXISTS")
        name = walk.identifier()
        reading.effect("drop_constraint", table, name, change=DropConstraint(table, name))
    elif walk.upper() in ("INDEX", "KEY") and walk.is_name(1):
        walk.next()
        walk.take("IF", "EXISTS")
        name = walk.identifier()
        reading.effect("drop_index", table, name, change=DropIndex(table, name))
    elif walk.take("PARTITION"):
        reading.effect("delete", table, detail="drop partition")
    elif reading.dialect in MYSQL and walk.take("SYSTEM", "VERSIONING"):
        # The former versions of all rows go with it.
        reading.effect("alter_table", table, detail="drop system versioning", destructive=True)
    else:
        walk.take("COLUMN")
        walk.take("IF", "EXISTS")
        names = walk.names_in_group() if walk.upper() == "(" else [walk.identifier()]
        also = []
        if walk.upper() == "CASCADE" and reading.schema is not None:
            also = dependants(reading, table)
        for name in names:
            reading.effect("drop_column", table, name, also=also, change=DropColumn(table, name))


def renames(walk: Walk, table: Name) -> None:
    """Reads `RENAME …` of a table."""
    reading = walk.reading
    if walk.upper() in ("TO", "AS") and walk.is_name(1):
        walk.next()
        return ddl.rename_to(reading, table, walk.other_name(table))
    if walk.upper() in ("INDEX", "KEY", "CONSTRAINT") and walk.is_name(1) and walk.upper(2) == "TO":
        constraint = walk.upper() == "CONSTRAINT"
        walk.next()
        old = walk.identifier()
        walk.next()
        new = walk.identifier()
        if constraint:
            renaming: Change = RenameConstraint(table, old, new)
            reading.effect("rename_constraint", table, old, new, change=renaming)
        else:
            reading.effect("rename_index", table, old, new, change=RenameIndex(table, old, new))
        return None
    walk.take("COLUMN")
    old = walk.identifier()
    if walk.take("TO"):
        new = walk.identifier()
        reading.effect("rename_column", table, old, new, change=RenameColumn(table, old, new))
        return None
    if walk.done():
        # MySQL: RENAME new_name.
        return ddl.rename_to(reading, table, Name(old, table.schema))
    raise Unread("renames something of `%s`, and it isn't clear what" % table)
