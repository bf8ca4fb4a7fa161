"""Fake values: what a real database would have answered, made so that they put up with all that a
script does to them.
"""

import collections.abc
import datetime
import decimal
import functools
import uuid
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple, Type

from ..compat import cpython_internals, sqlalchemy_internals
from ..sql.reader import MARK, is_marked
from . import context
from .fake_numbers import FAKE_NUMBER, NUMBER_OF_TWIN, FakeInt, number_of
from .fake_texts import FAKE_TEXTS
from .scenarios import Scenario

#: Its year is a mark, too.
FAKE_MOMENT = datetime.datetime(FAKE_NUMBER, 2, 3, 4, 5, 6)
NUMBERS = (FAKE_NUMBER, NUMBER_OF_TWIN)
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
        recorder = context.current() if name in OF_CONNECTIONS + OF_SESSIONS else None
        if recorder is None:
            return FakeValue(self.scenario)
        # The value stands for a connection, or a session, that a script has from elsewhere.
        return functools.partial(sent if name in OF_CONNECTIONS else kept, recorder, name)

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
        return number_of(self.scenario)

    __index__ = __int__

    def __float__(self) -> float:
        return float(number_of(self.scenario))

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


OF_CONNECTIONS = ("execute", "scalar", "scalars", "exec_driver_sql")
OF_SESSIONS = ("add", "add_all", "delete", "merge")


def sent(recorder: context.Recording, method: str, *args: Any, **kwargs: Any) -> Any:
    """Sends a statement that a fake value is asked to send."""
    return recorder.send(method, *args, **kwargs)


def kept(recorder: context.Recording, method: str, *objects: Any, **_: Any) -> Any:
    """Takes up mapped objects that a fake value is asked to keep, or to delete."""
    for each in objects:
        for one in each if isinstance(each, (list, tuple)) else [each]:
            mapper = sqlalchemy_internals.mapper_of(one)
            for table in mapper.tables if mapper is not None else ():
                recorder.changed(recorder.table_name(table.name, table.schema))
    return objects[0] if objects else None


class FakeText(str):
    """Text of a row. What it is looked up in says what it may be."""

    __slots__ = ("scenario",)
    scenario: Scenario

    def __new__(cls, scenario: Scenario, text: Optional[str] = None) -> "FakeText":
        self = str.__new__(cls, scenario.text if text is None else text)
        self.scenario = scenario
        return self

    def __hash__(self) -> int:
        self.scenario.looked_up(cpython_internals.caller(1))
        return str.__hash__(self)

    def __reduce__(self) -> Any:
        return str, (str(self),)


#: Methods of texts that give another text, or several.
MAKING_TEXTS = (
    "lower", "upper", "title", "capitalize", "casefold", "swapcase", "strip", "lstrip", "rstrip",
    "split", "rsplit", "splitlines", "partition", "rpartition", "replace", "translate", "zfill",
    "ljust", "rjust", "center", "expandtabs", "removeprefix", "removesuffix",
)  # fmt: skip
#: Those that only typed texts have: texts of unknown type give what is of unknown type.
MAKING_TEXTS_OF_TYPE = (
    "__getitem__", "__mul__", "__rmul__", "__add__", "__mod__", "__format__",
)  # fmt: skip


def making_texts(name: str) -> Callable[..., Any]:
    """Returns a method of texts whose results are as fake as the text."""
    make = getattr(str, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return as_fake(self, make(self, *args, **kwargs))

    return method


def as_fake(text: Any, made: Any) -> Any:
    """Returns what was made of a fake text, as fake text."""
    if type(made) is str:
        return FakeText(text.scenario, made)
    if type(made) in (list, tuple):
        return type(made)(as_fake(text, each) for each in made)
    return made


def added_to(self: "FakeText", other: Any) -> Any:
    """Returns another text with a fake one behind it."""
    return as_fake(self, str.__add__(other, self)) if isinstance(other, str) else NotImplemented


for _kind, _names in ((FakeValue, MAKING_TEXTS), (FakeText, MAKING_TEXTS + MAKING_TEXTS_OF_TYPE)):
    for _name in _names:
        if hasattr(str, _name):
            setattr(_kind, _name, making_texts(_name))
setattr(FakeText, "__radd__", added_to)  # noqa: B010 - as the methods before it


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
    if isinstance(value, FakeInt):
        return True
    if isinstance(value, (int, float, decimal.Decimal)) and not isinstance(value, bool):
        return value in NUMBERS
    if isinstance(value, datetime.date):
        return value.year in NUMBERS
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
        text = scenario.text
        return FakeText(scenario, "%s-%d" % (text, scenario.made) if scenario.is_making else text)
    if kind is bool:
        return scenario.truth
    if kind is int:
        return FakeInt(scenario, number_of(scenario))
    if kind in (dict, list):
        return kind()
    if kind in PLAUSIBLE:
        return PLAUSIBLE[kind](number_of(scenario), scenario.text if scenario.is_twin else MARK)
    return FakeValue(scenario)


#: Values by their type, made of the number and the mark of a scenario.
PLAUSIBLE: Dict[Type[Any], Callable[[int, str], Any]] = {
    float: lambda number, _: float(number),
    decimal.Decimal: lambda number, _: decimal.Decimal(number),
    datetime.datetime: lambda number, _: FAKE_MOMENT.replace(year=number),
    datetime.date: lambda number, _: FAKE_MOMENT.date().replace(year=number),
    datetime.time: lambda *_: FAKE_MOMENT.time(),
    datetime.timedelta: lambda number, _: datetime.timedelta(seconds=number),
    bytes: lambda *_: b"{}",
    uuid.UUID: lambda number, mark: uuid.UUID("%s-0000-4000-8000-%012d" % (mark, number)),
}
