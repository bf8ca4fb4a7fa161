"""Reads ALTER: of tables, and of what is beside them."""

from typing import Callable, Dict, List, Optional

from ..model import Change, Name
from ..schema.constraint_changes import Mention, OwnSequence, RenameIndex, RenameTrigger
from ..schema.dependants import mentioned, plain, showing, users_of
from ..schema.object_changes import (
    CreateFunction,
    RenameFunction,
    RenameSequence,
    RenameType,
)
from ..schema.schema_changes import RenameSchema, names_in
from ..schema.search_path import SetPath
from ..schema.table import Body
from . import ddl
from .alter import alter_table
from .object_kinds import NEITHER
from .paths import schemas_in
from .reader import Reading, Unread, Walk

#: Kinds of objects of which a change concerns no table.
WITHOUT_TABLES = ("DATABASE", "EXTENSION", "DEFAULT", "SYSTEM", "EVENT")
FUNCTIONS = ("FUNCTION", "PROCEDURE", "ROUTINE", "AGGREGATE")


def alter(walk: Walk) -> None:
    """Reads `ALTER …`."""
    walk.skip("FOREIGN", "ONLINE", "OFFLINE", "IGNORE")
    what = walk.upper()
    walk.next()
    if what == "MATERIALIZED":
        walk.next()
        what = "VIEW"
    walk.take("IF", "EXISTS")
    if what in FUNCTIONS:
        alter_function(walk, what)
    elif what in KINDS:
        KINDS[what](walk)
    elif what in ("POLICY", "TRIGGER", "RULE"):
        alter_part(walk, what)
    elif what in NEITHER or what in WITHOUT_TABLES:
        alter_other(walk, what)
    else:
        raise Unread("alters a thing (`%s`) that isn't understood" % what.lower())


def alter_other(walk: Walk, what: str) -> None:
    """Reads `ALTER` of objects that have no tables, from the name on."""
    words = {token.upper for token in walk.tokens}
    change: Optional[Change] = None
    if "SEARCH_PATH" in words and what != "SESSION":
        walk.reading.problem("sets the search path of later connections")
    elif "CURRENT_SCHEMA" in words:
        change = SetPath(schemas_in(walk.reading, walk.tokens[-1:]))
    walk.reading.effect("execute", detail="alter " + what.lower(), change=change)


def users(reading: Reading, name: str) -> List[Name]:
    """Returns what shows the name of an object."""
    return [] if reading.schema is None else users_of(reading.schema, [name])


def new_name(walk: Walk, old: Name) -> Optional[Name]:
    """Reads `RENAME TO` and `SET SCHEMA`. Returns the new name, `None` for another change."""
    if walk.take("RENAME", "TO"):
        return walk.reading.name(walk.identifier(), old.schema)
    if walk.take("SET", "SCHEMA"):
        return walk.reading.name(old.name, walk.identifier())
    return None


def alter_index(walk: Walk) -> None:
    """Reads `ALTER INDEX`, from the name on."""
    reading = walk.reading
    name = walk.name()
    indexed: Optional[Name] = None
    if reading.schema is not None:
        indexed = reading.schema.table_of_index(name.name, name.schema)
    if walk.take("ON"):
        indexed = walk.name()
    if not walk.take("RENAME", "TO"):
        reading.effect("alter_table", indexed, detail="index %s" % name.name)
        return
    if indexed is None:
        reading.problem("renames the index `%s`, and no script says of which table it is" % name)
    new = walk.identifier()
    change = RenameIndex(indexed, name.name, new)
    reading.effect("rename_index", indexed, name.name, new, change=change)


def alter_view(walk: Walk) -> None:
    """Reads `ALTER VIEW`, from the name on."""
    view = walk.name()
    if walk.take("RENAME", "TO"):
        return ddl.rename_to(walk.reading, view, walk.other_name(view))
    if walk.take("SET", "SCHEMA"):
        return ddl.moved(walk.reading, view, walk.identifier())
    walk.reading.effect("create_view", view, detail="altered")
    return None


