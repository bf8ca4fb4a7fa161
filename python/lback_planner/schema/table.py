"""The known state of a table: columns, keys and indexes."""

from dataclasses import dataclass, field, replace
from typing import Dict, List, NamedTuple, Optional, Sequence, Union

from ..model import Name


class Column(NamedTuple):
    """A column: its type as it is written, whether it takes NULL, and its default as it is written.

    `generated` is `auto` where the database counts its values, `identity` or `computed`.
    """

    name: str
    type: Optional[str] = None
    nullable: bool = True
    default: Optional[str] = None
    comment: Optional[str] = None
    generated: Optional[str] = None


class ForeignKey(NamedTuple):
    """A foreign key, and what it does when a row that others refer to is deleted or changed."""

    name: Optional[str]
    columns: List[str]
    referred: Name
    referred_columns: List[str]
    on_delete: Optional[str] = None
    on_update: Optional[str] = None


class Unique(NamedTuple):
    """A unique constraint."""

    name: Optional[str]
    columns: List[str]


class Check(NamedTuple):
    """A check constraint, with its condition as it is written."""

    name: Optional[str]
    condition: str
    #: Whether all rows are known to satisfy it.
    valid: bool = True


class Index(NamedTuple):
    """An index."""

    name: Optional[str]
    columns: List[str]
    unique: bool = False
    #: All that it indexes, as it is written, where that is more than columns.
    expressions: Optional[str] = None
    #: `FULLTEXT` or `SPATIAL` for such an index of MySQL.
    kind: Optional[str] = None


class Write(NamedTuple):
    """A write that the body of a function or a trigger may do: the kind of operation, the table."""

    kind: str
    table: Name


class Body(NamedTuple):
    """The writes of a function or a trigger, and whether they are all that it may do."""

    does: List[Write]
    complete: bool


class Trigger(NamedTuple):
    """A trigger: the function that it calls or its own body, and the events that fire it.

    Without events, it may fire at any.
    """

    name: str
    function: Optional[str]
    events: List[str]
    body: Body


class Action(NamedTuple):
    """The action on the rows of a table when rows that they refer to are deleted or changed."""

    table: Name
    on_delete: Optional[str]
    on_update: Optional[str]


@dataclass
class Parts:
    """The columns, keys and indexes of a table."""

    columns: List[Column] = field(default_factory=list)
    primary_key: List[str] = field(default_factory=list)
    primary_key_name: Optional[str] = None
    foreign_keys: List[ForeignKey] = field(default_factory=list)
    uniques: List[Unique] = field(default_factory=list)
    checks: List[Check] = field(default_factory=list)
    indexes: List[Index] = field(default_factory=list)
    comment: Optional[str] = None
    #: The words of MySQL's table options, in upper case: `ENGINE = INNODB`.
    options: str = ""


@dataclass
class Table:
    """A table as the scripts so far have left it."""

    columns: Dict[str, Column] = field(default_factory=dict)
    primary_key: List[str] = field(default_factory=list)
    primary_key_name: Optional[str] = None
    foreign_keys: List[ForeignKey] = field(default_factory=list)
    uniques: List[Unique] = field(default_factory=list)
    checks: List[Check] = field(default_factory=list)
    indexes: Dict[Optional[str], Index] = field(default_factory=dict)
    triggers: Dict[str, Trigger] = field(default_factory=dict)
    #: What is known of it may be wrong.
    unsure: bool = False
    #: Whether it is a view; `materialized` for one that has rows of its own.
    view: Union[bool, str] = False
    #: The tables of a view through which they may be written.
    behind: List[Name] = field(default_factory=list)
    #: The tables to which it belongs as a partition, or from which it inherits.
    parents: List[Name] = field(default_factory=list)
    partition: bool = False
    comment: Optional[str] = None
    #: Names of types, functions and sequences that it needs, beside those in its other parts.
    mentions: List[str] = field(default_factory=list)
    #: The sequences that count its columns.
    sequences: List[str] = field(default_factory=list)
    #: The names that it had before.
    called: List[str] = field(default_factory=list)
    #: The words of MySQL's table options, as it was created with them.
    options: str = ""

    @classmethod
    def of(cls, parts: Parts, parents: Sequence[Name] = (), partition: bool = False) -> "Table":
        """Returns a new table with these parts."""
        return cls(
            columns={column.name: column for column in parts.columns},
            primary_key=list(parts.primary_key),
            primary_key_name=parts.primary_key_name,
            foreign_keys=list(parts.foreign_keys),
            uniques=list(parts.uniques),
            checks=list(parts.checks),
            indexes={index.name: index for index in parts.indexes},
            parents=list(parents),
            partition=partition,
            comment=parts.comment,
            options=parts.options,
        )

    def copy(self) -> "Table":
        """Returns a copy that can be changed: what it holds is never changed in place."""
        return replace(
            self,
            columns=dict(self.columns),
            primary_key=list(self.primary_key),
            foreign_keys=list(self.foreign_keys),
            uniques=list(self.uniques),
            checks=list(self.checks),
            indexes=dict(self.indexes),
            triggers=dict(self.triggers),
            behind=list(self.behind),
            parents=list(self.parents),
            mentions=list(self.mentions),
            sequences=list(self.sequences),
            called=list(self.called),
        )


def action_of(said: Optional[str]) -> Optional[str]:
    """Returns what a foreign key does to rows that refer to others, `None` for nothing."""
    said = " ".join(str(said or "").upper().split())
    return said if said in ("CASCADE", "SET NULL", "SET DEFAULT") else None
