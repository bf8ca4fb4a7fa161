"""Reads DROP."""

from typing import List, Optional

from ..model import Change, Effect, Name
from ..schema.constraint_changes import DropIndex, DropTrigger
from ..schema.object_changes import DropFunction, DropType, SetSequence
from ..schema.table_changes import DropTable
from .object_kinds import NEITHER, OTHERS
from .reader import Reading, Unread, Walk


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
    walk.take("IF", "EXISTS")
    if what in ("TABLE", "TABLES", "VIEW"):
        kind = "drop_view" if what == "VIEW" else "drop_table"
        names = names_of(walk)
        cascade = walk.upper() == "CASCADE"
        for name in names:
            also = dependants(reading, name) if cascade else []
            reading.effect(
                kind, name, destructive=materialized or None, also=also, change=DropTable(name)
            )
        return
    if what == "INDEX":
        return drop_indexes(walk)
    if what in ("TRIGGER", "POLICY", "RULE"):
        return drop_from_table(walk, what)
    if what in OTHERS:
        kind = OTHERS[what]
        for name in names_of(walk):
            dropped = "drop_" + kind
            also = []
            if (
                kind == "schema"
                and (walk.upper() == "CASCADE" or reading.dialect in ("mysql", "mariadb"))
                and reading.schema is not None
            ):
                also = reading.schema.tables_in(name.name)
            if (
                kind == "schema"
                and (walk.upper() == "CASCADE" or reading.dialect in ("mysql", "mariadb"))
                and not (reading.schema is not None and reading.schema.is_made(name.name))
            ):
                reading.problem(
                    "drops the schema `%s` with everything in it, and no script makes it"
                    % name.name
                )
            if kind == "sequence" and walk.upper() == "CASCADE":
                reading.problem("drops the sequence `%s` with the defaults that need it" % name)
            change: Optional[Change] = None
            if kind == "type":
                change = DropType(str(name))
            elif kind == "function":
                change = DropFunction(name.name)
            elif kind == "sequence":
                change = SetSequence(str(name), False)
            effect = reading.effect(dropped, None, str(name), also=also, change=change)
            if walk.upper() == "CASCADE" and kind in ("type", "function", "extension"):
                cascaded(reading, effect, kind, name)
        return
    if what in NEITHER or what == "OWNED":
        if what == "OWNED":
            raise Unread("drops everything that a role owns")
        reading.effect("execute", detail="drop " + what.lower())
        return
    raise Unread("drops a thing (`%s`) that isn't understood" % what.lower())


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


def cascaded(reading: Reading, effect: Effect, kind: str, name: Name) -> None:
    """Adds what goes with a type, a function or an extension that is dropped with CASCADE."""
    schema = reading.schema
    if kind == "extension":
        reading.problem("drops an extension with everything that depends on it")
    elif schema is None:
        reading.problem("drops `%s` with everything that depends on it" % name)
    elif kind == "type":
        effect.also += schema.tables_with_type(name.name)
    else:
        effect.also += schema.tables_with_trigger_of(name.name)


def dependants(reading: Reading, name: Name) -> List[Name]:
    """Returns tables that lose a foreign key with a table, and views of it, which go with it."""
    return (
        []
        if reading.schema is None
        else reading.schema.referring_to(name) + reading.schema.views_of(name)
    )


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


def drop_indexes(walk: Walk) -> None:
    """Reads `DROP INDEX`, from the name on."""
    reading = walk.reading
    while True:
        name = walk.name()
        if walk.take("ON"):
            table: Optional[Name] = walk.name()
        elif reading.dialect == "mssql" and name.schema is not None:
            table = reading.name(name.schema)
        else:
            table = (
                None
                if reading.schema is None
                else reading.schema.table_of_index(name.name, name.schema)
            )
            if table is None:
                reading.problem(
                    "drops the index `%s`, and no script says of which table it is" % name
                )
        reading.effect("drop_index", table, name.name, change=DropIndex(table, name.name))
        if not walk.take(","):
            break