def alter_type(walk: Walk) -> None:
    """Reads `ALTER TYPE` and `ALTER DOMAIN`, from the name on."""
    name = walk.name()
    new = new_name(walk, name)
    # Columns show their type's name.
    walk.reading.effect(
        "alter_type",
        None,
        str(name),
        also=users(walk.reading, name.name),
        change=None if new is None else RenameType(str(name), str(new)),
    )


def alter_sequence(walk: Walk) -> None:
    """Reads `ALTER SEQUENCE`, from the name on."""
    name = walk.name()
    owner = owner_of(walk)
    if owner is None:
        return rename_sequence(walk, name)
    change = OwnSequence(owner, plain(name.name))
    walk.reading.effect("alter_sequence", None, str(name), change=change)
    return None


def owner_of(walk: Walk) -> Optional[Name]:
    """Reads `OWNED BY t.c` among the options of a sequence, `None` where there is none."""
    start = walk.position
    walk.until("OWNED")
    if walk.take("OWNED", "BY") and walk.upper() != "NONE":
        parts = [walk.identifier()]
        while walk.take("."):
            parts.append(walk.identifier())
        if len(parts) > 1:
            return walk.reading.name(parts[-2], parts[-3] if len(parts) > 2 else None)
    walk.position = start
    return None


def rename_sequence(walk: Walk, name: Name) -> None:
    """Reads what is done to a sequence."""
    new = new_name(walk, name)
    change = None if new is None else RenameSequence(str(name), str(new))
    # Defaults show the name of their sequence.
    also = users(walk.reading, name.name) if change is not None else []
    walk.reading.effect("alter_sequence", None, str(name), also=also, change=change)


def alter_function(walk: Walk, what: str) -> None:
    """Reads `ALTER FUNCTION` and the like, from the name on."""
    reading = walk.reading
    if reading.dialect == "mssql":
        raise Unread("changes a procedure")
    name = walk.name()
    walk.group()
    new = new_name(walk, name)
    change: Optional[Change] = None if new is None else RenameFunction(name.name, new.name)
    if any(token.upper == "SEARCH_PATH" for token in walk.tokens):
        reading.problem("sets the search path of the function `%s`" % name)
        change = CreateFunction(name.name, Body([], False), "another search path")
    also = users(reading, name.name) if new is not None else []
    reading.effect("execute", detail="alter " + what.lower(), also=also, change=change)


def alter_schema(walk: Walk) -> None:
    """Reads `ALTER SCHEMA`, from the name on."""
    reading = walk.reading
    name = walk.identifier()
    if not walk.take("RENAME", "TO"):
        reading.effect("execute", detail="alter schema")
        return
    new = walk.identifier()
    known = reading.schema
    if known is None or not known.is_made(name):
        reading.problem("renames the schema `%s` with all tables, and no script makes it" % name)
    if known is None:
        return
    inside = known.tables_in(name)
    also = users_of(known, names_in(known, name))
    also += [other for table in inside for other in showing(known, table)]
    for table in inside:
        moved = reading.name(table.name, new)
        reading.effect("rename_table", table, new_table=moved, new_name=moved.name)
    change: Change = RenameSchema(name, new)
    outside = [table for table in dict.fromkeys(also) if table not in inside]
    reading.effect("execute", detail="alter schema", also=outside, change=change)


def alter_part(walk: Walk, what: str) -> None:
    """Reads `ALTER POLICY`, `ALTER TRIGGER` and `ALTER RULE`, from the name on."""
    part = walk.identifier()
    walk.take("ON")
    table = walk.name()
    change: Optional[Change] = None
    if what != "POLICY" and walk.take("RENAME", "TO"):
        change = RenameTrigger(table, part, walk.identifier())
    elif what == "POLICY":
        change = Mention(table, sorted(mentioned(walk.said(walk.rest()))))
    kind = "create_policy" if what == "POLICY" else "create_trigger"
    walk.reading.effect(kind, table, part, detail="altered", change=change)


KINDS: Dict[str, Callable[[Walk], None]] = {
    "TABLE": alter_table,
    "INDEX": alter_index,
    "VIEW": alter_view,
    "TYPE": alter_type,
    "DOMAIN": alter_type,
    "SEQUENCE": alter_sequence,
    "SCHEMA": alter_schema,
}
