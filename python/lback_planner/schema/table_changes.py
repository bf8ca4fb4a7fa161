"""The changes of tables, views and columns."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, List, Optional, Sequence

from ..model import Name
from .dependants import needed_by_defaults, renamed, sequence_of, sequences_of, type_name
from .table import Column, Parts, Table, Trigger
from .table_change import TableChange

if TYPE_CHECKING:
    from .state import Schema


@dataclass(frozen=True)
class CreateTable(TableChange):
    parts: Parts = field(default_factory=Parts)
    #: The tables to which it belongs as a partition, or from which it inherits.
    parents: List[Name] = field(default_factory=list)
    partition: bool = False
    if_not_exists: bool = False
    #: Types and other objects that it needs, beside those of its parts.
    mentions: List[str] = field(default_factory=list)
    #: Tables of which it has the columns, or of which it is a query.
    like: List[Name] = field(default_factory=list)

    def apply_to(self, schema: "Schema", name: Name) -> None:
        if self.if_not_exists and name in schema.tables:
            return
        table = schema.tables[name] = Table.of(self.parts, self.parents, self.partition)
        table.mentions, table.sequences = list(self.mentions), sequences_of(name, table)
        for other in self.like:
            self.copy_columns(schema, other, table)
        schema.owned.add(name)
        schema.partial.pop(name, None)
        schema.gone.discard(name)

    def copy_columns(self, schema: "Schema", other: Name, table: Table) -> None:
        """Has the table need what the other's columns need."""
        known = schema.tables.get(other) or schema.partial.get(other)
        if known is not None:
            types = [type_name(column.type or "") for column in known.columns.values()]
            table.mentions += types + known.mentions + sorted(needed_by_defaults(known))

    def makes_kin(self) -> bool:
        return bool(self.parents)


@dataclass(frozen=True)
class DropTable(TableChange):
    """A table or a view is dropped."""

    def apply_to(self, schema: "Schema", name: Name) -> None:
        schema.tables.pop(name, None)
        schema.partial.pop(name, None)
        schema.gone.add(name)
        for other in schema.with_key_to(name):
            table = schema.own(other)
            table.foreign_keys = [key for key in table.foreign_keys if key.referred != name]


@dataclass(frozen=True)
class RenameTable(TableChange):
    new: Name

    def apply_to(self, schema: "Schema", name: Name) -> None:
        new = self.new
        for group in (schema.tables, schema.partial):
            if name in group:
                group[new] = group.pop(name)
                renamed(schema, name.name, new.name)
                schema.owned.discard(new)
                schema.own(new).called.append(name.name)
        if new not in schema.tables and new not in schema.partial:
            schema.own(new)
        schema.gone.add(name)
        schema.gone.discard(new)
        for other, table in schema.all_tables():
            if name in table.parents:
                schema.own(other).parents = replaced(table.parents, name, new)
            if name in table.behind:
                schema.own(other).behind = replaced(table.behind, name, new)
            for trigger in list(table.triggers.values()):
                if trigger.function is None:
                    schema.own(other).triggers[trigger.name] = with_new(trigger, name, new)
        for other in schema.with_key_to(name):
            table = schema.own(other)
            table.foreign_keys = [
                key._replace(referred=new) if key.referred == name else key
                for key in table.foreign_keys
            ]


def with_new(trigger: Trigger, old: Name, new: Name) -> Trigger:
    """Returns a trigger that writes a table by its new name as well.

    Some servers keep the text of a trigger, and others what it means.
    """
    writes = [each._replace(table=new) for each in trigger.body.does if each.table == old]
    return trigger._replace(body=trigger.body._replace(does=trigger.body.does + writes))


def replaced(names: Sequence[Name], old: Name, new: Name) -> List[Name]:
    """Returns names with one of them replaced."""
    return [new if name == old else name for name in names]


@dataclass(frozen=True)
class CreateView(TableChange):
    materialized: bool
    #: The tables through which it may be written.
    behind: List[Name]
    mentions: List[str] = field(default_factory=list)

    def apply_to(self, schema: "Schema", name: Name) -> None:
        schema.tables[name] = Table(
            view="materialized" if self.materialized else True,
            unsure=True,
            behind=self.behind,
            mentions=list(self.mentions),
        )
        schema.owned.add(name)
        schema.gone.discard(name)


