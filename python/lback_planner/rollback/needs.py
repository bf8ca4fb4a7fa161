"""The statements of one revision that its inverse for a table needs.

They are those on the table, and those without which these fail or lose rows: its types, views that
read it, and the other table where rows move between two.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Iterable, List, Sequence, Set, Tuple

from .. import operation_kinds
from ..model import Effect, Name
from ..schema.dependants import plain
from ..schema.facts import is_of_type
from ..schema.state import Schema
from ..writing.calls import CallLog
from ..writing.statements import SETTING, is_transaction

#: What belongs to no table, and is named by the statements that use it.
OBJECTS = frozenset(
    """
    create_type drop_type alter_type create_sequence alter_sequence drop_sequence create_function
    drop_function
    """.split()
)
VIEWS = ("create_view", "drop_view")
WRITES_OF_ROWS = ("insert", "update", "delete", "merge")


@dataclass
class Run:
    """One run of a function: its calls, and its events with all that followed from them."""

    log: CallLog
    events: Sequence[Any]
    effects: Sequence[Effect]

    def sources(self) -> List[str]:
        """Returns the source of each event, as far as it has one."""
        found = [event.text or "" for event in self.events]
        for call in self.log.calls:
            for number in range(call.first, call.end):
                found[number] += " " + (call.text or "")
        return found


@dataclass
class Needs:
    """The needs of the inverse of one revision.

    `is_meant` tells whether a table is the one that is rolled back, `is_free` whether no later
    revision changes a table. `schema` is the schema of the database.
    """

    up: Run
    down: Run
    is_meant: Callable[[Name], bool]
    is_free: Callable[[Name], bool]
    schema: Schema
    tables: Set[Name] = field(default_factory=set)
    #: Sentences on what is done beside the table, and on what is left out.
    remarks: List[str] = field(default_factory=list)
    _parts: Set[Tuple[str, Name, Any]] = field(default_factory=set)
    _names: Set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        events = [*self.up.events, *self.down.events]
        every = {table for event in events for table in names_of(event)}
        self.tables = {table for table in every if self.is_meant(table)}
        self._add_views(events)
        self._add_partners()
        self._add_references()
        self._add_objects()

    def of(self, run: Run) -> Callable[[int], bool]:
        """Returns the test whether an event of a run is wanted, by its number."""
        wanted = {number for number, event in enumerate(run.events) if self._wants(event)}
        if wanted:
            wanted.update(
                number for number, event in enumerate(run.events) if self._prepares(run, event)
            )
        return wanted.__contains__

    def _wants(self, event: Any) -> bool:
        if any(table in self.tables for table in event.tables):
            return True
        return any(self._wants_effect(effect) for effect in event.effects)

    def _wants_effect(self, effect: Effect) -> bool:
        if effect.kind in OBJECTS:
            return plain(str(effect.name or "")) in self._names
        return (
            effect.table is not None
            and (undone_kind(effect), effect.table, effect.name) in self._parts
        )

    def _prepares(self, run: Run, event: Any) -> bool:
        """Returns whether an event without a table serves those that are wanted."""
        if event.tables or is_transaction(event.text) or any(each.table for each in event.effects):
            return False
        if any(effect.kind in OBJECTS for effect in event.effects):
            return False
        text = event.text or ""
        if SETTING.match(text):
            return True
        others = {table for each in run.events for table in each.tables} - self.tables
        return not others and not text.lstrip().upper().startswith("SELECT")

    def _add_views(self, events: Iterable[Any]) -> None:
        """Adds the views that read the table, and that this revision makes or drops."""
        for event in events:
            for effect in event.effects:
                if effect.kind in VIEWS and effect.table is not None:
                    if any(table in self.tables for table in [*effect.refs, *self._behind(effect)]):
                        self.tables.add(effect.table)

    def _behind(self, effect: Effect) -> List[Name]:
        assert effect.table is not None
        known = self.schema.known(effect.table)
        return [] if known is None else known.behind

    def _add_partners(self) -> None:
        """Adds the tables between which the downgrade moves rows of this one."""
        for event in self.down.events:
            moves = any(effect.kind in WRITES_OF_ROWS for effect in event.effects)
            touched = names_of(event)
            if not moves or not touched & self.tables:
                continue
            for other in sorted(touched - self.tables, key=str):
                if self._is_changed(other) and self.is_free(other):
                    self.tables.add(other)
                    self.remarks.append(
                        "`%s` is changed too: the revision moves rows between both" % other
                    )
                elif self._is_changed(other):
                    self.remarks.append(
                        "the revision moves rows between the table and `%s`, which a later "
                        "revision changes: its part is left out" % other
                    )

    def _is_changed(self, table: Name) -> bool:
        return any(table in event.tables for event in [*self.up.events, *self.down.events])

    def _add_references(self) -> None:
        """Adds the keys of other tables to this one where it is dropped."""
        dropped = {
            effect.table
            for event in self.down.events
            for effect in event.effects
            if effect.kind == "drop_table" and effect.table in self.tables
        }
        for event in self.up.events:
            for effect in event.effects:
                refers = effect.table is not None and bool(dropped & set(effect.refs))
                if refers and effect.kind in ("create_constraint", "add_column"):
                    assert effect.table is not None
                    self._parts.add((effect.kind, effect.table, effect.name))

    def _add_objects(self) -> None:
        """Adds the types, sequences and functions that wanted statements name."""
        named = {
            plain(str(effect.name or ""))
            for run in (self.up, self.down)
            for event in run.events
            for effect in event.effects
            if effect.kind in OBJECTS
        }
        before = None
        while before != self._names:
            before = set(self._names)
            words = self._words()
            found = {name for name in named if name in words or self._has_type(name)}
            self._names = found - {name for name in found if self._is_shared(name)}
        for name in sorted(name for name in named - self._names if self._has_type(name)):
            self.remarks.append(
                "the type `%s` stays as it is, because other tables have it too" % name
            )

    def _words(self) -> Set[str]:
        """Returns the words of all statements that are wanted."""
        words: Set[str] = set()
        for run in (self.up, self.down):
            sources = run.sources()
            for number, event in enumerate(run.events):
                if self._wants(event):
                    words.update(re.findall(r"\w+", sources[number].lower()))
        return words

    def _has_type(self, name: str) -> bool:
        tables = [self.schema.known(table) for table in self.tables]
        columns = [column for table in tables if table for column in table.columns.values()]
        return any(is_of_type(column, name) for column in columns)

    def _is_shared(self, name: str) -> bool:
        """Returns whether another table has columns of a type."""
        return any(table not in self.tables for table in self.schema.tables_with_type(name))


def names_of(event: Any) -> Set[Name]:
    """Returns the tables that an event names."""
    found = set(event.tables)
    for effect in event.effects:
        found.update(effect.written())
        found.update(effect.mentioned())
    return found


def undone_kind(effect: Effect) -> str:
    """Returns the kind of what an effect takes back, or its own."""
    return {"drop_constraint": "create_constraint", "drop_column": "add_column"}.get(
        effect.kind, effect.kind
    )


def unseen(operations: Sequence[Dict[str, Any]], run: Run) -> List[Dict[str, Any]]:
    """Returns the operations of an analysis that a run did not show, or that need a condition."""
    certain = {(each.kind, each.table, each.name): each.conditional for each in run.effects}
    found = []
    for operation in operations:
        if not operation["conditional"] or not operation_kinds.writes(operation["kind"]):
            continue
        table = operation["table"]
        name = None if table is None else Name(table["name"], table["schema"])
        follows = certain.get((operation["kind"], name, operation["name"]))
        if not follows:
            found.append(operation)
    return found
