"""The changes of a schema that are not of one table: types, functions, sequences."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, List, Optional

from ..model import Change
from .dependants import plain, renamed, type_name
from .facts import is_of_type
from .table import Body

if TYPE_CHECKING:
    from .state import Schema


@dataclass(frozen=True)
class Incomplete(Change):
    """A revision may have done more than its changes say: anything may be otherwise."""

    def apply(self, schema: "Schema") -> None:
        schema.unsure = True


@dataclass(frozen=True)
class CreateType(Change):
    """A type is made; an enum with its values. `mentions` are the types that it needs."""

    name: str
    values: Optional[List[str]]
    mentions: List[str] = field(default_factory=list)

    def apply(self, schema: "Schema") -> None:
        schema.types[self.name] = self.values
        made(schema, self.name, self.mentions)


@dataclass(frozen=True)
class DropType(Change):
    name: str

    def apply(self, schema: "Schema") -> None:
        schema.types.pop(self.name, None)
        schema.former.pop(plain(self.name), None)


@dataclass(frozen=True)
class RenameType(Change):
    """A type gets another name, or moves to another schema."""

    name: str
    new: str

    def apply(self, schema: "Schema") -> None:
        schema.types[self.new] = schema.types.pop(self.name, None)
        renamed(schema, self.name, self.new)
        for name, table in schema.all_tables():
            for column in list(table.columns.values()):
                if is_of_type(column, self.name) and type_name(column.type or ""):
                    array = "".join((column.type or "").partition("[")[1:])
                    other = column._replace(type=self.new + array)
                    schema.own(name).columns[column.name] = other


@dataclass(frozen=True)
class CreateFunction(Change):
    """A function is made, or replaced where its arguments are the same."""

    name: str
    body: Body
    arguments: str = ""
    mentions: List[str] = field(default_factory=list)

    def apply(self, schema: "Schema") -> None:
        schema.functions.setdefault(self.name.lower(), {})[self.arguments] = self.body
        made(schema, self.name, self.mentions)


@dataclass(frozen=True)
class DropFunction(Change):
    """A function is dropped. Without arguments, it is the only one of its name."""

    name: str
    arguments: Optional[str] = None

    def apply(self, schema: "Schema") -> None:
        bodies = schema.functions.get(self.name.lower(), {})
        if self.arguments is not None and len(bodies) > 1:
            # Where none has these arguments as they are written, all are kept.
            bodies.pop(self.arguments, None)
            return
        schema.functions.pop(self.name.lower(), None)
        schema.former.pop(plain(self.name), None)


@dataclass(frozen=True)
class RenameFunction(Change):
    """A function gets another name. Where several have the old one, they keep it as well."""

    name: str
    new: str

    def apply(self, schema: "Schema") -> None:
        old, new = self.name.lower(), self.new.lower()
        bodies = schema.functions.get(old, {})
        if len(bodies) == 1 and old != new:
            del schema.functions[old]
        schema.functions.setdefault(new, {}).update(bodies)
        renamed(schema, old, new)
        for name, table in schema.all_tables():
            for trigger in list(table.triggers.values()):
                if trigger.function is not None and trigger.function.lower() == old:
                    other = trigger._replace(function=self.new)
                    schema.own(name).triggers[trigger.name] = other


@dataclass(frozen=True)
class SetSequence(Change):
    """A sequence is made, or dropped."""

    name: str
    is_there: bool

    def apply(self, schema: "Schema") -> None:
        schema.sequences[self.name] = self.is_there


@dataclass(frozen=True)
class RenameSequence(Change):
    """A sequence gets another name, or moves to another schema."""

    name: str
    new: str

    def apply(self, schema: "Schema") -> None:
        if schema.sequences.get(self.name):
            schema.sequences[self.name] = False
        schema.sequences[self.new] = True
        renamed(schema, self.name, self.new)


@dataclass(frozen=True)
class EnforceKeys(Change):
    """SQLite enforces foreign keys from here on, or doesn't any more."""

    on: bool = True

    def apply(self, schema: "Schema") -> None:
        # A run that begins here has a connection of its own.
        schema.enforces_keys = self.on or schema.keys_by_live

    def makes_kin(self) -> bool:
        return self.on


def made(schema: "Schema", name: str, mentions: List[str]) -> None:
    """Notes what a new object needs. Of several of one name, it is what any of them needs."""
    words = [word for word in mentions if word != plain(name)]
    schema.mentions[plain(name)] = schema.mentions.get(plain(name), []) + words
