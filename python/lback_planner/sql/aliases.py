"""Reads the names that tables have in a statement: their own, and their aliases."""

from typing import AbstractSet, Dict, Sequence

from ..model import Name
from .reader import Walk
from .tokens import Token

#: Names in a statement that mean no tables.
Known = AbstractSet[str]
#: Tables by the names that they have in a statement.
Aliases = Dict[str, Name]


#: What may follow a table in a FROM without being its alias.
CLAUSES = frozenset(
    """
    WHERE GROUP ORDER HAVING LIMIT OFFSET UNION EXCEPT INTERSECT ON USING JOIN INNER LEFT RIGHT FULL
    CROSS NATURAL SET RETURNING WINDOW FETCH FOR WHEN AND OR LATERAL OUTER STRAIGHT_JOIN QUALIFY DO
    VALUES SELECT
    """.split()
)


def aliases_in_from(walk: Walk, tokens: Sequence[Token], known: Known) -> Aliases:
    """Returns the tables of the first FROM or USING, by the names that they have there."""
    for index, token in enumerate(tokens):
        if token.upper in ("FROM", "USING"):
            return aliases(walk, tokens[index + 1 :], known)
    return aliases(walk, tokens, known)


def aliases(walk: Walk, tokens: Sequence[Token], known: Known) -> Aliases:
    """Returns the tables of a FROM, by the names that they have in the statement."""
    inner = Walk(tokens, walk.reading, walk.text)
    names: Aliases = {}
    while not inner.done():
        if inner.upper() == "(":
            inner.group()
        elif inner.is_name() and inner.upper() not in CLAUSES:
            table = inner.name()
            inner.take("AS")
            names[table.name.lower()] = table
            if inner.is_name() and inner.upper() not in CLAUSES:
                names[inner.next_text().lower()] = table
                inner.next()
        found = inner.until(",", "JOIN", "WHERE", "SET")
        if inner.upper() in ("WHERE", "SET") or (not found and inner.done()):
            break
        inner.next()
    return names
