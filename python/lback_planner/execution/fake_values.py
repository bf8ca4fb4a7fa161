"""Fake values: what a real database would have answered, made so that they put up with all that a
script does to them.
"""

import collections.abc
import datetime
import decimal
import uuid
from typing import Any, Iterator, List, Tuple, Type

from ..compat import cpython_internals, sqlalchemy_internals
from ..sql.reader import MARK, is_marked
from .fake_texts import FAKE_TEXTS
from .scenarios import Scenario

FAKE_NUMBER = 7919
FAKE_MOMENT = datetime.datetime(2001, 2, 3, 4, 5, 6)
#: Of a collection, the members that are looked at.
LOOKED_AT = 20


class FakeValue(str):
    """A value of unknown type. The scenario's `truth` is what all comparisons with it come to."""

    __slots__ = ("scenario",)
    scenario: Scenario

    def __new__(cls, scenario: Scenario) -> "FakeValue":
        self = str.__new__(cls, scenario.text)
        self.scenario = scenario
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return FakeValue(self.scenario)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return FakeValue(self.scenario)

    def __getitem__(self, key: Any) -> Any:
        return FakeValue(self.scenario)

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def __delitem__(self, key: Any) -> None:
        pass

    def __copy__(self) -> "FakeValue":
        return self

    def __deepcopy__(self, _: Any) -> "FakeValue":
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter([FakeValue(self.scenario)])

    def items(self) -> List[Tuple[Any, Any]]:
        return [(FakeValue(self.scenario), FakeValue(self.scenario))]

    def keys(self) -> List[Any]:
        return [FakeValue(self.scenario)]

    values = keys

    def get(self, *_: Any) -> Any:
        return FakeValue(self.scenario)

    def __len__(self) -> int:
        return 1

    def __int__(self) -> int:
        return FAKE_NUMBER

    __index__ = __int__

    def __float__(self) -> float:
        return float(FAKE_NUMBER)

    def __bool__(self) -> bool:
        return self.scenario.comparison()

    def _compare(self, *_: Any) -> bool:
        return self.scenario.comparison()

    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = endswith = _compare

    def startswith(self, prefix: Any, *_: Any) -> bool:
        # Readers of JSON ask for this mark of an encoding.
        return prefix != "\ufeff" and self.scenario.comparison()

    def __ne__(self, other: object) -> bool:
        return not self.scenario.comparison()

    def __hash__(self) -> int:
        self.scenario.looked_up(cpython_internals.caller(1))
        return str.__hash__(self)

    def _operate(self, *_: Any) -> Any:
        return FakeValue(self.scenario)

    __sub__ = __rsub__ = __floordiv__ = __truediv__ = __pow__ = __and__ = __or__ = _operate

    def __add__(self, other: Any) -> Any:
        return str.__add__(self, other) if isinstance(other, str) else FakeValue(self.scenario)

    def __radd__(self, other: Any) -> Any:
        return str.__add__(other, self) if isinstance(other, str) else FakeValue(self.scenario)


class FakeText(str):
    """Text of a row. What it is looked up in says what it may be."""

    __slots__ = ("scenario",)
    scenario: Scenario

    def __new__(cls, scenario: Scenario) -> "FakeText":
        self = str.__new__(cls, scenario.text)
        self.scenario = scenario
        return self

    def __hash__(self) -> int:
        self.scenario.looked_up(cpython_internals.caller(1))
        return str.__hash__(self)

    def __reduce__(self) -> Any:
        return str, (str(self),)


class FakeCount(int):
    """The number of rows that a statement changed. Comparing it counts as asking the database."""

    scenario: Scenario

    def __new__(cls, scenario: Scenario, value: int) -> "FakeCount":
        self = int.__new__(cls, value)
        self.scenario = scenario
        return self

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

    __hash__ = int.__hash__


class AnyName(str):
    """A name that equals every name that it is compared with."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = str.__hash__


def install_in(decoder: Type[Any]) -> None:
    """Has a class that reads JSON make fake values of texts from rows."""
    decode = decoder.decode
    if getattr(decode, "of_lback", False):
        return

    def decoded(self: Any, text: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(text, (FakeValue, FakeText)) and text.scenario.listening:
            return FakeValue(text.scenario)
        return decode(self, text, *args, **kwargs)

    decoded.of_lback = True  # type: ignore[attr-defined]
    decoder.decode = decoded


def is_from_rows(value: Any, depth: int = 3) -> bool:
    """Returns whether a value, of whatever type, is one that fake rows gave, or holds one."""
    if isinstance(value, str):
        fake = isinstance(value, (FakeValue, FakeText))
        return fake or str(value) in FAKE_TEXTS or is_marked(value)
    if isinstance(value, (int, float, decimal.Decimal)) and not isinstance(value, bool):
        return value == FAKE_NUMBER
    if isinstance(value, datetime.datetime):
        return value == FAKE_MOMENT
    if isinstance(value, datetime.date):
        return value == FAKE_MOMENT.date()
    if isinstance(value, uuid.UUID) or sqlalchemy_internals.is_mapped(value):
        return True
    return depth > 0 and _holds_fakes(value, depth - 1)


def _holds_fakes(value: Any, depth: int) -> bool:
    if isinstance(value, tuple):
        return any(is_from_rows(each, depth) for each in tuple(value)[:LOOKED_AT])
    if isinstance(value, collections.abc.Mapping):
        pairs = list(value.items())[:LOOKED_AT]
        return any(is_from_rows(each, depth) for pair in pairs for each in pair)
    libraries = ("sqlalchemy", "alembic", "builtins", __name__.split(".")[0])
    if type(value).__module__.split(".")[0] in libraries:
        # SQLAlchemy 1.4 has rows that are no tuples.
        return "Row" in type(value).__name__
    attributes = list(getattr(value, "__dict__", {}).values())[:LOOKED_AT]
    return any(is_from_rows(each, depth) for each in attributes)


def of_type(kind: Any, scenario: Scenario) -> Any:
    """Returns a plausible value of a Python type."""
    if kind is str:
        return FakeText(scenario)
    if kind is bool:
        return scenario.truth
    if kind in (dict, list):
        return kind()
    if kind in PLAUSIBLE:
        return PLAUSIBLE[kind]
    return FakeValue(scenario)


PLAUSIBLE = {
    int: FAKE_NUMBER,
    float: float(FAKE_NUMBER),
    decimal.Decimal: decimal.Decimal(FAKE_NUMBER),
    datetime.datetime: FAKE_MOMENT,
    datetime.date: FAKE_MOMENT.date(),
    datetime.time: FAKE_MOMENT.time(),
    datetime.timedelta: datetime.timedelta(seconds=FAKE_NUMBER),
    bytes: b"{}",
    uuid.UUID: uuid.UUID(MARK + "-0000-4000-8000-000000000000"),
}
