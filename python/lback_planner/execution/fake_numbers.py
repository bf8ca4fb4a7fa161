"""Fake numbers: those of rows, and numbers of rows. What is computed with one is one."""

from typing import Any, Callable

from .scenarios import Scenario

#: The number that rows have, and the one in a scenario that only has other values.
FAKE_NUMBER = 7919
NUMBER_OF_TWIN = 7920
#: What comes before the number of rows that a script makes, so that none is the number of a row
#: that is there.
NEW_NUMBERS = 10_000


def number_of(scenario: Scenario) -> int:
    """Returns the number that rows have in a scenario: that of a new row while one is made."""
    if scenario.is_making:
        return new_number(scenario)
    return NUMBER_OF_TWIN if scenario.is_twin else FAKE_NUMBER


def new_number(scenario: Scenario) -> int:
    """Returns the number of another new row. The fake number is the end of each."""
    scenario.made += 1
    return scenario.made * NEW_NUMBERS + (NUMBER_OF_TWIN if scenario.is_twin else FAKE_NUMBER)


class FakeInt(int):
    """A number of a row."""

    scenario: Scenario

    def __new__(cls, scenario: Scenario, value: int) -> "FakeInt":
        self = int.__new__(cls, value)
        self.scenario = scenario
        return self

    def __copy__(self) -> "FakeInt":
        return self

    def __deepcopy__(self, _: Any) -> "FakeInt":
        return self

    def __reduce__(self) -> Any:
        return int, (int(self),)


class FakeCount(FakeInt):
    """The number of rows that a statement changed. Comparing it counts as asking the database."""

    def __bool__(self) -> bool:
        self.scenario.ask("rows")
        return int(self) != 0

    def __eq__(self, other: object) -> bool:
        self.scenario.ask("rows")
        return int.__eq__(self, other)

    def __lt__(self, other: int) -> bool:
        self.scenario.ask("rows")
        return int.__lt__(self, other)

    def __gt__(self, other: int) -> bool:
        self.scenario.ask("rows")
        return int.__gt__(self, other)

    def __le__(self, other: int) -> bool:
        return not self > other

    def __ge__(self, other: int) -> bool:
        return not self < other

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        self.scenario.ask("rows")
        return int.__hash__(self)

    def __index__(self) -> int:
        self.scenario.ask("rows")
        return int(self)


#: Methods of whole numbers that give another number.
COMPUTING = (
    "add", "radd", "sub", "rsub", "mul", "rmul", "floordiv", "rfloordiv", "mod", "rmod", "neg",
    "pos", "abs", "and", "rand", "or", "ror", "xor", "rxor", "lshift", "rshift", "pow",
)  # fmt: skip


def computing(name: str) -> Callable[..., Any]:
    """Returns a method of numbers whose result is as fake as the number."""
    compute = getattr(int, name)

    def method(self: Any, *others: Any) -> Any:
        found = compute(self, *others)
        return type(self)(self.scenario, found) if type(found) is int else found

    return method


for _name in COMPUTING:
    setattr(FakeInt, "__%s__" % _name, computing("__%s__" % _name))
