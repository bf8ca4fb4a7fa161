"""The statements of a run, each with the operations that sent it and the locks that it takes."""

import re
from typing import Any, Collection, Dict, List, NamedTuple, Optional, Sequence, Tuple

from ..locks import sqlite
from ..locks.table_lock import YES, TableLock, unknown_lock
from ..model import Effect, Name
from ..schema.state import Schema

#: What two effects of one operation of a script have in common: `Effect.key()`.
EffectKey = Tuple[Any, ...]


class Statement:
    """One statement. `text` is `None` for what an operation sends, and what can't be rendered."""

    def __init__(
        self,
        text: Optional[str],
        line: Optional[int],
        transaction: str,
        effects: Collection[Effect],
        locks: Sequence[TableLock],
    ) -> None:
        self.text = text
        self.line = line
        self.transaction = transaction
        self.effects = list(effects)
        self.locks = list(locks)
        #: How often it was sent.
        self.times = 1
        #: Whether it isn't sent in every scenario.
        self.conditional = False

    def key(self) -> Tuple[Any, ...]:
        """Returns what is the same for a statement that is sent again."""
        return self.text, self.line, self.transaction

    def effect_keys(self) -> List[EffectKey]:
        return [effect.key() for effect in self.effects]

    def as_json(self, numbers: Dict[EffectKey, int]) -> Dict[str, Any]:
        """Returns the document of a plan; `numbers` has the places of the operations."""
        return {
            "text": self.text,
            "line": self.line,
            "operations": sorted({numbers[key] for key in self.effect_keys() if key in numbers}),
            "transaction": self.transaction,
            "times": self.times,
            "conditional": self.conditional,
            "locks": [lock.as_json() for lock in self.locks],
        }


class Sending:
    """The operations that send SQL now, and the schema before the first of them."""

    def __init__(self, effects: Sequence[Effect], schema: Schema) -> None:
        self.effects = list(effects)
        self.schema = schema

    def of(self, effects: Sequence[Effect]) -> List[Effect]:
        """Returns those that a statement with these effects comes from: all that it can be."""
        parts = {(effect.kind, effect.table, effect.name) for effect in effects}
        same = [each for each in self.effects if (each.kind, each.table, each.name) in parts]
        return same or self.effects

    def sent(self, effects: Sequence[Effect]) -> None:
        """Takes up what a statement of a batch has changed, for those that follow it."""
        for effect in effects:
            if effect.change is not None:
                self.schema.apply(effect.change)


#: How many statements of one line are kept that differ only in their values.
SAME_FORM = 20
VALUES = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")


class StatementLog:
    """The statements of one run in order. One that is sent again is counted, and so are those of a
    loop that differ only in their values, beyond the first.
    """

    def __init__(self) -> None:
        self._found: Dict[Tuple[Any, ...], Statement] = {}
        #: How many there are of a form at a line, and the last that is kept.
        self._forms: Dict[Tuple[Any, ...], Tuple[int, Statement]] = {}
        #: How many were sent.
        self.sent = 0

    def add(self, statement: Statement) -> None:
        self.sent += 1
        known = self._found.get(statement.key()) or self._like(statement)
        if known is None:
            self._found[statement.key()] = statement
        else:
            known.times += 1

    def _like(self, statement: Statement) -> Optional[Statement]:
        """Returns the last one of many that have the form of a statement."""
        form = (VALUES.sub("?", statement.text or ""), *statement.key()[1:])
        count, last = self._forms.get(form, (0, statement))
        if count >= SAME_FORM:
            return last
        self._forms[form] = (count + 1, statement)
        return None

    def all(self) -> List[Statement]:
        return list(self._found.values())


class Run(NamedTuple):
    """The statements of one scenario, and whether it came to its end."""

    statements: Sequence[Statement]
    is_whole: bool


def united(runs: Sequence[Run], effects: Sequence[Effect]) -> List[Statement]:
    """Returns the statements of all scenarios, the likeliest one's first, and one without a text
    for each of these effects that writes and that no statement is known of.
    """
    found: Dict[Tuple[Any, ...], Statement] = {}
    for run in runs:
        for statement in run.statements:
            found.setdefault(statement.key(), statement)
    # A run that was cut off doesn't show what would have come.
    whole = [run for run in runs if run.is_whole] or runs
    keys = [{each.key() for each in run.statements} for run in whole]
    for key, statement in found.items():
        statement.conditional = not all(key in others for others in keys)
    return with_unrendered(list(found.values()), effects)


def with_unrendered(found: List[Statement], effects: Sequence[Effect]) -> List[Statement]:
    """Returns statements with one more for each effect that none of them sends, where it comes."""
    numbers = {effect.key(): place for place, effect in reversed(list(enumerate(effects)))}
    known = {key for statement in found for key in statement.effect_keys()}
    for place, effect in enumerate(effects):
        tables = effect.written()
        if tables and effect.key() not in known:
            later = (
                at for at, statement in enumerate(found) if first_of(statement, numbers) > place
            )
            found.insert(next(later, len(found)), unrendered(effect, tables))
    return found


def first_of(statement: Statement, numbers: Dict[EffectKey, int]) -> int:
    """Returns the place of the first operation that sends a statement."""
    return min((numbers.get(key, -1) for key in statement.effect_keys()), default=-1)


def remade(effects: Sequence[Effect], transaction: str) -> Statement:
    """Returns the statement for all that a batch sends to copy a table of SQLite.

    The table isn't known well enough to render it.
    """
    tables = dict.fromkeys(table for effect in effects for table in effect.written())
    locks = [sqlite.written(table, YES) for table in tables]
    return Statement(None, effects[0].line, transaction, effects, locks)


def unrendered(effect: Effect, tables: Sequence[Name]) -> Statement:
    """Returns the statement of an operation of which only the tables are known."""
    locks = [unknown_lock(table) for table in dict.fromkeys(tables)]
    statement = Statement(None, effect.line, "unknown", [effect], locks)
    statement.conditional = effect.conditional
    return statement
