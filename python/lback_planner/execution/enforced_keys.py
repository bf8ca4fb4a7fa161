"""Follows whether SQLite enforces foreign keys in a run, as far as the run's statements show it."""

import re
from typing import Any, List, Optional

from ..model import Effect, Name
from ..schema.consequences import Consequences, Found
from ..schema.object_changes import EnforceKeys
from ..schema.state import Schema

#: As the run found it, and as a `PRAGMA` of its own has set it.
START, ON, OFF = "start", "on", "off"
#: Statements before which Python's driver begins a transaction, and those that begin or end one.
WRITING = ("INSERT", "UPDATE", "DELETE", "REPLACE")
BEGINNING = ("BEGIN", "SAVEPOINT", "RELEASE", "WITH")
ENDING = ("COMMIT", "END", "ROLLBACK")
WORD = re.compile(r"[A-Za-z]+")


class EnforcedKeys:
    """The enforcement of foreign keys in one run.

    `PRAGMA foreign_keys` does nothing within a transaction. Where it isn't known whether there is
    one, turning the keys on counts and turning them off doesn't.
    """

    def __init__(self, schema: Schema, is_sqlite: bool) -> None:
        self.schema = schema
        self.state = START if is_sqlite else OFF
        #: Whether a transaction is open, `None` where that isn't known.
        self.is_within: Optional[bool] = False

    def following(self, table: Name) -> Found:
        """Returns what follows when a table is dropped, of which SQLite deletes the rows first."""
        schema = self.schema
        may_be_left = schema.enforces_keys or schema.may_leave_keys
        if self.state == OFF or (self.state == START and not may_be_left):
            return [], []
        effects, problems = Consequences(self.schema).dropped_with_rows(table)
        are_left = self.state == START and not self.schema.keys_by_live
        for effect in effects:
            effect.left = are_left
        return effects, problems if self.schema.enforces_keys or not are_left else []

    def wrote(self) -> None:
        """Notes that rows were written, for which Python's driver has begun a transaction."""
        self.is_within = self.is_within is not None or None

    def made_anew(self, is_sure: bool) -> None:
        """Notes that a batch has made a table anew, and has copied its rows. It may have failed
        before, which a script may catch.
        """
        self.wrote()
        if not is_sure:
            self.unsure()

    def unsure(self) -> None:
        """Notes that the script chooses its transactions by itself."""
        self.is_within = None

    def ended(self) -> None:
        """Notes that the transaction has ended."""
        if self.is_within is not None:
            self.is_within = False

    def take(self, text: str, effects: List[Effect]) -> None:
        """Takes up a statement. A `PRAGMA` that does nothing loses its meaning."""
        for effect in effects:
            if isinstance(effect.change, EnforceKeys) and not self._switch(effect.change.on):
                effect.change = None
        head = WORD.search(text)
        verb = head.group().upper() if head is not None else ""
        if verb in WRITING:
            self.wrote()
        elif verb in ENDING:
            self.ended()
        elif verb in BEGINNING:
            self.unsure()

    def _switch(self, on: bool) -> bool:
        is_within: Any = self.is_within if self.schema.switches_keys else None
        if (is_within is True) if on else (is_within is not False):
            return False
        self.state = ON if on else OFF
        return True
