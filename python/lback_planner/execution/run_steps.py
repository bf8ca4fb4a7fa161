"""The steps of a run: what limits it, in place of the time that it takes.

A step is a line of the project's code that runs while it is traced. Statements and operations count
as many. The same script takes the same steps on every machine.
"""

#: What a statement or an operation counts, for what it costs beside a line.
STATEMENT = 500


class TooManySteps(BaseException):
    """A run took more steps than it may. Not an `Exception`: scripts catch those."""


class RunSteps:
    """Counts the steps of one run, and ends the run where there are too many."""

    __slots__ = ("limit", "taken")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.taken = 0

    def take(self, number: int = 1) -> None:
        """Counts steps. Raises `TooManySteps` beyond the limit."""
        self.taken += number
        if self.taken > self.limit:
            raise TooManySteps("takes more than %s steps" % format(self.limit, ","))
