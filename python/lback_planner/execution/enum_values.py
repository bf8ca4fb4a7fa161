"""The values that a script adds to enums: PostgreSQL refuses their use before the commit."""

import re
from typing import Any, Iterator, List, Mapping, Optional, Tuple

from ..schema.dependants import plain
from ..schema.facts import is_of_type
from ..schema.state import Schema

#: With `IF NOT EXISTS`, the value may have been there.
ADDING = re.compile(
    r"""^\s*ALTER\s+TYPE\s+(?P<type>[\w."]+)\s+ADD\s+VALUE\s+'(?P<value>(?:[^']|'')*)'""",
    re.IGNORECASE,
)
INSERTING = re.compile(
    r"""^\s*INSERT\s+INTO\s+\S+\s*\((?P<columns>[^()]*)\)\s*VALUES\s*"""
    r"""\((?P<values>(?:%\(\w+\)s|'(?:[^']|'')*'|[^()'])*)\)""",
    re.IGNORECASE | re.DOTALL,
)
#: Parts of a list of values.
VALUES = re.compile(r"""\s*('(?:[^']|'')*'(?:::[\w."]+)?|[^,']*)\s*(?:,|$)""")
#: From version 12 on a transaction may add values, from 17 on it may use those of its own types.
MAY_ADD, MAY_USE = (12,), (17,)


class NewValues:
    """The values that the transaction of one run has added."""

    def __init__(self, schema: Schema, version: Optional[Tuple[int, ...]]) -> None:
        self.schema = schema
        self.version = version
        #: Types and values.
        self._added: List[Tuple[str, str]] = []

    def refusal(self, text: str, parameters: Any) -> Optional[str]:
        """Returns why PostgreSQL refuses a statement, `None` if it doesn't, as far as is known."""
        found = ADDING.match(text)
        if found is not None:
            return self._add(found["type"], found["value"].replace("''", "'"))
        for kind, value in self._added:
            if value not in text and value not in repr(parameters):
                continue
            if any(uses(text, parameters, value, kind, each) for each in self._columns(kind)):
                shown = value, kind
                return "uses the value `%s` of `%s` in the transaction that adds it" % shown
        return None

    def _add(self, kind: str, value: str) -> Optional[str]:
        self.schema.use.used = True
        made = any(plain(each) == plain(kind) for each in self.schema.types)
        if self.version is None or (made and not MAY_ADD <= self.version < MAY_USE):
            return None
        if self.version < MAY_ADD:
            return "`ALTER TYPE ... ADD VALUE` can't run within a transaction before PostgreSQL 12"
        self._added.append((kind, value))
        return None

    def _columns(self, kind: str) -> Iterator[Tuple[str, str]]:
        """Yields the tables and the columns of a type, and one pair for its name alone."""
        yield "", ""
        for table, known in self.schema.all_tables():
            for column in known.columns.values():
                if is_of_type(column, kind):
                    yield table.name, column.name


def uses(text: str, parameters: Any, value: str, kind: str, of: Tuple[str, str]) -> bool:
    """Returns whether a statement surely takes a text for a value of an enum."""
    quoted = re.escape("'%s'" % value.replace("'", "''"))
    name = re.escape(kind.replace('"', "").split(".")[-1])
    table, column = of
    if not column:
        return (
            re.search(r"%s\s*::\s*(?:\w+\.)?\"?%s\"?(?!\w|\[)" % (quoted, name), text) is not None
        )
    if re.search(r"\b%s\b" % re.escape(table), text) is None:
        return False
    if value_inserted(text, parameters, column) in (value, "'%s'" % value.replace("'", "''")):
        return True
    place = r"\b%s\"?\s*(?:=|<>|!=|(?:SET\s+)?DEFAULT|IN\s*\((?:\s*'[^']*'\s*,)*)\s*" % column
    if re.search(place + quoted, text, re.IGNORECASE):
        return True
    bound = re.search(place + r"%\((\w+)\)s", text, re.IGNORECASE)
    return bound is not None and given(parameters, bound.group(1)) == value


def value_inserted(text: str, parameters: Any, column: str) -> Optional[str]:
    """Returns what the first row of an `INSERT` has for a column."""
    found = INSERTING.match(text)
    if found is None:
        return None
    columns = [each.strip().strip('"') for each in found["columns"].split(",")]
    values = VALUES.findall(found["values"])
    if column not in columns or columns.index(column) >= len(values):
        return None
    value = str(values[columns.index(column)]).partition("::")[0].strip()
    bound = re.match(r"%\((\w+)\)s", value)
    return value if bound is None else given(parameters, bound.group(1))


def given(parameters: Any, name: str) -> Optional[str]:
    """Returns a parameter of a statement."""
    if isinstance(parameters, (list, tuple)) and parameters:
        parameters = parameters[0]
    found = parameters.get(name) if isinstance(parameters, Mapping) else None
    return None if found is None else str(getattr(found, "value", found))
