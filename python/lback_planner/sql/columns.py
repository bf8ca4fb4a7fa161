"""Reads columns and constraints of CREATE TABLE, as far as later scripts may ask for them."""

from typing import Any, Dict, List, Optional

from ..model import Name
from .reader import Unread, Walk

#: What changes of the schema hold of a table: columns and constraints, as JSON has them.
Payload = Dict[str, Any]

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
#: Where a column's type is over.
AFTER_TYPE = (
    "NOT NULL DEFAULT PRIMARY UNIQUE CHECK REFERENCES COLLATE CONSTRAINT GENERATED AUTO_INCREMENT"
    " AUTOINCREMENT COMMENT IDENTITY AS ON AFTER FIRST USING"
    " CHARACTER STORAGE COMPRESSION KEY"
).split()


def read_columns(walk: Walk, refs: List[Name]) -> Payload:
    """Returns the payload of `create_table`, and adds tables that are mentioned to `refs`."""
    payload: Payload = {"columns": [], "uniques": [], "fks": [], "checks": [], "indexes": []}
    while not walk.done():
        part = walk.until(",")
        walk.take(",")
        if part:
            inner = Walk(part, walk.reading, walk.text)
            try:
                if part[0].upper in CONSTRAINTS:
                    read_constraint(inner, payload, refs)
                else:
                    payload["columns"].append(read_column(inner, payload, refs))
            except Unread as why:
                walk.reading.problem(str(why))
    return payload


def read_column(walk: Walk, payload: Payload, refs: List[Name]) -> List[Any]:
    """Reads `name type …`.

    Returns the name, the type as it is written, whether it takes NULL, and its default.
    """
    name = walk.identifier()
    kind = walk.said(walk.until(*AFTER_TYPE))
    nullable, default = True, None
    while not walk.done():
        if walk.take("NOT", "NULL"):
            nullable = False
        elif walk.take("PRIMARY", "KEY"):
            nullable = False
            payload.setdefault("pk", []).append(name)
        elif walk.take("DEFAULT"):
            default = walk.said(walk.until(*[word for word in AFTER_TYPE if word not in ("NULL",)]))
        elif walk.take("UNIQUE"):
            payload["uniques"].append([None, [name]])
        elif walk.take("REFERENCES"):
            referred = walk.name()
            refs.append(referred)
            payload["fks"].append(
                [
                    None,
                    [name],
                    referred.schema,
                    referred.name,
                    walk.names_in_group(),
                    action(walk, "DELETE"),
                    action(walk, "UPDATE"),
                ]
            )
        elif walk.upper() == "(":
            walk.group()
        else:
            walk.next()
    return [name, kind, nullable, default]


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


def read_constraint(walk: Walk, payload: Payload, refs: List[Name]) -> Optional[str]:
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
        payload["pk"] = walk.names_in_group()
        payload["pk_name"] = name
    elif walk.take("FOREIGN", "KEY"):
        walk.until("(")
        columns = walk.names_in_group()
        if walk.take("REFERENCES"):
            referred = walk.name()
            refs.append(referred)
            payload["fks"].append(
                [
                    name,
                    columns,
                    referred.schema,
                    referred.name,
                    walk.names_in_group(),
                    action(walk, "DELETE"),
                    action(walk, "UPDATE"),
                ]
            )
    elif walk.take_any("UNIQUE", "KEY", "INDEX", "FULLTEXT", "SPATIAL"):
        unique = walk.upper(-1) == "UNIQUE"
        walk.skip("KEY", "INDEX", "CLUSTERED", "NONCLUSTERED")
        if walk.is_name() and walk.upper() != "USING":
            name = name or walk.identifier()
        walk.until("(")
        columns = walk.names_in_group()
        if unique:
            payload["uniques"].append([name, columns])
        else:
            payload["indexes"].append([name, columns, False])
    elif walk.take("CHECK"):
        payload["checks"].append([name, walk.said(walk.group())])
    return name
