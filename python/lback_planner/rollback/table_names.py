"""Names of tables: as people type them, and as databases know them."""

import re
from typing import Dict, List, Optional

#: A table as plans have it: `schema` and `name`.
TableJson = Dict[str, Optional[str]]

PART = re.compile(r'"((?:[^"]|"")+)"|`([^`]+)`|\[([^\]]+)\]|([^."`\[\]]+)')


class TableName:
    """A name that a person typed: `users`, `billing.orders`, `"Order"`.

    A part in quotes is meant exactly so; without quotes, upper and lower case make no difference.
    """

    def __init__(self, schema: Optional[str], name: str, exact: bool) -> None:
        self.schema = schema
        self.name = name
        self.exact = exact

    @classmethod
    def parse(cls, text: str) -> "Optional[TableName]":
        """Returns the name that a text is, `None` if it can be none."""
        parts: List[str] = []
        position, exact = 0, False
        while True:
            found = PART.match(text, position)
            if found is None:
                return None
            quoted = found.group(1) or found.group(2) or found.group(3)
            exact = exact or quoted is not None
            parts.append(
                found.group(1).replace('""', '"') if found.group(1) else quoted or found.group(4)
            )
            position = found.end()
            if position == len(text):
                break
            if text[position] != ".":
                return None
            position += 1
        if len(parts) > 2:
            return None
        return cls(parts[0] if len(parts) == 2 else None, parts[-1], exact)

    def __str__(self) -> str:
        return self.name if self.schema is None else "%s.%s" % (self.schema, self.name)

    def same(self, one: Optional[str], other: Optional[str]) -> bool:
        """Returns whether two names are the same, for a name typed like this one."""
        if one is None or other is None:
            return one is other
        return one == other or (not self.exact and one.lower() == other.lower())

    def means(self, table: TableJson, default_schema: Optional[str]) -> bool:
        """Returns whether it is this table, if the connection uses the schema `default_schema`."""
        own = (
            None
            if self.schema is not None and self.same(self.schema, default_schema)
            else self.schema
        )
        theirs = table["schema"]
        if theirs is not None and default_schema is not None and self.same(theirs, default_schema):
            theirs = None
        return self.same(own, theirs) and self.same(self.name, table["name"])


def shown(table: TableJson) -> str:
    """Returns a table's name as messages show it."""
    return (
        str(table["name"])
        if table["schema"] is None
        else "%s.%s" % (table["schema"], table["name"])
    )
