"""What a script that asks its database may be told: in each world it gets one consistent set of answers."""

import re

from .fake_values import TEXTS
from ..coverage.reachability import is_library
from ..sql.reader import is_marked

#: Times that one statement finds a row: a loop until there are no more shall end, one along a list of tables shall not be cut short.
TIMES = 100
#: Comparisons that come to the same.
PATIENCE = 1000


#: Keys that are tried, and the most that what they are of may have.
KEYS = 12
MOST = 40


class World:
    def __init__(self, rows=False, truth=True, negated=False, text=TEXTS[0]):
        self.rows = rows
        self.truth = truth
        #: Whether the answers that aren't certain are turned round.
        self.negated = negated
        self.text = text
        #: What was asked of which the answer isn't known: `rows`, and `schema`.
        self.asked = set()
        self.times = {}
        self.comparisons = 0
        #: Turned off while SQLAlchemy asks for its own purposes.
        self.listening = True
        #: Whether it is one in which statements are made to run.
        self.forces = False
        #: Keys of what values from rows were looked up in.
        self.keys = {}

    def ask(self, what):
        if self.listening:
            self.asked.add(what)

    def looked_up(self, frame):
        """A value from rows is a key: a real one may be any of those that are there."""
        if not self.listening or is_library(frame.f_globals.get("__name__")) or len(self.keys) >= KEYS:
            return
        names = frame.f_code.co_names + frame.f_code.co_freevars
        for holder in [*frame.f_locals.values(), *[frame.f_globals[name] for name in names if name in frame.f_globals]]:
            if type(holder) in (dict, set, frozenset) and 0 < len(holder) <= MOST:
                for key in holder:
                    if type(key) is str and not is_marked(key) and len(self.keys) < KEYS:
                        self.keys[key] = None

    def says(self):
        """What a comparison comes to. A loop that waits for another answer shall get it in the end."""
        self.comparisons += 1
        return self.truth if self.comparisons < PATIENCE else self.comparisons % 2 == 0

    def answer(self, guess, certain):
        if certain:
            return guess
        self.ask("schema")
        return guess != self.negated

    def gives_rows(self, statement):
        self.ask("rows")
        # A loop may count in its statements.
        statement = re.sub(r"\d+", "0", statement)
        count = self.times[statement] = self.times.get(statement, 0) + 1
        return self.rows and count <= TIMES


def first():
    return World()


def further(asked):
    """The worlds beside the first one, the likelier ones first."""
    found = []
    if "rows" in asked:
        found += [World(rows=True), World(rows=True, truth=False)]
    if "schema" in asked:
        found.append(World(negated=True))
    if "rows" in asked and "schema" in asked:
        found += [World(rows=True, negated=True), World(rows=True, truth=False, negated=True)]
    return found


def with_keys(found, tried):
    """Worlds in which rows have the keys that their values were looked up among."""
    for key in found:
        if key not in tried and len(tried) < KEYS:
            tried.add(key)
            yield World(rows=True, text=key)


def with_other_text(world):
    """The same world with other texts in its rows."""
    if world.text not in TEXTS:
        return None
    index = TEXTS.index(world.text) + 1
    if index >= len(TEXTS):
        return None
    return World(world.rows, world.truth, world.negated, TEXTS[index])
