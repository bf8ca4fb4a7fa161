"""Reads the statements that create, rename, empty and describe tables and what belongs to them."""

from typing import List, Sequence, Set

from ..model import Name
from ..schema.constraint_changes import CreateIndex, Mention, RenameIndex
from ..schema.dependants import mentioned, type_name, users_of
from ..schema.object_changes import RenameSequence
from ..schema.table import Index, Parts
from ..schema.table_changes import AlterColumn, CommentTable, CreateTable, CreateView, RenameTable
from . import dml
from .columns import read_columns, read_text
from .create_object import create_other
from .maintenance import described_by
from .object_kinds import NEITHER, OTHERS
from .reader import Reading, Unread, Walk, words
from .routines import create_function, rule, trigger
from .tokens import MYSQL, Token

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
        return create_view(walk, materialized)
    if what == "TRIGGER":
        return create_trigger(walk)
    if what == "RULE":
        return rule(walk)
    if what == "POLICY":
        return create_policy(walk)
    if what == "FUNCTION" or what == "PROCEDURE":
        return create_function(walk)
    if what in OTHERS:
        return create_other(walk, OTHERS[what])
    if what == "EVENT":
        raise Unread("makes an event, which may write by itself")
    if what in NEITHER:
        made = reading.effect("execute", detail="create " + what.lower())
        made.locked = described_by(walk, what)
        return None
    raise Unread("makes a thing (`%s`) that isn't understood" % what.lower())


def create_view(walk: Walk, materialized: bool) -> None:
    """Reads `CREATE VIEW`, from the name on."""
    view = walk.new_name()
    walk.until("AS")
    walk.take("AS")
    body = walk.rest()
    refs = dml.mentions(walk, body, with_names(body))
    needs = sorted(mentioned(walk.said(body)))
    walk.reading.effect(
        "create_view",
        view,
        detail="materialized" if materialized else None,
        refs=refs,
        change=CreateView(view, materialized, refs, needs),
    )


def create_policy(walk: Walk) -> None:
    """Reads `CREATE POLICY`, from the name on."""
    name = walk.identifier()
    walk.until("ON")
    walk.take("ON")
    table = walk.name()
    needs = sorted(mentioned(walk.said(walk.rest())))
    walk.reading.effect("create_policy", table, name, change=Mention(table, needs))


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
    table = walk.new_name()
    refs: List[Name] = []
    parts, partition = Parts(), False
    parents: List[Name] = []
    mentions: List[str] = []
    like: List[Name] = []
    if walk.take("LIKE"):
        refs.append(walk.name())
        like = [refs[0]]
    elif walk.take("OF"):
        mentions.append(type_name(str(walk.name())))
    elif walk.take("PARTITION", "OF"):
        refs.append(walk.name())
        parents, partition = [refs[0]], True
    elif walk.upper() == "(":
        group = walk.group()
        if group and group[0].upper == "SELECT":
            refs += dml.mentions(walk, group, frozenset())
        else:
            parts = read_columns(Walk(group, reading, walk.text), refs)
            like = likes(Walk(group, reading, walk.text))
    rest = walk.rest()
    if reading.dialect in MYSQL:
        others = ("AS", "SELECT", "PARTITION", "IGNORE", "REPLACE")
        parts.options = words(Walk(rest, reading, walk.text).until(*others))
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
            like = dml.mentions(walk, rest[index:], with_names(rest))
            refs += like
            mentions += sorted(mentioned(walk.said(rest[index:])))
            break
    reading.effect(
        "create_table",
        table,
        refs=[ref for ref in refs if ref != table],
        change=CreateTable(table, parts, parents, partition, if_not_exists, mentions, like),
    )


def likes(walk: Walk) -> List[Name]:
    """Reads the tables whose columns a new table gets, in the group of its columns."""
    found = []
    while not walk.done():
        if walk.take("LIKE") and walk.is_name():
            found.append(walk.name())
        walk.until(",")
        walk.take(",")
    return found


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
    start = walk.position
    columns = walk.names_in_group()
    said = walk.said(walk.tokens[start:])
    kind = next((word for word in ("FULLTEXT", "SPATIAL") if word in adjectives), None)
    said_of = said if mentioned(said) else None
    index = Index(name, columns, "UNIQUE" in adjectives, said_of, kind)
    reading.effect("create_index", table, name, change=CreateIndex(table, index))


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
        rename_to(walk.reading, old, walk.other_name(old))
        if not walk.take(","):
            break


def rename_to(reading: Reading, old: Name, new: Name) -> None:
    """Adds that a table, or what may be renamed as one, gets another name."""
    schema = reading.schema
    if schema is not None and schema.sequences.get(str(old)):
        change = RenameSequence(str(old), str(new))
        also = users_of(schema, [old.name])
        reading.effect("alter_sequence", None, str(old), also=also, change=change)
        return
    indexed = None if schema is None else schema.table_of_index(old.name, old.schema)
    if indexed is not None and schema is not None and schema.known(old) is None:
        renaming = RenameIndex(indexed, old.name, new.name)
        reading.effect("rename_index", indexed, old.name, new.name, change=renaming)
        return
    reading.effect(
        "rename_table",
        old,
        new_table=new,
        new_name=new.name,
        change=RenameTable(old, new),
    )


def moved(reading: Reading, table: Name, schema: str) -> None:
    """Adds that a table gets another schema."""
    rename_to(reading, table, reading.name(table.name, schema))


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
