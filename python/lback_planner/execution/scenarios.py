"""Scenarios: consistent sets of answers for a script that asks its database before it acts."""

import re
from types import FrameType
from typing import Dict, Iterable, Iterator, List, Optional, Set, Tuple

from ..libraries import is_library
from ..sql.reader import MARK_OF_TWIN, is_marked
from .fake_texts import FAKE_TEXTS

#: Times that one statement finds a row: a loop until there are no more shall end, a loop along a
#: list of tables shall not be cut short.
ROWS_PER_STATEMENT = 100
#: Comparisons of values from rows after which the answer alternates.
SAME_ANSWERS = 1000
#: Keys that are tried for values from rows, and the most that the collection they come from may
#: have.
KEYS = 12
LARGEST_COLLECTION = 40


class Scenario:
    """The answers that a script gets from its database in one run, and the questions it asked."""

    def __init__(
        self,
        rows: bool = False,
        truth: bool = True,
        negated: bool = False,
        text: str = FAKE_TEXTS[0],
        is_twin: bool = False,
    ) -> None:
        #: Whether statements find rows.
        self.rows = rows
        #: What comparisons of values from rows come to.
        self.truth = truth
        #: Whether the answers that aren't certain are turned round.
        self.negated = negated
        #: The text that rows have.
        self.text = text
        #: Whether rows have other values than in the scenario that is the same in all else: names
        #: that differ between the two come from rows.
        self.is_twin = is_twin
        #: Rows that the script made, and whether one is being made.
        self.made = 0
        self.is_making = False
        #: What was asked of which the answer isn't known: `rows`, `schema`, `driver`.
        self.asked: Set[str] = set()
        #: Whether questions count. Not while SQLAlchemy asks for its own purposes.
        self.listening = True
        #: Whether statements that never ran are made to run in this scenario.
        self.forces = False
        #: Whether operations that can't work raise their errors.
        self.fails = False
        #: Keys of collections in which values from rows were looked up, in the order in which they
        #: were met.
        self.keys: Dict[str, None] = {}
        self._statements: Dict[str, int] = {}
        self._comparisons = 0

    def answers(self) -> Tuple[bool, bool, bool]:
        """Returns what tells this scenario from others of the same text."""
        return self.rows, self.truth, self.negated

    def ask(self, what: str) -> None:
        """Notes that the answer to a question decides what the script does."""
        if self.listening:
            self.asked.add(what)

    def looked_up(self, frame: FrameType) -> None:
        """Notes the keys of the collection in which a value from rows is looked up: a real value
        may be any of them.
        """
        if not self.listening or is_library(frame.f_globals.get("__name__")):
            return
        names = frame.f_code.co_names + frame.f_code.co_freevars
        globals_ = [frame.f_globals[name] for name in names if name in frame.f_globals]
        for holder in [*frame.f_locals.values(), *globals_]:
            if type(holder) in (dict, set, frozenset) and 0 < len(holder) <= LARGEST_COLLECTION:
                # A set of texts has another order in each process.
                for key in holder if type(holder) is dict else sorted(holder, key=repr):
                    if type(key) is str and not is_marked(key) and len(self.keys) < KEYS:
                        self.keys[key] = None

    def comparison(self) -> bool:
        """Returns what a comparison comes to. A loop that waits for another answer gets it in the
        end.
        """
        self._comparisons += 1
        return self.truth if self._comparisons < SAME_ANSWERS else self._comparisons % 2 == 0

    def answer(self, guess: bool, certain: bool) -> bool:
        """Returns the answer to a question about the schema: the guess, or its opposite if the
        scenario negates.
        """
        if certain:
            return guess
        self.ask("schema")
        return guess != self.negated

    def gives_rows(self, statement: str) -> bool:
        """Returns whether a statement finds rows."""
        self.ask("rows")
        # A loop may count in its statements.
        statement = re.sub(r"\d+", "0", statement)
        count = self._statements[statement] = self._statements.get(statement, 0) + 1
        return self.rows and count <= ROWS_PER_STATEMENT


def first() -> Scenario:
    """Returns the likeliest scenario: an empty database with the schema that the scripts made."""
    return Scenario()


def further(asked: Set[str]) -> List[Scenario]:
    """Returns the scenarios beside the first for what a script asked, the likelier first."""
    found: List[Scenario] = []
    if "rows" in asked:
        found += [Scenario(rows=True), Scenario(rows=True, truth=False)]
    if "schema" in asked:
        found.append(Scenario(negated=True))
    if "rows" in asked and "schema" in asked:
        found.append(Scenario(rows=True, negated=True))
        found.append(Scenario(rows=True, truth=False, negated=True))
    return found


def failing(scenario: Scenario) -> Scenario:
    """Returns the scenario in which operations that can't work raise their errors."""
    other = Scenario(*scenario.answers(), text=scenario.text)
    other.fails = True
    return other


def twin(scenario: Scenario) -> Scenario:
    """Returns the scenario in which rows have other values, and all else is the same."""
    return Scenario(*scenario.answers(), text=MARK_OF_TWIN, is_twin=True)


def with_keys(found: Iterable[str], tried: Set[str]) -> Iterator[Scenario]:
    """Yields scenarios in which rows have the keys that their values were looked up among."""
    for key in found:
        if key not in tried and len(tried) < KEYS:
            tried.add(key)
            yield Scenario(rows=True, text=key)


def with_other_text(scenario: Scenario) -> Optional[Scenario]:
    """Returns the scenario with the next text in its rows, ``None`` after the last one."""
    if scenario.text not in FAKE_TEXTS:
        return None
    index = FAKE_TEXTS.index(scenario.text) + 1
    if index >= len(FAKE_TEXTS):
        return None
    return Scenario(*scenario.answers(), text=FAKE_TEXTS[index])
