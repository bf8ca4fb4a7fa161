"""Reads from the text of a statement how it waits, without a parser."""

from __future__ import annotations

import re

#: Comments: they may stand between any two words.
COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|--[^\n]*", re.DOTALL)

#: Statements of PostgreSQL that take no lock which readers or writers would queue behind.
SAFE = re.compile(
    r"""
    create \s (unique \s)? index \s concurrently \b .*
    | drop \s index \s concurrently \b .*
    | reindex \b .* \b concurrently \b .*
    | refresh \s materialized \s view \s concurrently \b .*
    | alter \s table \b [^,]* \s validate \s constraint \s [^,]*
    | alter \s table \b [^,]* \s detach \s partition \s [^,]* \s concurrently
    | (vacuum (?! .* \b full \b) | analyze) \b .*
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)

#: First words of statements that wait for no lock of a table.
WAITING_FOR_NOTHING = {
    "abort",
    "begin",
    "commit",
    "end",
    "explain",
    "pragma",
    "release",
    "reset",
    "rollback",
    "savepoint",
    "set",
    "show",
    "start",
}


def words_of(statement: str) -> str:
    """Returns a statement without comments, its words separated by single spaces."""
    return " ".join(COMMENT.sub(" ", statement).split())


def first_word(words: str) -> str:
    """Returns the first word in lower case."""
    return words.split(" ", 1)[0].rstrip(";").lower()


def may_wait(words: str) -> bool:
    """Returns whether a statement may wait for a lock of a table."""
    return bool(words) and first_word(words) not in WAITING_FOR_NOTHING


def waits_safely(words: str) -> bool:
    """Returns whether others can use the table while a statement waits for its lock."""
    end = words.rstrip("; ")
    # Of several statements in one text, one may wait in another way.
    return ";" not in end and SAFE.fullmatch(end) is not None
