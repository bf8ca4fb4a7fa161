"""Reads calls of functions in a statement."""

from typing import Sequence

from . import known_functions
from .reader import Reading, Walk
from .tokens import NAME, STRING, WORD


def searched(reading: Reading, schemas: Sequence[str]) -> None:
    """Adds a problem if tables without a schema are looked for in another one from here on."""
    first = [
        schema
        for schema in schemas
        if schema.lower() not in ("pg_catalog", "pg_temp", "default", "")
    ][:1]
    if (
        first
        and reading.default_schema is not None
        and first[0].lower() != str(reading.default_schema).lower()
    ):
        reading.problem("looks for tables in another schema (`%s`) from here on" % first[0])


def called(inner: Walk, reading: Reading) -> None:
    """Reads the name before a parenthesis, which may be that of a function."""
    token = inner.tokens[inner.position]
    if token.text.lower() == "set_config" and any(
        each.text.lower() == "search_path"
        for each in inner.tokens[inner.position : inner.position + 3]
    ):
        following = [
            each.text for each in inner.tokens[inner.position + 3 :] if each.kind == STRING
        ]
        return searched(reading, following[0].split(",")[:1] if following else [])
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
        and before.upper not in known_functions.KEYWORDS
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
    if known_functions.is_harmless(name) and not of_project:
        return
    body = reading.functions.get(name.lower()) or (
        reading.schema.function(name) if reading.schema is not None else None
    )
    if body is None:
        reading.problem("calls the function `%s`, which may write" % name)
        return
    for kind, table in body.does:
        reading.effect(
            kind, reading.name(table.name, table.schema), detail="by the function %s" % name
        ).conditional = True
    if not body.complete:
        reading.problem("calls the function `%s`, whose body isn't understood" % name)
