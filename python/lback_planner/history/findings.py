"""The findings about one direction of a revision: what it does, and what is not known of it."""

from typing import Collection, Iterable, List, Optional, Set, Tuple

from ..execution.run import Outcome
from ..execution.statement_log import Run
from ..model import Change, Effect, Reason
from ..schema.object_changes import EnforceKeys, Incomplete
from ..schema.table_change import Unsure
from .certain_failures import CertainFailure
from .errors import without_addresses
from .names_from_rows import lines_without_names

#: Kinds that leave no table behind of which later scripts could be unsure.
LEAVING_NOTHING = ("drop_table", "drop_view", "rename_table")
#: What decides about an operation beside the database.
SURROUNDINGS = "if the environment, `-x`, the date or a file says so"


class Direction:
    """The findings about one direction of a revision."""

    def __init__(self) -> None:
        self.effects: List[Effect] = []
        self.reasons: List[Reason] = []
        #: The error that the script ends with by itself.
        self.raises: Optional[str] = None
        #: Why it can't work, whatever the database holds.
        self.fails: Optional[CertainFailure] = None
        #: Whether the function is there for form's sake only.
        self.empty = False
        #: The statements of each scenario.
        self.runs: List[Run] = []
        #: What the schema was asked for, and the files that had a part in it.
        self.asked: Set[str] = set()
        self.files: Set[str] = set()
        #: Variables of the environment that were looked at; and whether something was that can't be
        #: named.
        self.environ: Set[str] = set()
        self.volatile = False
        #: The lines at which the name of a table was nothing.
        self.nameless: List[Optional[int]] = []
        #: All effects of the first scenario in order, also of statements that ran again.
        self.done: List[Effect] = []
        #: What happens only if a step before, in the same run, has left SQLite enforcing keys, and
        #: whether this one leaves it so; `None` where it leaves that as it was.
        self.by_left_keys: List[Effect] = []
        self.leaves_keys: Optional[bool] = None
        #: What it means for the schema.
        self.changes: List[Change] = []

    def reason(self, why: str, file: Optional[str] = None, line: Optional[int] = None) -> None:
        """Adds a doubt, unless it is there."""
        reason = Reason(without_addresses(why), file, line)
        if reason not in self.reasons:
            self.reasons.append(reason)

    def take(self, outcome: Outcome) -> None:
        """Takes over what a run depended on."""
        self.files |= outcome.files
        self.environ |= outcome.environ
        self.volatile = self.volatile or outcome.volatile
        self.nameless += outcome.nameless

    def cut_off(self, outcome: Outcome, path: str) -> None:
        """Adds the doubt that a run did not come to its end."""
        for why, line in outcome.attempts:
            self.reason(why, path, line)
        if outcome.forbidden is not None and not outcome.attempts:
            self.reason(outcome.forbidden, path, outcome.line)
        if outcome.by_clock:
            # Another machine may come to something else: the result isn't kept either.
            self.volatile = True

    def doubt_missing_names(self, path: str) -> None:
        """Adds a doubt for each line that has nothing for the name of a table."""
        for line in lines_without_names(self.effects, self.nameless):
            self.reason("has nothing for the name of a table", path, line)

    def also_at_loading(self, doubts: Iterable[Tuple[str, Optional[int]]], path: str) -> None:
        """Adds what the script tried when it was loaded."""
        for why, line in doubts:
            self.reason(why, path, line)
            if Incomplete() not in self.changes:
                self.changes.append(Incomplete())

    def depend_on(self, lines: Collection[int]) -> None:
        """Marks what happens at lines of which the surroundings decide whether they run."""
        for effect in self.effects:
            if effect.line in lines:
                effect.conditional = True
                effect.detail = effect.detail or SURROUNDINGS

    def last_switch(self) -> Optional[bool]:
        """Returns whether the last switch turns SQLite's keys on; one that may turn them on counts
        whatever comes after it.
        """
        found: Optional[bool] = None
        for effect in self.effects:
            if isinstance(effect.change, EnforceKeys):
                if effect.conditional and effect.change.on:
                    return True
                found = found if effect.conditional else effect.change.on
        return found

    def finish(self) -> "Direction":
        """Works out what the effects mean for the schema."""
        self.by_left_keys = [effect for effect in self.effects if effect.left]
        self.effects = [effect for effect in self.effects if not effect.left]
        self.leaves_keys = self.leaves_keys or self.last_switch()
        conditional = {effect.key() for effect in self.effects if effect.conditional}
        for effect in self.done:
            if effect.change is None:
                continue
            self.changes.append(effect.change)
            may_be = effect.conditional or effect.key() in conditional
            if may_be and effect.table is not None and effect.kind not in LEAVING_NOTHING:
                self.changes.append(Unsure(effect.table))
        for effect in self.effects:
            if effect.change is not None and not effect.main:
                self.changes += [Unsure(table) for table in effect.written()]
        if self.reasons:
            self.changes.append(Incomplete())
        return self
