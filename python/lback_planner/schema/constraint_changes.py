"""The changes of indexes, constraints and triggers of tables."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, List, Optional

from ..model import Name
from .implicit_names import is_primary_key
from .table import ForeignKey, Index, Parts, Trigger
from .table_change import TableChange

if TYPE_CHECKING:
    from .state import Schema


@dataclass(frozen=True)
class CreateIndex(TableChange):
    index: Index

    def apply_to(self, schema: "Schema", name: Name) -> None:
        schema.own(name).indexes[self.index.name] = self.index


@dataclass(frozen=True)
class DropIndex(TableChange):
    index: str

    def apply_to(self, schema: "Schema", name: Name) -> None:
        table = schema.own(name)
        table.indexes.pop(self.index, None)
        table.uniques = [unique for unique in table.uniques if unique.name != self.index]


@dataclass(frozen=True)
class RenameConstraint(TableChange):
    constraint: str
    new: str

    def apply_to(self, schema: "Schema", name: Name) -> None:
        table, old, new = schema.own(name), self.constraint, self.new
        if is_primary_key(table, name, old):
            table.primary_key_name = new
        table.foreign_keys = [
            key._replace(name=new) if key.name == old else key for key in table.foreign_keys
        ]
        table.uniques = [
            unique._replace(name=new) if unique.name == old else unique for unique in table.uniques
        ]
        table.checks = [
            check._replace(name=new) if check.name == old else check for check in table.checks
        ]


@dataclass(frozen=True)
class RenameIndex(TableChange):
    """An index gets a new name, and so does the constraint to which it belongs."""

    index: str
    new: str

    def apply_to(self, schema: "Schema", name: Name) -> None:
        table = schema.own(name)
        index = table.indexes.pop(self.index, None)
        if index is not None:
            table.indexes[self.new] = index._replace(name=self.new)
        RenameConstraint(name, self.index, self.new).apply(schema)


@dataclass(frozen=True)
class AddConstraints(TableChange):
    parts: Parts

    def apply_to(self, schema: "Schema", name: Name) -> None:
        table, parts = schema.own(name), self.parts
        table.foreign_keys += parts.foreign_keys
        table.uniques += parts.uniques
        table.checks += parts.checks
        if parts.primary_key:
            table.primary_key = parts.primary_key
            table.primary_key_name = parts.primary_key_name


@dataclass(frozen=True)
class ValidateConstraint(TableChange):
    """A constraint is known to hold for all rows."""

    constraint: str

    def apply_to(self, schema: "Schema", name: Name) -> None:
        table = schema.own(name)
        table.checks = [
            check._replace(valid=True) if check.name == self.constraint else check
            for check in table.checks
        ]


def is_key(key: ForeignKey, name: Optional[str]) -> bool:
    """Returns whether a foreign key has a name, perhaps the one that PostgreSQL gives it.

    That begins with the name that the table had then.
    """
    if name is None or key.name is not None:
        return name is not None and key.name == name
    return name.endswith("_%s_fkey" % "_".join(key.columns))


@dataclass(frozen=True)
class DropConstraint(TableChange):
    """A constraint is dropped. Without a name, only the primary key is known to be the one."""

    constraint: Optional[str]
    primary: bool = False

    def apply_to(self, schema: "Schema", name: Name) -> None:
        table, dropped = schema.own(name), self.constraint
        if self.primary or is_primary_key(table, name, dropped):
            table.primary_key, table.primary_key_name = [], None
        if dropped is not None:
            keys = table.foreign_keys
            table.foreign_keys = [key for key in keys if not is_key(key, dropped)]
            table.uniques = [unique for unique in table.uniques if unique.name != dropped]
            table.checks = [check for check in table.checks if check.name != dropped]
        table.indexes.pop(dropped, None)


@dataclass(frozen=True)
class CreateTrigger(TableChange):
    trigger: Trigger
    #: Functions that its condition needs.
    mentions: List[str] = field(default_factory=list)

    def apply_to(self, schema: "Schema", name: Name) -> None:
        table = schema.own(name)
        table.triggers[self.trigger.name] = self.trigger
        table.mentions += self.mentions


@dataclass(frozen=True)
class DropTrigger(TableChange):
    trigger: str

    def apply_to(self, schema: "Schema", name: Name) -> None:
        schema.own(name).triggers.pop(self.trigger, None)


@dataclass(frozen=True)
class RenameTrigger(TableChange):
    trigger: str
    new: str

    def apply_to(self, schema: "Schema", name: Name) -> None:
        triggers = schema.own(name).triggers
        found = triggers.pop(self.trigger, None)
        if found is not None:
            triggers[self.new] = found._replace(name=self.new)


@dataclass(frozen=True)
class Mention(TableChange):
    """A part of a table needs objects: the condition of a policy or of a trigger."""

    words: List[str]

    def apply_to(self, schema: "Schema", name: Name) -> None:
        schema.own(name).mentions += self.words


@dataclass(frozen=True)
class OwnSequence(TableChange):
    """A sequence goes with a column of a table."""

    sequence: str

    def apply_to(self, schema: "Schema", name: Name) -> None:
        schema.own(name).sequences.append(self.sequence)
