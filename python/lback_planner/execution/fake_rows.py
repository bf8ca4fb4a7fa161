"""The rows that pretended statements give: their columns, and values that the types of these columns put up with."""

import re

from . import fake_values
from ..sql.tokens import NAME, NUMBER, STRING, WORD, tokens

AGGREGATES = ("COUNT", "MAX", "MIN", "SUM", "AVG", "EXISTS", "ARRAY_AGG", "STRING_AGG", "GROUP_CONCAT")
#: What gives rows.
QUERIES = ("SELECT", "VALUES", "SHOW", "PRAGMA", "EXPLAIN", "DESCRIBE", "DESC", "TABLE", "CALL")


class Query:
    """What is to be known of a statement to pretend its rows."""

    def __init__(self, text, compiled, dialect, schema):
        self.text = text
        self.columns = []
        self.single = False
        self.verb = None
        found = tokens(text, dialect.name)
        self.verb = main_verb(found)
        upper = [token.upper for token in found]
        returning = "RETURNING" in upper or "OUTPUT" in upper
        self.gives = self.verb in QUERIES or returning
        if not self.gives:
            return
        result_columns = getattr(compiled, "_result_columns", None)
        if result_columns:
            self.columns = [(entry[0] if isinstance(entry[0], str) else str(entry[1]), entry[3]) for entry in result_columns]
            names = [entry[1] for entry in result_columns]
            self.single = self.verb == "SELECT" and "GROUP" not in upper and is_aggregate(found)
            self.aggregates = [str(name).lower() for name in names]
        else:
            start = upper.index("RETURNING") + 1 if returning and "RETURNING" in upper else start_of_list(found)
            items = with_all(select_list(found, start), found, schema, dialect.name)
            self.columns = [(name, None) for name in items] or [("?column?", None)]
            self.single = self.verb == "SELECT" and "GROUP" not in upper and is_aggregate(found)
            if self.verb == "SELECT" and "FROM" not in upper:
                self.single = True
        self.counts = self.single and re.search(r"\b(count|exists)\s*\(", text, re.I) is not None

    def empty(self):
        """The rows in a database without rows."""
        if not self.single:
            return []
        return [tuple(0 if self.counts else None for _ in self.columns)]

    def full(self, world, dialect):
        return [tuple(value(kind, world, dialect) for _, kind in self.columns)]


def main_verb(found):
    depth = 0
    for token in found:
        depth += {"(": 1, ")": -1}.get(token.upper, 0)
        if token.upper == "WITH" or depth:
            continue
        if token.upper in QUERIES or token.upper in ("INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE"):
            return token.upper
        if found[0].upper not in ("WITH", "("):
            return found[0].upper
    return None


def start_of_list(found):
    depth = 0
    for index, token in enumerate(found):
        depth += {"(": 1, ")": -1}.get(token.upper, 0)
        if token.upper == "SELECT" and depth == 0:
            return index + 1
    return 0


def is_aggregate(found):
    start = start_of_list(found)
    while start < len(found) and found[start].upper in ("DISTINCT", "ALL", "COALESCE", "("):
        start += 1
    return start + 1 < len(found) and found[start].upper in AGGREGATES and found[start + 1].upper == "("


def select_list(found, start):
    """The names of the columns behind SELECT."""
    items, current, depth = [], [], 0
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


def name_of(item):
    last = item[-1]
    if last.upper == "*":
        return "*"
    if last.kind in (WORD, NAME):
        return last.text
    if last.kind in (NUMBER, STRING):
        return last.text or "?column?"
    if item[0].kind == WORD:
        return item[0].text
    return "?column?"


def with_all(items, found, schema, dialect):
    """The columns for which `*` stands, where they are known."""
    if "*" not in items:
        return items
    from ..sql.dml import aliases_in_from
    from ..sql.reader import Reading, Walk

    columns = []
    try:
        for table in dict.fromkeys(aliases_in_from(Walk([], Reading(dialect), ""), found, frozenset()).values()):
            schema.use.used = True
            known = schema.tables.get(table) or schema.partial.get(table)
            columns += list(known.columns) if known is not None else []
    except Exception:
        pass
    return [each for item in items for each in ((columns or ["?column?"]) if item == "*" else [item])]


def value(kind, world, dialect):
    """A value as the driver would give it, which SQLAlchemy will turn into what the script sees."""
    if kind is None:
        return fake_values.Ghost(world)
    try:
        python = kind.python_type
    except Exception:
        python = None
    plausible = fake_values.of_type(python, world)
    for candidate in enum_values(kind, world) + driver_values(kind, plausible, dialect) + [plausible, fake_values.Ghost(world), "{}", "1", 1, None]:
        try:
            process = kind._cached_result_processor(dialect, None)
            if process is not None:
                process(candidate)
            return candidate
        except Exception:
            continue
    return None


def enum_values(kind, world):
    """What is set to one value shall differ from it in one of the worlds."""
    values = list(getattr(kind, "enums", None) or [])
    return values[:1] if world.truth else values[-1:]


def driver_values(kind, plausible, dialect):
    try:
        process = kind._cached_bind_processor(dialect)
        return [] if process is None else [process(plausible)]
    except Exception:
        return []
