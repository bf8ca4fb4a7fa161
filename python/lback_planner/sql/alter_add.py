"""Reads the ADD clauses of ALTER TABLE."""

from typing import List, Sequence

from ..model import Name
from .columns import CONSTRAINTS, Payload, read_column, read_constraint
from .reader import Walk
from .tokens import Token


def add(walk: Walk, table: Name) -> None:
    """Reads `ADD …`."""
    reading = walk.reading
    if walk.upper() == "(":
        for part in split(walk.group()):
            add(Walk(part, reading, walk.text), table)
        return
    if walk.upper() in CONSTRAINTS:
        indexes = walk.upper() in ("KEY", "INDEX", "FULLTEXT", "SPATIAL")
        payload: Payload = {"uniques": [], "fks": [], "checks": [], "indexes": []}
        refs: List[Name] = []
        name = read_constraint(walk, payload, refs)
        if indexes or payload["indexes"]:
            found = payload["indexes"][0] if payload["indexes"] else [name, [], False]
            reading.effect(
                "create_index",
                table,
                found[0],
                change=("create_index", {"name": found[0], "columns": found[1], "unique": False}),
            )
            return
        if payload["uniques"] and name is None:
            name = payload["uniques"][0][0]
        reading.effect(
            "create_constraint",
            table,
            name,
            refs=refs,
            change=("add_constraints", dict(payload, name=name)),
        )
        return
    if walk.take("PARTITION"):
        reading.effect("alter_table", table, detail="add partition")
        return
    walk.take("COLUMN")
    walk.take("IF", "NOT", "EXISTS")
    if walk.upper() == "(":
        for part in split(walk.group()):
            add(Walk(part, reading, walk.text), table)
        return
    refs = []
    payload = {"uniques": [], "fks": []}
    column = read_column(walk, payload, refs)
    reading.effect(
        "add_column",
        table,
        column[0],
        refs=refs,
        change=(
            "add_column",
            {"column": column, "fks": payload["fks"], "uniques": payload["uniques"]},
        ),
    )


def split(tokens: Sequence[Token]) -> List[List[Token]]:
    """Splits at commas outside of parentheses."""
    parts: List[List[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token.upper, 0)
        if token.upper == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]
