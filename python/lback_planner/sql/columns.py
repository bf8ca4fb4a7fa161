"""Reads columns and constraints of CREATE TABLE, as far as later scripts may ask for them."""

from typing import List, Optional, Tuple

from ..model import Name
from ..schema.table import Check, Column, ForeignKey, Index, Parts, Unique
from .reader import Unread, Walk

CONSTRAINTS = (
    "CONSTRAINT",
    "PRIMARY",
    "FOREIGN",
    "UNIQUE",
    "CHECK",
    "KEY",
    "INDEX",
    "EXCLUDE",
    "FULLTEXT",
    "SPATIAL",
    "LIKE",
    "PERIOD",
)
#: Types whose values the database counts.
SERIALS = ("SERIAL", "BIGSERIAL", "SMALLSERIAL", "SERIAL2", "SERIAL4", "SERIAL8")

#: Where a column's type is over.
AFTER_TYPE = (
    "NOT NULL DEFAULT PRIMARY UNIQUE CHECK REFERENCES COLLATE CONSTRAINT GENERATED AUTO_INCREMENT"
    " AUTOINCREMENT COMMENT IDENTITY AS ON AFTER FIRST USING"
    " CHARACTER STORAGE COMPRESSION KEY"
).split()


def read_columns(walk: Walk, refs: List[Name]) -> Parts:
    """Returns the parts of a table, and adds tables that are mentioned to `refs`."""
    parts = Parts()
    while not walk.done():
        part = walk.until(",")
        walk.take(",")
        if part:
            inner = Walk(part, walk.reading, walk.text)
            try:
                if part[0].upper in CONSTRAINTS:
                    read_constraint(inner, parts, refs)
                else:
                    parts.columns.append(read_column(inner, parts, refs))
            except Unread as why:
                walk.reading.problem(str(why))
    return parts


def read_column(walk: Walk, parts: Parts, refs: List[Name]) -> Column:
    """Reads `name type …`. Adds the keys of the column to `parts`."""
    name = walk.identifier()
    kind = read_type(walk)
    nullable, default, comment = True, None, None
    named: Optional[str] = None
    generated = "auto" if kind.upper() in SERIALS else None
    while not walk.done():
        if walk.take("NOT", "NULL"):
            nullable, named = False, None
        elif walk.take("PRIMARY", "KEY"):
            nullable = False
            parts.primary_key.append(name)
            parts.primary_key_name, named = named or parts.primary_key_name, None
        elif walk.take("DEFAULT"):
            default = walk.said(walk.until(*[word for word in AFTER_TYPE if word not in ("NULL",)]))
        elif walk.take("UNIQUE"):
            parts.uniques.append(Unique(named, [name]))
            named = None
        elif walk.take_any("AUTO_INCREMENT", "AUTOINCREMENT"):
            generated = "auto"
        elif walk.take("COMMENT"):
            comment = read_text(walk)
        elif walk.take("GENERATED") or walk.upper() in ("IDENTITY", "AS"):
            default, generated = read_generated(walk)
        elif walk.take("REFERENCES"):
            referred = walk.name()
            refs.append(referred)
            parts.foreign_keys.append(foreign_key(walk, named, [name], referred))
            named = None
        elif walk.take("CONSTRAINT"):
            named = walk.identifier()
        elif walk.upper() == "(":
            walk.group()
        else:
            walk.next()
    nullable = nullable and generated not in ("auto", "identity")
    return Column(name, kind, nullable, default, comment, generated)


def read_type(walk: Walk) -> str:
    """Reads the type of a column, whose first words may be `CHARACTER VARYING`."""
    start = walk.position
    walk.skip("NATIONAL", "CHARACTER")
    walk.until(*AFTER_TYPE)
    return walk.said(walk.tokens[start : walk.position])


def read_text(walk: Walk) -> Optional[str]:
    """Reads a literal."""
    token = walk.next()
    return None if token is None or token.upper == "NULL" else token.text


def read_generated(walk: Walk) -> Tuple[Optional[str], str]:
    """Reads `GENERATED … AS IDENTITY`, `AS (expression)` and the like, after `GENERATED`.

    Returns the expression, and the way in which values are generated.
    """
    while not walk.done() and walk.upper() not in ("IDENTITY", "("):
        walk.next()
    if walk.take("IDENTITY"):
        walk.group()
        return None, "identity"
    return walk.said(walk.group()), "computed"


def foreign_key(walk: Walk, name: Optional[str], columns: List[str], referred: Name) -> ForeignKey:
    """Reads what follows `REFERENCES t`."""
    return ForeignKey(
        name,
        columns,
        referred,
        walk.names_in_group(),
        action(walk, "DELETE"),
        action(walk, "UPDATE"),
    )


def action(walk: Walk, event: str) -> Optional[str]:
    """Returns the action in `ON DELETE CASCADE` and the like, after the columns of a reference."""
    for ahead in range(12):
        if walk.upper(ahead) == "ON" and walk.upper(ahead + 1) == event:
            return " ".join(
                word
                for word in (walk.upper(ahead + 2), walk.upper(ahead + 3))
                if word in ("CASCADE", "SET", "NULL", "DEFAULT", "RESTRICT")
            )
    return None


def is_not_valid(walk: Walk) -> bool:
    """Returns whether a constraint holds for new rows only, from what follows it."""
    found = [token.upper for token in walk.tokens[walk.position :]]
    return ("NOT", "VALID") in zip(found, found[1:])


def read_constraint(walk: Walk, parts: Parts, refs: List[Name]) -> Optional[str]:
    """Reads `[CONSTRAINT name] PRIMARY KEY (…)` and the like. Returns the constraint's name."""
    name = None
    if walk.take("LIKE"):
        refs.append(walk.name())
        return None
    if walk.take("CONSTRAINT"):
        if walk.upper() not in CONSTRAINTS:
            name = walk.identifier()
    if walk.take("PRIMARY", "KEY"):
        walk.until("(")
        parts.primary_key = walk.names_in_group()
        parts.primary_key_name = name
    elif walk.take("FOREIGN", "KEY"):
        walk.until("(")
        columns = walk.names_in_group()
        if walk.take("REFERENCES"):
            referred = walk.name()
            refs.append(referred)
            parts.foreign_keys.append(foreign_key(walk, name, columns, referred))
    elif walk.take_any("UNIQUE", "KEY", "INDEX", "FULLTEXT", "SPATIAL"):
        unique = walk.upper(-1) == "UNIQUE"
        kind = walk.upper(-1) if walk.upper(-1) in ("FULLTEXT", "SPATIAL") else None
        walk.skip("KEY", "INDEX", "CLUSTERED", "NONCLUSTERED")
        if walk.is_name() and walk.upper() != "USING":
            name = name or walk.identifier()
        walk.until("(")
        columns = walk.names_in_group()
        if unique:
            parts.uniques.append(Unique(name, columns))
        else:
            parts.indexes.append(Index(name, columns, kind=kind))
    elif walk.take("CHECK"):
        condition = walk.said(walk.group())
        parts.checks.append(Check(name, condition, not is_not_valid(walk)))
    return name
