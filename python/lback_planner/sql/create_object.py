"""Reads CREATE of types, sequences, schemas and the like."""

from typing import Optional

from ..model import Change, Name
from ..schema.dependants import plain
from ..schema.object_changes import CreateType, SetSequence
from ..schema.schema_changes import CreateSchema
from ..schema.search_path import SetPath
from ..schema.state import Schema
from .reader import Reading, Unread, Walk
from .tokens import NAME, STRING, WORD


def create_other(walk: Walk, kind: str) -> None:
    """Reads `CREATE` of an object that belongs to no table, from the name on."""
    made = walk.new_name() if walk.is_name() and walk.upper() != "AUTHORIZATION" else None
    change: Optional[Change] = None
    if kind == "type":
        change = type_of(walk, str(made))
    elif kind == "schema":
        return create_schema(walk, made)
    elif kind == "sequence":
        change = SetSequence(str(made), True)
    walk.reading.effect("create_" + kind, None, made, change=change)


def type_of(walk: Walk, name: str) -> CreateType:
    """Reads what follows the name of a new type or domain."""
    rest = walk.rest()
    upper = [token.upper for token in rest]
    if "ENUM" in upper:
        inner = Walk(rest[upper.index("ENUM") + 1 :], walk.reading, walk.text)
        return CreateType(name, [token.text for token in inner.group() if token.kind == STRING])
    words = {plain(token.text) for token in rest if token.kind in (WORD, NAME)}
    return CreateType(name, None, sorted(words - ADJECTIVES_OF_TYPES))


#: Words of CREATE TYPE and CREATE DOMAIN that name no type.
ADJECTIVES_OF_TYPES = frozenset("as not null default check value constraint range subtype".split())


def create_schema(walk: Walk, made: Optional[Name]) -> None:
    """Reads what follows the name of a new schema: statements that make what is in it."""
    reading = walk.reading
    change = None if made is None else CreateSchema(made.name)
    reading.effect("create_schema", None, made, change=change)
    if made is not None and reading.schema is not None:
        await_schema(reading, reading.schema, made.name)
    walk.until("CREATE", "GRANT")
    if walk.done():
        return
    if made is None or reading.schema is None:
        raise Unread("makes a schema with what is in it")
    before = reading.schema.path
    reading.effect("execute", detail="create schema", change=SetPath([made.name]))
    try:
        while not walk.done():
            reading.settle()
            head = walk.next()
            part = walk.until("CREATE", "GRANT")
            assert head is not None
            reading.grammar.statement(Walk([head, *part], reading, walk.text))
    finally:
        reading.effect("execute", detail="create schema", change=SetPath(before))


def await_schema(reading: Reading, known: Schema, name: str) -> None:
    """Follows the search path to a new schema that it has named all along."""
    place = known.place
    if place is not None and known.path is None and place.is_awaited(name):
        change = SetPath(list(place.setting))
        reading.effect("execute", detail="search path", change=change)
