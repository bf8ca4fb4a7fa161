"""The types that the parts of the planner exchange: names of tables, effects, changes of the
schema, and doubts.
"""

from typing import TYPE_CHECKING, Any, Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple

from . import operation_kinds

if TYPE_CHECKING:
    from .schema.state import Schema


class Name:
    """A table's name with its schema, ``None`` for the default one. Written as it is in the
    database, not as it is quoted.
    """

    __slots__ = ("schema", "name")

    def __init__(self, name: Any, schema: Any = None) -> None:
        self.schema: Optional[str] = None if not schema else str(schema)
        self.name: str = str(name)

    @classmethod
    def of_pair(cls, pair: Sequence[Optional[str]]) -> "Name":
        """Returns the name of which these are schema and name."""
        return cls(pair[1], pair[0])

    def pair(self) -> List[Optional[str]]:
        """Returns schema and name, in this order."""
        return [self.schema, self.name]

    def as_json(self) -> Dict[str, Optional[str]]:
        return {"schema": self.schema, "name": self.name}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Name) and self.name == other.name and self.schema == other.schema

    def __hash__(self) -> int:
        return hash((self.schema, self.name))

    def __str__(self) -> str:
        return self.name if self.schema is None else "%s.%s" % (self.schema, self.name)

    __repr__ = __str__


class Change:
    """A change of the schema: what an operation leaves behind. `schema.changes` has them all."""

    def apply(self, schema: "Schema") -> None:
        """Changes the schema. An error means that the change doesn't fit."""
        raise NotImplementedError

    def affected(self) -> Optional[Name]:
        """Returns the table of which less is known if the change doesn't fit."""
        return None

    def makes_kin(self) -> bool:
        """Returns whether it changes what most operations mean: on partitions, and by keys."""
        return False


class Effect:
    """One thing that a script does. Its `change` is what it means for the schema that is carried
    along.
    """

    __slots__ = (
        "kind", "table", "name", "new_name", "new_table", "destructive", "data", "found_by",
        "conditional", "line",
        "detail", "refs", "also", "change", "columns", "file", "main", "clause", "locked", "left",
    )  # fmt: skip

    def __init__(
        self,
        kind: str,
        table: Optional[Name] = None,
        name: Any = None,
        new_name: Any = None,
        new_table: Optional[Name] = None,
        destructive: Optional[bool] = None,
        detail: Optional[str] = None,
        refs: Iterable[Name] = (),
        also: Iterable[Name] = (),
        change: Optional[Change] = None,
    ) -> None:
        self.kind = kind
        self.table = table
        self.name: Optional[str] = None if name is None else str(name)
        self.new_name: Optional[str] = None if new_name is None else str(new_name)
        self.new_table = new_table
        self.destructive: bool = (
            operation_kinds.destroys(kind) if destructive is None else bool(destructive)
        )
        self.data: bool = operation_kinds.reads_or_writes_rows(kind)
        self.detail = detail
        #: Tables that are only mentioned, and tables that are written beside `table`.
        self.refs: List[Name] = list(refs)
        self.also: List[Name] = list(also)
        self.change = change
        #: The columns that an update sets, `None` where they aren't known.
        self.columns: Any = None
        #: The words of the SQL that it was read from, in upper case and without quoted names.
        self.clause = ""
        #: Tables that the SQL locks, although it changes neither them nor their rows.
        self.locked: List[Name] = []
        self.found_by: List[str] = []
        self.conditional = False
        self.line: Optional[int] = None
        self.file: Optional[str] = None
        #: Whether it happened in the first scenario, the likeliest one.
        self.main = True
        #: Whether it happens only if another step of the same run has left SQLite enforcing keys.
        self.left = False

    def key(self) -> Tuple[Any, ...]:
        """Returns what is the same for two effects of one operation of a script."""
        return self.kind, self.table, self.name, self.new_name, self.new_table, self.line

    def written(self) -> List[Name]:
        """Returns the tables that it writes."""
        tables = list(self.also)
        if operation_kinds.writes(self.kind):
            tables += [table for table in (self.table, self.new_table) if table is not None]
        return tables

    def mentioned(self) -> List[Name]:
        """Returns the tables that it only mentions."""
        tables = list(self.refs)
        if not operation_kinds.writes(self.kind) and self.table is not None:
            tables.append(self.table)
        return tables

    def as_json(self) -> Dict[str, Any]:
        return {
            "kind": self.kind,
            "table": None if self.table is None else self.table.as_json(),
            "name": self.name,
            "new_name": self.new_name,
            "new_table": None if self.new_table is None else self.new_table.as_json(),
            "writes": bool(self.written()),
            "destructive": self.destructive,
            "data": self.data,
            "found_by": list(self.found_by),
            "conditional": self.conditional,
            "line": self.line,
            "detail": self.detail,
        }


class Reason(NamedTuple):
    """A doubt: why an analysis is not complete. `why` is a fragment of a sentence, for a person."""

    why: str
    file: Optional[str] = None
    line: Optional[int] = None

    def key(self) -> Tuple[Optional[str], Optional[int], str]:
        """Returns what makes two doubts one and the same."""
        return self.file, self.line, self.why
