"""What a script that asks its database may be told: in each world it gets one consistent set of answers."""

import re

from .ghost import TEXTS

#: Times that one statement finds a row: a loop until there are no more shall end, one along a list of tables shall not be cut short.
TIMES = 100
#: Comparisons that come to the same.
PATIENCE = 1000


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

    def ask(self, what):
        if self.listening:
            self.asked.add(what)

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


def with_other_text(world):
    """The same world with other texts in its rows."""
    index = TEXTS.index(world.text) + 1
    if index >= len(TEXTS):
        return None
    return World(world.rows, world.truth, world.negated, TEXTS[index])
