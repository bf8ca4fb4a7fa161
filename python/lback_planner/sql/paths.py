"""Reads the statements and calls after which names without a schema mean other tables."""

from typing import List, Optional, Sequence

from ..schema.search_path import UNKNOWN, SetPath
from .reader import Reading, Walk, is_marked
from .tokens import NAME, STRING, WORD, Token

#: What stands before the schemas.
SETTINGS = ("SEARCH_PATH", "CURRENT_SCHEMA")
#: What ends them: the options of `CREATE FUNCTION` and `ALTER ROLE`.
OPTIONS = frozenset("AS LANGUAGE SECURITY IMMUTABLE STABLE VOLATILE RETURN BEGIN SET ;".split())


def path_change(walk: Walk) -> Optional[SetPath]:
    """Returns what `SET`, `RESET` or `USE` does to the search path, `None` for nothing."""
    found = walk.tokens
    head = found[0].upper
    upper = [token.upper for token in found]
    if head == "USE":
        return SetPath(schemas_in(walk.reading, found[1:2]))
    if head in ("RESET", "DISCARD"):
        return SetPath(None) if {"SEARCH_PATH", "ALL"}.intersection(upper) else None
    if head != "SET":
        return None
    for word in SETTINGS:
        if word in upper:
            return setting(walk.reading, found[upper.index(word) + 1 :])
    if len(found) > 2 and upper[-2] == "SCHEMA":
        return SetPath(schemas_in(walk.reading, found[-1:]))
    return None


def setting(reading: Reading, tokens: Sequence[Token]) -> SetPath:
    """Reads `TO a, b` or `= a, b`."""
    said = []
    for token in tokens:
        if token.upper in OPTIONS:
            break
        said.append(token)
    if [token.upper for token in said if token.upper not in ("=", "TO")] == ["DEFAULT"]:
        return SetPath(None)
    if [token.upper for token in said] == ["FROM", "CURRENT"]:
        path = None if reading.schema is None else reading.schema.path
        return SetPath(None if path is None else list(path))
    return SetPath(schemas_in(reading, said))


def schemas_in(reading: Reading, tokens: Sequence[Token]) -> List[str]:
    """Returns the schemas that tokens name, or that they aren't known."""
    found = []
    for token in tokens:
        if token.text in ("=", ",") or token.upper == "TO":
            continue
        if token.kind not in (NAME, WORD, STRING) or is_marked(token.text):
            return [UNKNOWN]
        is_folded = token.kind == WORD and reading.dialect == "postgresql"
        found.append(token.text.lower() if is_folded else token.text)
    return found


def path_of_call(reading: Reading, tokens: Sequence[Token]) -> SetPath:
    """Reads the arguments of `set_config('search_path', …)`."""
    value = tokens[0] if tokens else None
    if value is None or value.kind != STRING or is_marked(value.text):
        return SetPath([UNKNOWN])
    if len(tokens) > 1 and tokens[1].upper not in (",", ")", "::"):
        return SetPath([UNKNOWN])
    parts = [part.strip() for part in value.text.split(",")]
    schemas = [part.strip('"') if part.startswith('"') else part.lower() for part in parts]
    return SetPath([schema for schema in schemas if schema])
