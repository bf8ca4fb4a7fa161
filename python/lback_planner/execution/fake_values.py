"""Values that stand for what a real database would have answered: they put up with everything that is done to them."""

import collections.abc
import datetime
import decimal
import sys
import uuid

from ..sql.reader import MARK, is_marked

NUMBER = 7919
MOMENT = datetime.datetime(2001, 2, 3, 4, 5, 6)
#: What text may be, tried one after another where a script can't do with the one before.
TEXTS = (MARK, "{}", MARK + "-0000-4000-8000-000000000000", "[]", "2001-02-03 04:05:06", "1")


class Ghost(str):
    """A value of unknown type. `world.truth` is what all comparisons with it come to."""

    __slots__ = ("world",)

    def __new__(cls, world):
        self = str.__new__(cls, world.text)
        self.world = world
        return self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Ghost(self.world)

    def __call__(self, *args, **kwargs):
        return Ghost(self.world)

    def __getitem__(self, key):
        return Ghost(self.world)

    def __setitem__(self, key, value):
        pass

    def __delitem__(self, key):
        pass

    def __copy__(self):
        return self

    def __deepcopy__(self, _):
        return self

    def __iter__(self):
        return iter([Ghost(self.world)])

    def items(self):
        return [(Ghost(self.world), Ghost(self.world))]

    def keys(self):
        return [Ghost(self.world)]

    values = keys

    def get(self, *_):
        return Ghost(self.world)

    def __len__(self):
        return 1

    def __int__(self):
        return NUMBER

    __index__ = __int__

    def __float__(self):
        return float(NUMBER)

    def __bool__(self):
        return self.world.says()

    def same(self, other):
        return self.world.says()

    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = endswith = same

    def startswith(self, prefix, *_):
        # Readers of JSON ask for this mark of an encoding.
        return prefix != "\ufeff" and self.world.says()

    def __ne__(self, other):
        return not self.world.says()

    def __hash__(self):
        self.world.looked_up(sys._getframe(1))
        return str.__hash__(self)

    def operated(self, *_):
        return Ghost(self.world)

    __sub__ = __rsub__ = __floordiv__ = __truediv__ = __pow__ = __and__ = __or__ = operated

    def __add__(self, other):
        return str.__add__(self, other) if isinstance(other, str) else Ghost(self.world)

    def __radd__(self, other):
        return str.__add__(other, self) if isinstance(other, str) else Ghost(self.world)


def install_in(decoder):
    """Has a class that reads JSON make anything of texts from rows."""
    decode = decoder.decode
    if getattr(decode, "of_lback", False):
        return

    def decoded(self, text, *args, **kwargs):
        if isinstance(text, (Ghost, Text)) and text.world.listening:
            return Ghost(text.world)
        return decode(self, text, *args, **kwargs)

    decoded.of_lback = True
    decoder.decode = decoded


class Text(str):
    """Text of a row. What it is looked up in says what it may be."""

    __slots__ = ("world",)

    def __new__(cls, world):
        self = str.__new__(cls, world.text)
        self.world = world
        return self

    def __hash__(self):
        self.world.looked_up(sys._getframe(1))
        return str.__hash__(self)

    def __reduce__(self):
        return str, (str(self),)


def is_from_rows(value, depth=3):
    """Whether a value, of whatever type, is one that pretended rows gave, or holds one."""
    if isinstance(value, str):
        return isinstance(value, (Ghost, Text)) or str(value) in TEXTS or is_marked(value)
    if isinstance(value, (int, float, decimal.Decimal)) and not isinstance(value, bool):
        return value == NUMBER
    if isinstance(value, datetime.datetime):
        return value == MOMENT
    if isinstance(value, datetime.date):
        return value == MOMENT.date()
    if isinstance(value, uuid.UUID) or hasattr(type(value), "_sa_class_manager"):
        return True
    if depth <= 0:
        return False
    if isinstance(value, tuple):
        return any(is_from_rows(each, depth - 1) for each in tuple(value)[:20])
    if isinstance(value, collections.abc.Mapping):
        return any(is_from_rows(each, depth - 1) for pair in list(value.items())[:20] for each in pair)
    if type(value).__module__.split(".")[0] in ("sqlalchemy", "alembic", "builtins", __name__.split(".")[0]):
        # SQLAlchemy 1.4 has rows that are no tuples.
        return "Row" in type(value).__name__
    return any(is_from_rows(each, depth - 1) for each in list(getattr(value, "__dict__", {}).values())[:20])


class Count(int):
    """How many rows a statement changed: whoever compares it asks the database."""

    def __new__(cls, world, value):
        self = int.__new__(cls, value)
        self.world = world
        return self

    def __bool__(self):
        self.world.ask("rows")
        return int(self) != 0

    def __eq__(self, other):
        self.world.ask("rows")
        return int.__eq__(self, other)

    def __lt__(self, other):
        self.world.ask("rows")
        return int.__lt__(self, other)

    def __gt__(self, other):
        self.world.ask("rows")
        return int.__gt__(self, other)

    def __le__(self, other):
        return not self > other

    def __ge__(self, other):
        return not self < other

    def __ne__(self, other):
        return not self == other

    __hash__ = int.__hash__


class Wild(str):
    """A name that is any name that is looked for."""

    __slots__ = ()

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __hash__ = str.__hash__


def of_type(kind, world):
    """A plausible value of a Python type."""
    if kind is int:
        return NUMBER
    if kind is bool:
        return world.truth
    if kind is str:
        return Text(world)
    if kind is float:
        return float(NUMBER)
    if kind is decimal.Decimal:
        return decimal.Decimal(NUMBER)
    if kind is datetime.datetime:
        return MOMENT
    if kind is datetime.date:
        return MOMENT.date()
    if kind is datetime.time:
        return MOMENT.time()
    if kind is datetime.timedelta:
        return datetime.timedelta(seconds=NUMBER)
    if kind is bytes:
        return b"{}"
    if kind is dict:
        return {}
    if kind is list:
        return []
    if kind is uuid.UUID:
        return uuid.UUID(MARK + "-0000-4000-8000-000000000000")
    return Ghost(world)
