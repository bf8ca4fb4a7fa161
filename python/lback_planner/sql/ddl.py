"""Reads the statements that create, rename, empty and describe tables and what belongs to them."""

from typing import List, Optional, Sequence, Set

from ..model import Change, Name
from ..schema.constraint_changes import CreateIndex
from ..schema.object_changes import CreateSchema, CreateType, SetSequence
from ..schema.table import Index, Parts
from ..schema.table_changes import AlterColumn, CommentTable, CreateTable, CreateView, RenameTable
from . import dml
from .columns import read_columns, read_text
from .object_kinds import NEITHER, OTHERS
from .reader import Reading, Unread, Walk
from .routines import create_function, trigger
from .tokens import STRING, Token

#: What stands between CREATE and what is made.
ADJECTIVES = (
    "OR REPLACE UNIQUE TEMP TEMPORARY GLOBAL LOCAL UNLOGGED CLUSTERED NONCLUSTERED FULLTEXT"
    " SPATIAL BITMAP FORCE NOFORCE RECURSIVE VIRTUAL FOREIGN"
    " EDITIONABLE NONEDITIONABLE CONSTRAINT EVENT TRUSTED PROCEDURAL COLUMN COLUMNSTORE PUBLIC"
    " PRIVATE AGGREGATE"
).split()


def create(walk: Walk) -> None:
    """Reads `CREATE …`."""
    reading = walk.reading
    start = walk.position
    walk.skip("OR", "ALTER", *[word for word in ADJECTIVES if word != "EVENT"])
    adjectives = {token.upper for token in walk.tokens[start : walk.position]}
    what = walk.upper()
    walk.next()
    materialized = what == "MATERIALIZED"
    if materialized:
        walk.next()
        what = "VIEW"
    if what == "INDEX":
        return create_index(walk, adjectives)
    if_not_exists = walk.take("IF", "NOT", "EXISTS")
    if what == "TABLE":
        return create_table(walk, bool(if_not_exists))
    if what == "VIEW":
        view = walk.name()
        walk.until("AS")
        walk.take("AS")
        body = walk.rest()
        refs = dml.mentions(walk, body, with_names(body))
        reading.effect(
            "create_view",
            view,
            detail="materialized" if materialized else None,
            refs=refs,
            change=CreateView(view, materialized, refs),
        )
        return None
    if what == "TRIGGER":
        return create_trigger(walk)
    if what in ("POLICY", "RULE"):
        name = walk.identifier()
        walk.until("ON", "TO")
        walk.next()
        if what == "RULE":
            raise Unread("makes a rule, which may change what statements do")
        reading.effect("create_policy", walk.name(), name)
        return None
    if what == "FUNCTION" or what == "PROCEDURE":
        return create_function(walk)
    if what in OTHERS:
        made = walk.name() if walk.is_name() and walk.upper() != "AUTHORIZATION" else None
        kind = OTHERS[what]
        values = None
        if kind == "type":
            walk.until("ENUM")
            walk.take("ENUM")
            values = [token.text for token in walk.group() if token.kind == STRING]
        if kind == "schema" and any(token.upper in ("CREATE", "GRANT") for token in walk.rest()):
            raise Unread("makes a schema with what is in it")
        change: Optional[Change] = None
        if kind == "type":
            change = CreateType(str(made), values)
        elif kind == "schema" and made is not None:
            change = CreateSchema(made.name)
        elif kind == "sequence":
            change = SetSequence(str(made), True)
        reading.effect("create_" + kind, None, made, change=change)
        return None
    if what == "EVENT":
        raise Unread("makes an event, which may write by itself")
    if what in NEITHER:
        reading.effect("execute", detail="create " + what.lower())
        return None
    raise Unread("makes a thing (`%s`) that isn't understood" % what.lower())


def with_names(tokens: Sequence[Token]) -> Set[str]:
    """Returns the names that a WITH gives to what it selects."""
    names = set()
    for index, token in enumerate(tokens):
        if (
            token.upper == "AS"
            and index
            and index + 1 < len(tokens)
            and tokens[index + 1].upper in ("(", "MATERIALIZED", "NOT")
        ):
            names.add(tokens[index - 1].text.lower())
    return names


