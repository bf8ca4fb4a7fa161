"""The rows that fake statements give: their columns, and values that the types of these columns put
up with.
"""

import re
from typing import TYPE_CHECKING, Any, List, Optional, Sequence, Tuple

from ..compat import sqlalchemy_internals
from ..diagnostics import ignored
from ..schema.search_path import SearchPath
from ..sql.aliases import aliases_in_from
from ..sql.reader import Reading, Walk
from ..sql.tokens import NAME, NUMBER, STRING, WORD, Token, tokens
from .fake_values import FakeValue, of_type
from .own_work import untraced
from .scenarios import Scenario

if TYPE_CHECKING:
    from ..schema.state import Schema

AGGREGATES = (
    "COUNT", "MAX", "MIN", "SUM", "AVG", "EXISTS", "ARRAY_AGG", "STRING_AGG", "GROUP_CONCAT",
)  # fmt: skip
#: Verbs of statements that give rows.
QUERIES = (
    "SELECT", "VALUES", "SHOW", "PRAGMA", "EXPLAIN", "DESCRIBE", "DESC", "TABLE", "CALL",
)  # fmt: skip
WRITES = ("INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE")
#: Words of an ``INSERT`` that may leave rows out.
SELECTIVE = frozenset(("SELECT", "CONFLICT", "IGNORE", "TABLE"))
#: The name of a column that has none.
NAMELESS = "?column?"


class Query:
    """The facts about a statement that are needed to fake its rows."""

    def __init__(self, text: str, compiled: Any, dialect: Any, schema: "Schema") -> None:
        self.text = text
        #: Name and type of each column; the type is `None` where it isn't known.
        self.columns: List[Tuple[str, Any]] = []
        #: Whether it gives one row, whatever is in the database.
        self.single = False
        found = tokens(text, dialect.name)
        self.verb = main_verb(found)
        upper = [token.upper for token in found]
        #: The schema that it asks for, which is known.
        self.asked_schema = asked_schema(text, schema, dialect)
        returning = "RETURNING" in upper or "OUTPUT" in upper
        self.gives = self.verb in QUERIES or returning
        #: Whether its one row is a number of rows.
        self.counts = False
        if not self.gives:
            return
        self.single = self.verb == "SELECT" and "GROUP" not in upper and is_aggregate(found)
        entries = sqlalchemy_internals.result_columns(compiled)
        if entries:
            self.columns = [
                (entry[0] if isinstance(entry[0], str) else str(entry[1]), entry[3])
                for entry in entries
            ]
        else:
            start = start_of_list(found)
            if "RETURNING" in upper:
                start = upper.index("RETURNING") + 1
            items = with_all(select_list(found, start), found, schema, dialect.name)
            self.columns = [(name, None) for name in items] or [(NAMELESS, None)]
            if self.verb == "SELECT" and "FROM" not in upper:
                self.single = True
        #: Whether it may make no row at all.
        self.may_make_none = self.verb != "INSERT" or bool(SELECTIVE.intersection(upper))
        self.counts = self.single and re.search(r"\b(count|exists)\s*\(", text, re.I) is not None

    def empty(self) -> List[Tuple[Any, ...]]:
        """Returns the rows in a database without rows."""
        if not self.single:
            return []
        return [tuple(0 if self.counts else None for _ in self.columns)]

    def full(self, scenario: Scenario, dialect: Any) -> List[Tuple[Any, ...]]:
        """Returns the rows in a database that has some."""
        return [tuple(value(kind, scenario, dialect) for _, kind in self.columns)]

    def made(self, scenario: Scenario, dialect: Any) -> List[Tuple[Any, ...]]:
        """Returns the row that it makes, with keys of its own."""
        scenario.made += 1
        scenario.is_making = True
        try:
            return self.full(scenario, dialect)
        finally:
            scenario.is_making = False


#: A query for the current schema alone.
ASKS_SCHEMA = re.compile(
    r"\s*select\s+(pg_catalog\.)?(current_schema(\s*\(\s*\))?|(database|schema)\s*\(\s*\))"
    r"(::\w+)?(\s+(as\s+)?\w+)?\s*;?\s*",
    re.IGNORECASE,
)


def asked_schema(text: str, schema: "Schema", dialect: Any) -> Optional[str]:
    """Returns the current schema if a statement asks for nothing else."""
    default: Optional[str] = getattr(dialect, "default_schema_name", None)
    if default is None or not ASKS_SCHEMA.fullmatch(text):
        return None
    path = SearchPath(schema, default)
    return default if path.is_default() else path.current()[0] or default


