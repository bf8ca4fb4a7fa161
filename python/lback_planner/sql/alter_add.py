"""Reads the ADD clauses of ALTER TABLE."""

from typing import List, Sequence

from ..model import Name
from ..schema.constraint_changes import AddConstraints, CreateIndex
from ..schema.table import Index, Parts
from ..schema.table_changes import AddColumn
from .columns import CONSTRAINTS, read_column, read_constraint
from .reader import Walk
from .tokens import MYSQL, Token


def add(walk: Walk, table: Name) -> None:
    """Reads `ADD …`."""
    reading = walk.reading
    if walk.upper() == "(":
        for part in split(walk.group()):
            add(Walk(part, reading, walk.text), table)
        return
    if walk.upper() in CONSTRAINTS:
        indexes = walk.upper() in ("KEY", "INDEX", "FULLTEXT", "SPATIAL")
        parts = Parts()
        refs: List[Name] = []
        name = read_constraint(walk, parts, refs)
        if indexes or parts.indexes:
            index = parts.indexes[0] if parts.indexes else Index(name, [])
            reading.effect(
                "create_index",
                table,
                index.name,
                change=CreateIndex(table, index),
            )
            return
        if parts.uniques and name is None:
            name = parts.uniques[0].name
        by_index(walk, table, parts)
        reading.effect(
            "create_constraint",
            table,
            name,
            refs=refs,
            change=AddConstraints(table, parts),
        )
        return
    if walk.take("PARTITION"):
        reading.effect("alter_table", table, detail="add partition")
        return
    if reading.dialect in MYSQL and walk.take("SYSTEM", "VERSIONING"):
        reading.effect("alter_table", table, detail="add system versioning")
        return
    walk.take("COLUMN")
    walk.take("IF", "NOT", "EXISTS")
    if walk.upper() == "(":
        for part in split(walk.group()):
            add(Walk(part, reading, walk.text), table)
        return
    refs = []
    parts = Parts()
    column = read_column(walk, parts, refs)
    reading.effect(
        "add_column",
        table,
        column.name,
        refs=refs,
        change=AddColumn(table, column, parts),
    )


def by_index(walk: Walk, table: Name, parts: Parts) -> None:
    """Gives `PRIMARY KEY USING INDEX name` the columns of the index."""
    found = Walk(walk.tokens, walk.reading, walk.text)
    found.until("PRIMARY")
    if not found.take("PRIMARY", "KEY", "USING", "INDEX") or walk.reading.schema is None:
        return
    known = walk.reading.schema.known(table)
    index = None if known is None else known.indexes.get(found.identifier())
    if index is not None:
        parts.primary_key = list(index.columns)


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
