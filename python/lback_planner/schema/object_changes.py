"""The changes of a schema that are not of one table: types, functions, sequences, schemas."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, List, Optional

from ..model import Change
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
    """A type is made; an enum with its values."""

    name: str
    values: Optional[List[str]]

    def apply(self, schema: "Schema") -> None:
        schema.types[self.name] = self.values


@dataclass(frozen=True)
class DropType(Change):
    name: str

    def apply(self, schema: "Schema") -> None:
        schema.types.pop(self.name, None)


@dataclass(frozen=True)
class RenameType(Change):
    name: str
    new: str

    def apply(self, schema: "Schema") -> None:
        schema.types[self.new] = schema.types.pop(self.name, None)
        for name, table in schema.all_tables():
            for column in list(table.columns.values()):
                if is_of_type(column, self.name):
                    array = "".join((column.type or "").partition("[")[1:])
                    renamed = column._replace(type=self.new + array)
                    schema.own(name).columns[column.name] = renamed


@dataclass(frozen=True)
class CreateFunction(Change):
    name: str
    body: Body

    def apply(self, schema: "Schema") -> None:
        schema.functions[self.name.lower()] = self.body


@dataclass(frozen=True)
class DropFunction(Change):
    name: str

    def apply(self, schema: "Schema") -> None:
        schema.functions.pop(self.name.lower(), None)


@dataclass(frozen=True)
class SetSequence(Change):
    """A sequence is made, or dropped."""

    name: str
    is_there: bool

    def apply(self, schema: "Schema") -> None:
        schema.sequences[self.name] = self.is_there


@dataclass(frozen=True)
class CreateSchema(Change):
    name: str

    def apply(self, schema: "Schema") -> None:
        schema.made.add(self.name)


@dataclass(frozen=True)
class EnforceKeys(Change):
    """SQLite enforces foreign keys from here on."""

    def apply(self, schema: "Schema") -> None:
        schema.enforces_keys = True

    def makes_kin(self) -> bool:
        return True
