"""The known state of a table: columns, keys and indexes."""

from typing import Any, Dict, List, NamedTuple, Optional, Union

from ..model import Name

#: What a change needs, as JSON has it.
Payload = Dict[str, Any]


class Action(NamedTuple):
    """The action on the rows of a table when rows that they refer to are deleted or changed."""

    table: Name
    on_delete: Optional[str]
    on_update: Optional[str]


class Table:
    """A table as the scripts so far have left it."""

    __slots__ = (
        "columns",
        "pk",
        "pk_name",
        "fks",
        "uniques",
        "checks",
        "indexes",
        "triggers",
        "unsure",
        "view",
        "behind",
        "parents",
        "partition",
    )

    def __init__(self, payload: Optional[Payload] = None) -> None:
        payload = payload or {}
        #: name: [type as text, nullable, default]
        self.columns: Dict[str, List[Any]] = {
            column[0]: column[1:] for column in payload.get("columns", ())
        }
        self.pk: List[str] = list(payload.get("pk") or ())
        self.pk_name: Optional[str] = payload.get("pk_name")
        #: [name, columns, schema, table, columns there, what happens where a row there is deleted,
        #: and where it is changed]
        self.fks: List[List[Any]] = [list(fk) for fk in payload.get("fks", ())]
        self.uniques: List[List[Any]] = [list(unique) for unique in payload.get("uniques", ())]
        self.checks: List[List[Any]] = [list(check) for check in payload.get("checks", ())]
        #: name: [columns, unique]
        self.indexes: Dict[str, List[Any]] = {
            index[0]: [index[1], index[2]] for index in payload.get("indexes", ())
        }
        #: name: {"function", "events", "does", "complete"}
        self.triggers: Dict[str, Payload] = {}
        #: What is known of it may be wrong.
        self.unsure = False
        #: Whether it is a view; `materialized` for one that has rows of its own.
        self.view: Union[bool, str] = False
        #: The tables of a view through which they may be written, as [schema, name].
        self.behind: List[List[Optional[str]]] = list(payload.get("behind", ()))
        #: The tables to which it belongs as a partition, or from which it inherits.
        self.parents: List[List[Optional[str]]] = list(payload.get("parents", ()))
        self.partition = bool(payload.get("partition"))

    def copy(self) -> "Table":
        """Returns a copy that can be changed."""
        other = Table()
        other.columns = dict(self.columns)
        other.pk, other.pk_name = list(self.pk), self.pk_name
        other.fks, other.uniques, other.checks = (
            list(self.fks),
            list(self.uniques),
            list(self.checks),
        )
        other.indexes, other.triggers = dict(self.indexes), dict(self.triggers)
        other.unsure, other.view = self.unsure, self.view
        other.behind, other.parents, other.partition = (
            list(self.behind),
            list(self.parents),
            self.partition,
        )
        return other


def action_of(said: Any) -> Optional[str]:
    """Returns what a foreign key does to rows that refer to others, `None` for nothing."""
    said = " ".join(str(said or "").upper().split())
    return said if said in ("CASCADE", "SET NULL", "SET DEFAULT") else None