def create_table(walk: Walk, if_not_exists: bool) -> None:
    """Reads `CREATE TABLE`, from the name on."""
    reading = walk.reading
    table = walk.name()
    refs: List[Name] = []
    parts, partition = Parts(), False
    parents: List[Name] = []
    if walk.take("LIKE"):
        refs.append(walk.name())
    elif walk.take("PARTITION", "OF"):
        refs.append(walk.name())
        parents, partition = [refs[0]], True
    elif walk.upper() == "(":
        group = walk.group()
        if group and group[0].upper == "SELECT":
            refs += dml.mentions(walk, group, frozenset())
        else:
            parts = read_columns(Walk(group, reading, walk.text), refs)
    rest = walk.rest()
    for index, token in enumerate(rest):
        if token.upper == "INHERITS":
            inner = Walk(Walk(rest[index + 1 :], reading, walk.text).group(), reading, walk.text)
            while inner.is_name():
                refs.append(inner.name())
                parents.append(refs[-1])
                inner.take(",")
        elif token.upper in ("SELECT", "WITH") and (
            index == 0 or rest[index - 1].upper in ("AS", "(", "IGNORE", "REPLACE")
        ):
            if token.upper == "WITH" and index + 1 < len(rest) and rest[index + 1].upper == "(":
                continue
            refs += dml.mentions(walk, rest[index:], with_names(rest))
            break
    reading.effect(
        "create_table",
        table,
        refs=[ref for ref in refs if ref != table],
        change=CreateTable(table, parts, parents, partition, if_not_exists),
    )


def create_index(walk: Walk, adjectives: Set[str]) -> None:
    """Reads `CREATE INDEX`, from the name on."""
    reading = walk.reading
    walk.skip("CONCURRENTLY")
    walk.take("IF", "NOT", "EXISTS")
    name = None
    if walk.upper() != "ON":
        name = walk.name().name
    if walk.take("USING"):
        walk.next()
    if not walk.take("ON"):
        raise Unread("makes an index, and it isn't clear on which table")
    walk.skip("ONLY")
    table = walk.name()
    if walk.take("USING"):
        walk.next()
    columns = walk.names_in_group()
    reading.effect(
        "create_index",
        table,
        name,
        change=CreateIndex(table, Index(name, columns, "UNIQUE" in adjectives)),
    )


def create_trigger(walk: Walk) -> None:
    """Reads `CREATE TRIGGER`, from the name on."""
    name = walk.name().name
    found = walk.until("ON")
    if not walk.take("ON"):
        raise Unread("makes a trigger, and it isn't clear on which table")
    if (
        walk.take("DATABASE")
        or walk.take("SCHEMA")
        or any(token.upper in ("DDL_COMMAND_START", "DDL_COMMAND_END") for token in found)
    ):
        raise Unread("makes a trigger that isn't on a table")
    table = walk.name()
    trigger(walk, table, name, found)


def rename(walk: Walk) -> None:
    """Reads `RENAME TABLE a TO b, c TO d`."""
    walk.skip("TABLE", "TABLES")
    while True:
        old = walk.name()
        if not walk.take("TO"):
            raise Unread("renames something, and it isn't clear what")
        renamed(walk.reading, old, walk.name())
        if not walk.take(","):
            break


def renamed(reading: Reading, old: Name, new: Name) -> None:
    """Adds that a table is renamed; a name without a schema stays in the old one."""
    if new.schema is None and old.schema is not None:
        new = reading.name(new.name, old.schema)
    reading.effect(
        "rename_table",
        old,
        new_table=new,
        new_name=new.name,
        change=RenameTable(old, new),
    )


def truncate(walk: Walk) -> None:
    """Reads `TRUNCATE`."""
    walk.skip("TABLE", "ONLY")
    while True:
        name = walk.name()
        walk.take("*")
        walk.reading.effect("truncate", name)
        if not walk.take(","):
            break
        walk.skip("ONLY")
    if walk.upper() == "CASCADE" or any(token.upper == "CASCADE" for token in walk.rest()):
        schema = walk.reading.schema
        if schema is None:
            walk.reading.problem("truncates what refers to a table, too")
        else:
            seen = [effect.table for effect in walk.reading.effects if effect.table is not None]
            for table in seen:
                for other in schema.referring_to(table):
                    if other not in seen:
                        seen.append(other)
                        walk.reading.effect("truncate", other)


def comment(walk: Walk) -> None:
    """Reads `COMMENT ON …`."""
    reading = walk.reading
    if not walk.take("ON"):
        raise Unread("comments on something that isn't clear")
    what = walk.upper()
    walk.next()
    if what == "TABLE":
        table = walk.name()
        walk.take("IS")
        reading.effect("comment", table, change=CommentTable(table, read_text(walk)))
    elif what == "COLUMN":
        parts = [walk.identifier()]
        while walk.take("."):
            parts.append(walk.identifier())
        if len(parts) < 2:
            raise Unread("comments on a column, and it isn't clear of which table")
        table = reading.name(parts[-2], parts[-3] if len(parts) > 2 else None)
        walk.take("IS")
        change = AlterColumn(table, parts[-1], comment=read_text(walk) or "")
        reading.effect("alter_column", table, parts[-1], detail="comment", change=change)
    elif what in ("CONSTRAINT", "TRIGGER", "POLICY", "RULE"):
        name = walk.identifier()
        walk.take("ON")
        walk.take("DOMAIN")
        reading.effect("comment", walk.name(), name)
    else:
        reading.effect("execute", detail="comment on " + what.lower())
