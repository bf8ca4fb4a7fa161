"""Reads calls of functions in a statement."""

from ..model import Name
from . import known_functions
from .paths import path_of_call
from .reader import Reading, Walk
from .tokens import NAME, WORD


def called(inner: Walk, reading: Reading) -> None:
    """Reads the name before a parenthesis, which may be that of a function."""
    token = inner.tokens[inner.position]
    if token.text.lower() == "set_config" and any(
        each.text.lower() == "search_path"
        for each in inner.tokens[inner.position : inner.position + 3]
    ):
        change = path_of_call(reading, inner.tokens[inner.position + 4 :])
        reading.effect("execute", detail="set_config", change=change)
        return reading.settle()
    if inner.upper(-1) == "." and token.kind in (WORD, NAME):
        qualifier = inner.peek(-2)
        schema = "" if qualifier is None else qualifier.text.lower()
        if schema not in OWN_SCHEMAS and schema != str(reading.default_schema).lower():
            return called_name(token.text, reading, True)
    if token.kind == WORD and token.upper in known_functions.KEYWORDS:
        return
    before = inner.peek(-1)
    if before is not None and before.upper in (
        "INTO",
        "AS",
        "UPDATE",
        ")",
        "JOIN",
        "::",
        "RECURSIVE",
        "TABLE",
        "REFERENCES",
        "WINDOW",
    ):
        return
    if (
        before is not None
        and before.kind in (WORD, NAME)
        and (before.upper not in known_functions.KEYWORDS or before.upper == "ORDINALITY")
    ):
        # An alias with columns.
        return
    called_name(token.text, reading)


#: Schemas whose functions are the server's, or an extension's.
OWN_SCHEMAS = ("pg_catalog", "public", "extensions", "sys", "dbo", "information_schema", "mysql")


def called_name(name: str, reading: Reading, of_project: bool = False) -> None:
    """Adds what a function does.

    `of_project` is for a function in a schema in which the server has none of its own.
    """
    body = reading.functions.get(name.lower()) or (
        reading.schema.function(name) if reading.schema is not None else None
    )
    if body is None:
        if known_functions.is_harmless(name, reading.dialect) and not of_project:
            return
        reading.problem("calls the function `%s`, which may write" % name)
        return
    for kind, table in body.does:
        for written in dict.fromkeys((table, at_call(reading, table))):
            reading.effect(kind, written, detail="by the function %s" % name).conditional = True
    if not body.complete:
        reading.problem("calls the function `%s`, whose body isn't understood" % name)


def at_call(reading: Reading, table: Name) -> Name:
    """Returns the table that a body means when it is called: some servers look names up then."""
    return table if table.schema is not None else reading.resolved(table.name)
