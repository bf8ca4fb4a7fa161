"""Reads DROP."""

from typing import List, Optional

from ..model import Change, Name
from ..schema.constraint_changes import DropIndex, DropTrigger
from ..schema.dependants import showing, users_of
from ..schema.object_changes import DropFunction, DropType, SetSequence
from ..schema.schema_changes import DropSchema, names_in
from ..schema.table_changes import DropTable
from .object_kinds import NEITHER, OTHERS
from .reader import Reading, Unread, Walk
from .routines import arguments_of

#: Kinds of objects whose dependants are known.
FOLLOWED = ("type", "function", "sequence")


def drop(walk: Walk) -> None:
    """Reads `DROP …`."""
    reading = walk.reading
    walk.skip("TEMPORARY", "FOREIGN", "PUBLIC")
    what = walk.upper()
    walk.next()
    materialized = what == "MATERIALIZED"
    if materialized:
        walk.next()
        what = "VIEW"
    walk.skip("CONCURRENTLY")
    if_exists = walk.take("IF", "EXISTS")
    if what in ("TABLE", "TABLES", "VIEW"):
        return drop_tables(walk, "drop_view" if what == "VIEW" else "drop_table", materialized)
    if what == "INDEX":
        return drop_indexes(walk, if_exists)
    if what in ("TRIGGER", "POLICY", "RULE"):
        return drop_from_table(walk, what)
    if what in OTHERS:
        return drop_others(walk, OTHERS[what], if_exists)
    if what == "OWNED":
        raise Unread("drops everything that a role owns")
    if what in NEITHER:
        if is_cascading(walk):
            raise Unread("drops a thing (`%s`) with everything that needs it" % what.lower())
        reading.effect("execute", detail="drop " + what.lower())
        return None
    raise Unread("drops a thing (`%s`) that isn't understood" % what.lower())


def is_cascading(walk: Walk) -> bool:
    """Returns whether a statement drops what depends on its objects, too."""
    return any(token.upper == "CASCADE" for token in walk.tokens)


def drop_tables(walk: Walk, kind: str, materialized: bool) -> None:
    """Reads `DROP TABLE` and `DROP VIEW`, from the name on."""
    names = names_of(walk)
    for name in names:
        also = dependants(walk.reading, name) if is_cascading(walk) else []
        walk.reading.effect(
            kind, name, destructive=materialized or None, also=also, change=DropTable(name)
        )


def drop_others(walk: Walk, kind: str, if_exists: bool) -> None:
    """Reads `DROP` of objects that belong to no table, from the name on."""
    while walk.is_name():
        name = walk.name()
        arguments = arguments_of(walk, name) if walk.upper() == "(" else None
        drop_other(walk, kind, name, arguments, if_exists)
        if not walk.take(","):
            return
    raise Unread("drops something, and it isn't clear what")


def drop_other(
    walk: Walk, kind: str, name: Name, arguments: Optional[str], if_exists: bool
) -> None:
    """Adds that an object is dropped, with what goes with it."""
    reading = walk.reading
    change: Optional[Change] = None
    also: List[Name] = []
    if kind == "schema":
        if is_cascading(walk) or reading.dialect in ("mysql", "mariadb"):
            also = everything_in(reading, name.name)
        change = DropSchema(name.name)
    elif kind == "type":
        change = DropType(str(name))
    elif kind == "function":
        change = DropFunction(name.name, arguments)
    elif kind == "sequence":
        change = SetSequence(str(name), False)
    if is_cascading(walk) and kind in FOLLOWED:
        also = cascaded(reading, kind, name, if_exists)
    elif is_cascading(walk) and kind == "extension":
        reading.problem("drops an extension with everything that depends on it")
    reading.effect("drop_" + kind, None, str(name), also=also, change=change)


def everything_in(reading: Reading, schema: str) -> List[Name]:
    """Returns the tables of a schema that is dropped, and those that need something in it."""
    known = reading.schema
    if known is None or not known.is_made(schema):
        reading.problem(
            "drops the schema `%s` with everything in it, and no script makes it" % schema
        )
    if known is None:
        return []
    inside = known.tables_in(schema)
    found = inside + [owner for name in inside for owner in known.owning(name)]
    found += [other for name in inside for other in showing(known, name)]
    found += [other for name in inside for other in known.belonging_to(name)]
    return list(dict.fromkeys(found + users_of(known, names_in(known, schema))))


def cascaded(reading: Reading, kind: str, name: Name, if_exists: bool) -> List[Name]:
    """Returns what loses a part with an object that is dropped with CASCADE."""
    schema = reading.schema
    found = [] if schema is None else users_of(schema, [name.name])
    if schema is None or not (if_exists or found or schema.is_object(kind, name)):
        reading.problem(
            "drops the %s `%s` with everything that needs it, and no script makes it" % (kind, name)
        )
    return found


def drop_from_table(walk: Walk, what: str) -> None:
    """Reads `DROP TRIGGER`, `DROP POLICY` and `DROP RULE`, from the name on."""
    reading = walk.reading
    name = walk.name()
    table: Optional[Name] = None
    if walk.take("ON"):
        table = walk.name()
    else:
        if reading.schema is not None:
            table = reading.schema.table_of_trigger(name.name)
        if table is None and what == "TRIGGER":
            raise Unread("drops the trigger `%s`, and it isn't known of which table" % name)
    if what == "POLICY":
        reading.effect("drop_policy", table, name.name)
    else:
        reading.effect("drop_trigger", table, name.name, change=DropTrigger(table, name.name))


def dependants(reading: Reading, name: Name) -> List[Name]:
    """Returns tables that lose a part with a table, and views of it, which go with it."""
    schema = reading.schema
    return [] if schema is None else showing(schema, name) + schema.belonging_to(name)


def names_of(walk: Walk) -> List[Name]:
    """Reads a list of names."""
    names = []
    while walk.is_name():
        names.append(walk.name())
        walk.group()
        if not walk.take(","):
            break
    if not names:
        raise Unread("drops something, and it isn't clear what")
    return names


def drop_indexes(walk: Walk, if_exists: bool) -> None:
    """Reads `DROP INDEX`, from the name on."""
    reading = walk.reading
    while True:
        name = walk.name()
        if walk.take("ON"):
            table: Optional[Name] = walk.name()
        elif reading.dialect == "mssql" and name.schema is not None:
            table = reading.name(name.schema)
        else:
            table = None
            if reading.schema is not None:
                table = reading.schema.table_of_index(name.name, name.schema)
            if table is None and not (if_exists and is_missing(reading)):
                reading.problem(
                    "drops the index `%s`, and no script says of which table it is" % name
                )
        also = []
        if is_cascading(walk) and table is not None and reading.schema is not None:
            also = reading.schema.referring_to(table)
        reading.effect(
            "drop_index", table, name.name, also=also, change=DropIndex(table, name.name)
        )
        if not walk.take(","):
            break


def is_missing(reading: Reading) -> bool:
    """Returns whether what no script made isn't there, as far as can be known."""
    return reading.schema is not None and not reading.schema.unsure
