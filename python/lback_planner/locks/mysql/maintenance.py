"""The work of statements that change neither schema nor rows."""

from typing import List

from ...model import Effect
from ..table_lock import NO, YES
from .statement import Statement, Works
from .work import EXCLUSIVE, INSTANT, NONE, REBUILD, SHARED, Work


def maintained(effect: Effect, statement: Statement) -> Works:
    """Yields the work on the tables that a statement names."""
    verb = effect.clause.partition(" ")[0]
    modes = locked_modes(effect.clause)
    for place, name in enumerate(effect.locked):
        if verb == "LOCK":
            yield Work(name, INSTANT, modes[place] if place < len(modes) else EXCLUSIVE)
        elif verb == "FLUSH":
            yield Work(name, INSTANT, SHARED)
        elif verb == "OPTIMIZE":
            yield Work(name, REBUILD)
        elif verb == "ANALYZE":
            yield Work(name, INSTANT, NONE, YES if "PERSISTENT" in effect.clause else NO)
        elif verb in ("CHECK", "CHECKSUM"):
            yield Work(name, INSTANT, NONE, YES)


def locked_modes(clause: str) -> List[str]:
    """Returns the levels of `LOCK TABLES a READ, b WRITE`."""
    parts = [part.split() for part in clause.split(",")]
    return [EXCLUSIVE if "WRITE" in words else SHARED for words in parts]
