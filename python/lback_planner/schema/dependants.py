"""The tables that need a type, a function or a sequence, directly or by way of other objects.

They change when the object is renamed, and lose a part when it is dropped with CASCADE.
"""

import re
from typing import TYPE_CHECKING, Iterable, Iterator, List, Set

from ..model import Name
from .table import Table

if TYPE_CHECKING:
    from .facts import SchemaFacts

PART = r'(?:"[^"]+"|[^\W\d][\w$]*)'
NAME = r"%s(?:\s*\.\s*%s)*" % (PART, PART)
#: Where an expression names an object: a call, a cast, a literal of a type, a text that names one.
MENTIONS = re.compile(
    r"(?P<called>%s)\s*\(|(?:::|\bAS\b|\bOF\b)\s*(?P<cast>%s)|(?P<literal>%s)\s*'|'(?P<text>%s)'"
    % (NAME, NAME, NAME, NAME),
    re.IGNORECASE,
)
FIRST_NAME = re.compile(NAME)
#: A type with columns of this kind has a sequence that is named after the table and the column.
COUNTED = "auto"


def plain(name: str) -> str:
    """Returns the last part of a name, for comparison: without its schema and quotes."""
    if FIRST_NAME.fullmatch(name):
        name = re.findall(PART, name)[-1]
    return name.strip('"').lower()


def mentioned(text: str) -> Set[str]:
    """Returns the names of objects that an expression or a query may need."""
    found: Set[str] = set()
    position = 0
    while True:
        match = MENTIONS.search(text, position)
        if match is None:
            return found
        found.add(plain(next(group for group in match.groups() if group)))
        # A text may be a literal of a type: `mood 'sad'`.
        position = max(match.end() - 1, match.start() + 1) if match["literal"] else match.end()


def type_name(text: str) -> str:
    """Returns the name of a type, without its arguments and brackets."""
    match = FIRST_NAME.search(text)
    return "" if match is None else plain(match.group())


def sequence_of(table: str, column: str) -> str:
    """Returns the name of the sequence that counts a column."""
    return "%s_%s_seq" % (table, column)


def sequences_of(name: Name, table: Table) -> List[str]:
    """Returns the sequences that count the columns of a new table."""
    return [
        sequence_of(name.name, column.name).lower()
        for column in table.columns.values()
        if column.generated in (COUNTED, "identity")
    ]


def texts(table: Table) -> Iterator[str]:
    """Yields the expressions of a table."""
    for column in table.columns.values():
        if column.default:
            yield column.default
    for check in table.checks:
        yield check.condition
    for index in table.indexes.values():
        if index.expressions:
            yield index.expressions


def needed_by_defaults(table: Table) -> Set[str]:
    """Returns the names that the defaults of a table need."""
    return {name for column in table.columns.values() for name in mentioned(column.default or "")}


def columns_of(table: Table, wanted: Set[str]) -> List[str]:
    """Returns the columns that have one of these types."""
    columns = table.columns.values()
    return [column.name for column in columns if type_name(column.type or "") in wanted]


def needs(table: Table, wanted: Set[str]) -> bool:
    """Returns whether a table needs one of these objects."""
    if columns_of(table, wanted) or not wanted.isdisjoint(table.mentions):
        return True
    if not wanted.isdisjoint(table.sequences):
        return True
    for trigger in table.triggers.values():
        if trigger.function is not None and trigger.function.lower() in wanted:
            return True
    return any(not wanted.isdisjoint(mentioned(text)) for text in texts(table))


def closure(schema: "SchemaFacts", names: Iterable[str]) -> Set[str]:
    """Returns these names, those that the objects had before, and objects that need them."""
    wanted = {plain(name) for name in names}
    while True:
        more = {old for name in wanted for old in schema.former.get(name, ())}
        more |= {name for name, words in schema.mentions.items() if not wanted.isdisjoint(words)}
        if more <= wanted:
            return wanted
        wanted |= more


def users_of(schema: "SchemaFacts", names: Iterable[str]) -> List[Name]:
    """Returns the tables and views that need objects of these names."""
    schema.use.used = True
    wanted = closure(schema, names)
    found: List[Name] = []
    for name, table in schema.all_tables():
        if not needs(table, wanted):
            continue
        with_type = columns_of(table, wanted)
        others = [name, *schema.views_of(name), *schema.belonging_to(name)]
        if with_type:
            others += keys_on(schema, name, table, with_type)
        found += [other for other in others if other not in found]
    return found


def keys_on(schema: "SchemaFacts", name: Name, table: Table, columns: List[str]) -> List[Name]:
    """Returns the tables with a foreign key to one of these columns of a table."""
    return [
        other
        for other, its in schema.all_tables()
        for key in its.foreign_keys
        if key.referred == name
        and not set(key.referred_columns or table.primary_key).isdisjoint(columns)
    ]


def showing(schema: "SchemaFacts", name: Name) -> List[Name]:
    """Returns what shows the name of a table in its own definition: foreign keys to it, and views
    of it, with what needs its type or its sequences.
    """
    table = schema.known(name)
    names = [name.name] + ([] if table is None else table.sequences)
    found: List[Name] = []
    for other in (
        *schema.referring_to(name),
        *schema.views_of(name),
        *users_of(schema, names),
        *schema.with_rule_about(name),
    ):
        if other not in found and other != name:
            found.append(other)
    return found


def renamed(schema: "SchemaFacts", old: str, new: str) -> None:
    """Notes that what needs an object by its old name needs it by the new one."""
    old, new = plain(old), plain(new)
    if old != new:
        schema.former[new] = [*schema.former.get(new, ()), *schema.former.get(old, ()), old]