def main_verb(found: Sequence[Token]) -> Optional[str]:
    """Returns the verb of a statement, behind WITH and parentheses."""
    depth = 0
    for token in found:
        depth += {"(": 1, ")": -1}.get(token.upper, 0)
        if token.upper == "WITH" or depth:
            continue
        if token.upper in QUERIES + WRITES:
            return token.upper
        if found[0].upper not in ("WITH", "("):
            return found[0].upper
    return None


def start_of_list(found: Sequence[Token]) -> int:
    """Returns the index of what comes after the outermost SELECT."""
    depth = 0
    for index, token in enumerate(found):
        depth += {"(": 1, ")": -1}.get(token.upper, 0)
        if token.upper == "SELECT" and depth == 0:
            return index + 1
    return 0


def is_aggregate(found: Sequence[Token]) -> bool:
    """Returns whether the first column is an aggregate function."""
    start = start_of_list(found)
    while start < len(found) and found[start].upper in ("DISTINCT", "ALL", "COALESCE", "("):
        start += 1
    return (
        start + 1 < len(found)
        and found[start].upper in AGGREGATES
        and found[start + 1].upper == "("
    )


def select_list(found: Sequence[Token], start: int) -> List[str]:
    """Returns the names of the columns after SELECT."""
    items: List[List[Token]] = []
    current: List[Token] = []
    depth = 0
    for token in found[start:]:
        upper = token.upper
        depth += {"(": 1, ")": -1}.get(upper, 0)
        if depth <= 0 and (upper in ("FROM", "WHERE", "UNION", "ORDER", "LIMIT", ";") or depth < 0):
            break
        if upper == "," and depth == 0:
            items.append(current)
            current = []
        elif upper not in ("DISTINCT",) or current:
            current.append(token)
    items.append(current)
    return [name_of(item) for item in items if item]


def name_of(item: Sequence[Token]) -> str:
    """Returns the name of a column, as the server would give it."""
    last = item[-1]
    if last.upper == "*":
        return "*"
    if last.kind in (WORD, NAME):
        return str(last.text)
    if last.kind in (NUMBER, STRING):
        return str(last.text) or NAMELESS
    if item[0].kind == WORD:
        return str(item[0].text)
    return NAMELESS


def with_all(items: List[str], found: Sequence[Token], schema: "Schema", dialect: str) -> List[str]:
    """Returns the names of columns, with those for which `*` stands where they are known."""
    if "*" not in items:
        return items
    columns: List[str] = []
    try:
        aliases = aliases_in_from(Walk([], Reading(dialect), ""), found, frozenset())
        for table in dict.fromkeys(aliases.values()):
            schema.use.used = True
            known = schema.tables.get(table) or schema.partial.get(table)
            columns += list(known.columns) if known is not None else []
    except Exception as error:
        ignored(error, "the columns that `*` stands for aren't known then")
    all_columns = columns or [NAMELESS]
    return [each for item in items for each in (all_columns if item == "*" else [item])]


def value(kind: Any, scenario: Scenario, dialect: Any) -> Any:
    """Returns a value as the driver would give it, which SQLAlchemy will turn into what the script
    sees.
    """
    if kind is None:
        return FakeValue(scenario)
    with untraced():
        return value_of_kind(kind, scenario, dialect)


def value_of_kind(kind: Any, scenario: Scenario, dialect: Any) -> Any:
    """Returns a value that a type puts up with."""
    plausible = of_type(python_type(kind), scenario)
    candidates = enum_values(kind, scenario) + driver_values(kind, plausible, dialect)
    for candidate in candidates + [plausible, FakeValue(scenario), "{}", "1", 1, None]:
        try:
            process = sqlalchemy_internals.result_processor(kind, dialect)
            if process is not None:
                process(candidate)
            return candidate
        except Exception as error:
            ignored(error, "the type doesn't put up with this value, so the next one is tried")
    return None


def python_type(kind: Any) -> Any:
    """Returns the Python type of a column's values, `None` where SQLAlchemy doesn't know it."""
    try:
        return kind.python_type
    except Exception as error:
        ignored(error, "a type need not have a type of Python's")
        return None


def enum_values(kind: Any, scenario: Scenario) -> List[Any]:
    """Returns a value of an enum. What a script sets to one value differs from it in one of the
    scenarios.
    """
    values = list(getattr(kind, "enums", None) or [])
    return values[:1] if scenario.truth else values[-1:]


def driver_values(kind: Any, plausible: Any, dialect: Any) -> List[Any]:
    """Returns what the driver would be given for a value."""
    try:
        process = sqlalchemy_internals.bind_processor(kind, dialect)
        return [] if process is None else [process(plausible)]
    except Exception as error:
        ignored(error, "the type takes no such value")
        return []
