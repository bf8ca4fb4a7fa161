"""The changes of one table."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from ..model import Change, Name

if TYPE_CHECKING:
    from .state import Schema


@dataclass(frozen=True)
class TableChange(Change):
    """A change of one table, or of the table that isn't known, which changes nothing."""

    table: Optional[Name]

    def apply(self, schema: "Schema") -> None:
        if self.table is not None:
            self.apply_to(schema, self.table)

    def apply_to(self, schema: "Schema", name: Name) -> None:
        """Changes what the schema knows of the table."""
        raise NotImplementedError

    def affected(self) -> Optional[Name]:
        return self.table


@dataclass(frozen=True)
class Unsure(TableChange):
    """The known facts of a table may be wrong."""

    def apply_to(self, schema: "Schema", name: Name) -> None:
        schema.own(name).unsure = True
