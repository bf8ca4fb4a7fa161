"""One thing that a script did in a run."""

from dataclasses import dataclass
from typing import Any, Optional, Sequence, Tuple

from ..model import Effect, Name


@dataclass
class Event:
    """One thing that a script did: an operation of Alembic's, perhaps with the SQL that it was
    called with.
    """

    operation: Any
    #: The tables that it writes.
    tables: Tuple[Name, ...]
    #: The SQL, for what is described by its SQL alone.
    text: Optional[str]
    #: The parameters of the SQL as the driver gets them, and what SQLAlchemy compiled.
    parameters: Any = None
    compiled: Any = None
    #: What it does, without what follows from that.
    effects: Sequence[Effect] = ()


def tables_of(effects: Sequence[Effect]) -> Tuple[Name, ...]:
    """Returns the tables that effects write, each once."""
    return tuple(dict.fromkeys(table for effect in effects for table in effect.written()))
