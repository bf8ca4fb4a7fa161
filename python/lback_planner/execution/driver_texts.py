"""Texts of statements as drivers take them: bytes, and the parts of which psycopg puts them
together.
"""

import importlib
import sys
from typing import Any, Optional

from ..compat import driver_internals
from . import context

#: The modules whose parts of statements ask a real connection how to quote.
MODULES = ("psycopg2.sql", "psycopg.sql")


def text_of(statement: Any) -> str:
    """Returns the text of a statement."""
    if isinstance(statement, (bytes, bytearray)):
        return bytes(statement).decode("utf-8", "replace")
    if isinstance(statement, str):
        return str(statement)
    found = composed(statement)
    return str(statement) if found is None else found


def composed(part: Any) -> Optional[str]:
    """Returns the text of a part of a statement, `None` for another object."""
    if type(part).__module__ not in MODULES:
        return None
    kind, value = type(part).__name__, driver_internals.content_of(part)
    if kind == "Composed":
        return "".join(text_of(each) for each in value)
    if kind == "Identifier":
        return ".".join(quoted(name) for name in value)
    if kind == "Placeholder":
        return "%%(%s)s" % value if value and isinstance(value, str) else "%s"
    if kind == "Literal":
        return literal(value)
    return str(value)


def literal(value: Any) -> str:
    """Returns a value as SQL has it."""
    if value is None:
        return "NULL"
    if isinstance(value, (int, float)):
        return str(value)
    return "'%s'" % str(value).replace("'", "''")


def quoted(name: str) -> str:
    """Returns a name as SQL has it, whatever it holds."""
    return '"%s"' % str(name).replace('"', '""')


def mogrified(text: str, driver: str) -> Any:
    """Returns a statement as a driver gives it back; the parameters stay out."""
    return text.encode() if driver == "psycopg2" else text


def install() -> None:
    """Has parts of statements give their text without a connection while a script runs."""
    for name in MODULES:
        if name.split(".")[0] in sys.modules:
            driver_internals.replace_rendering(importlib.import_module(name), rendered)


def rendered(part: Any) -> Optional[str]:
    """Returns the text of a part of a statement within a run, `None` outside of runs."""
    return None if context.current() is None else composed(part)
