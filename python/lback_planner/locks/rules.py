"""Finds the locks of a statement by a table of rules, one for each kind of effect."""

from typing import Callable, Iterator, List, Mapping, Sequence

from ..model import Effect
from ..schema.state import Schema
from .table_lock import TableLock, strongest, unknown_lock

Locks = Iterator[TableLock]
#: Yields the locks of an effect.
Rule = Callable[[Effect, Schema], Locks]


def locks_by(
    rules: Mapping[str, Rule], effects: Sequence[Effect], schema: Schema, modes: Sequence[str]
) -> List[TableLock]:
    """Returns the locks of one statement, one for each table; `modes` has the weakest first."""
    return strongest(
        (each for effect in effects for each in of_effect(rules, effect, schema)), modes
    )


def of_effect(rules: Mapping[str, Rule], effect: Effect, schema: Schema) -> Locks:
    """Yields the locks of an effect, also on tables of which it isn't known."""
    find = rules.get(effect.kind)
    if find is not None:
        yield from find(effect, schema)
    elif effect.table is not None:
        yield unknown_lock(effect.table)