@dataclass(frozen=True)
class Attach(TableChange):
    """A table becomes a partition of another, or inherits from it."""

    parent: Name
    partition: bool

    def apply_to(self, schema: "Schema", name: Name) -> None:
        table = schema.own(name)
        table.parents.append(self.parent)
        table.partition = table.partition or self.partition

    def makes_kin(self) -> bool:
        return True


@dataclass(frozen=True)
class Detach(TableChange):
    """A table is no partition of another any more, or no longer inherits from it."""

    parent: Name

    def apply_to(self, schema: "Schema", name: Name) -> None:
        table = schema.own(name)
        table.parents = [parent for parent in table.parents if parent != self.parent]


@dataclass(frozen=True)
class AddColumn(TableChange):
    column: Column
    parts: Parts = field(default_factory=Parts)

    def apply_to(self, schema: "Schema", name: Name) -> None:
        table = schema.own(name)
        table.columns[self.column.name] = self.column
        if self.column.generated in ("auto", "identity"):
            table.sequences.append(sequence_of(name.name, self.column.name).lower())
        table.foreign_keys += self.parts.foreign_keys
        table.uniques += self.parts.uniques


@dataclass(frozen=True)
class DropColumn(TableChange):
    column: str

    def apply_to(self, schema: "Schema", name: Name) -> None:
        table, column = schema.own(name), self.column
        table.columns.pop(column, None)
        table.foreign_keys = [key for key in table.foreign_keys if column not in key.columns]
        table.uniques = [unique for unique in table.uniques if column not in unique.columns]
        table.indexes = {
            key: index for key, index in table.indexes.items() if column not in index.columns
        }
        table.primary_key = [part for part in table.primary_key if part != column]


@dataclass(frozen=True)
class RenameColumn(TableChange):
    column: str
    new: str

    def apply_to(self, schema: "Schema", name: Name) -> None:
        table = schema.own(name)
        table.columns = {
            self.renamed(key): column._replace(name=self.renamed(column.name))
            for key, column in table.columns.items()
        }
        table.primary_key = self.all_renamed(table.primary_key)
        table.foreign_keys = [
            key._replace(columns=self.all_renamed(key.columns)) for key in table.foreign_keys
        ]
        table.uniques = [
            unique._replace(columns=self.all_renamed(unique.columns)) for unique in table.uniques
        ]
        table.indexes = {
            key: index._replace(columns=self.all_renamed(index.columns))
            for key, index in table.indexes.items()
        }
        for other in [name, *schema.with_key_to(name)]:
            referring = schema.own(other)
            referring.foreign_keys = [
                key._replace(referred_columns=self.all_renamed(key.referred_columns))
                if key.referred == name
                else key
                for key in referring.foreign_keys
            ]

    def renamed(self, column: str) -> str:
        return self.new if column == self.column else column

    def all_renamed(self, columns: Sequence[str]) -> List[str]:
        return [self.renamed(column) for column in columns]


@dataclass(frozen=True)
class AlterColumn(TableChange):
    """A column gets another type or name, or accepts NULL or no longer. `None` changes nothing."""

    column: str
    type: Optional[str] = None
    nullable: Optional[bool] = None
    new: Optional[str] = None
    default: Optional[str] = None
    drops_default: bool = False
    #: An empty one removes the comment.
    comment: Optional[str] = None

    def apply_to(self, schema: "Schema", name: Name) -> None:
        table = schema.own(name)
        before = table.columns.get(self.column, Column(self.column))
        default = None if self.drops_default else self.default or before.default
        table.columns[self.column] = before._replace(
            type=self.type or before.type,
            nullable=before.nullable if self.nullable is None else self.nullable,
            default=default,
            generated=None if self.drops_default or self.default else before.generated,
            comment=before.comment if self.comment is None else self.comment or None,
        )
        if self.new and self.new != self.column:
            RenameColumn(name, self.column, self.new).apply(schema)


@dataclass(frozen=True)
class CommentTable(TableChange):
    """A table gets a comment, or loses it."""

    comment: Optional[str]

    def apply_to(self, schema: "Schema", name: Name) -> None:
        schema.own(name).comment = self.comment or None
