"""The changes of whole schemas of a database."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Dict, List, TypeVar

from ..model import Change, Name
from .table import Body, Table
from .table_changes import DropTable

if TYPE_CHECKING:
    from .state import Schema

Value = TypeVar("Value")


@dataclass(frozen=True)
class CreateSchema(Change):
    name: str

    def apply(self, schema: "Schema") -> None:
        schema.made.add(self.name)


@dataclass(frozen=True)
class DropSchema(Change):
    """A schema is dropped, with everything in it."""

    name: str

    def apply(self, schema: "Schema") -> None:
        for name in schema.tables_in(self.name):
            DropTable(name).apply(schema)
        schema.types = without(schema.types, self.name)
        schema.sequences = without(schema.sequences, self.name)
        schema.made.discard(self.name)


@dataclass(frozen=True)
class RenameSchema(Change):
    """A schema gets another name, and so does everything in it."""

    name: str
    new: str

    def apply(self, schema: "Schema") -> None:
        left = set(schema.tables_in(self.name))
        for group in (schema.tables, schema.partial):
            moved = {self.moved(name): self.moved_table(table) for name, table in group.items()}
            group.clear()
            group.update(moved)
        schema.owned = set(schema.tables) | set(schema.partial)
        # Under the old names there is nothing, whatever the database had before.
        schema.gone = {self.moved(name) for name in schema.gone} | left
        schema.types = self.moved_keys(schema.types)
        schema.sequences = self.moved_keys(schema.sequences)
        for name, bodies in schema.functions.items():
            schema.functions[name] = self.moved_keys(
                {arguments: self.with_old(body) for arguments, body in bodies.items()}
            )
        if self.name in schema.made:
            schema.made.discard(self.name)
            schema.made.add(self.new)

    def moved(self, name: Name) -> Name:
        return Name(name.name, self.new) if name.schema == self.name else name

    def moved_table(self, table: Table) -> Table:
        other = table.copy()
        other.foreign_keys = [
            key._replace(referred=self.moved(key.referred)) for key in other.foreign_keys
        ]
        other.behind = [self.moved(name) for name in other.behind]
        other.parents = [self.moved(name) for name in other.parents]
        other.triggers = {
            name: trigger._replace(body=self.with_old(trigger.body))
            for name, trigger in other.triggers.items()
        }
        return other

    def with_old(self, body: Body) -> Body:
        """Returns a body that writes a table by either name: texts keep the old one, and what the
        server has parsed gets the new one.
        """
        moved = [each._replace(table=self.moved(each.table)) for each in body.does]
        return body._replace(does=list(dict.fromkeys(body.does + moved)))

    def moved_keys(self, values: Dict[str, Value]) -> Dict[str, Value]:
        before = self.name + "."
        return {
            self.new + key[len(self.name) :] if key.startswith(before) else key: value
            for key, value in values.items()
        }


def without(values: Dict[str, Value], schema: str) -> Dict[str, Value]:
    """Returns what is not in a schema."""
    return {key: value for key, value in values.items() if not key.startswith(schema + ".")}


def names_in(schema: "Schema", name: str) -> List[str]:
    """Returns the types, sequences and functions in a schema."""
    functions = [
        function
        for function, bodies in schema.functions.items()
        if any(arguments.startswith(name + ".") for arguments in bodies)
    ]
    return functions + [
        key
        for group in (schema.types, schema.sequences)
        for key in group
        if key.startswith(name + ".")
    ]
