"""The schema as the scripts before a revision left it, as far as it is known.

It is folded from the changes that scripts make.
"""

from typing import Set

from ..diagnostics import ignored
from ..model import Change, Name
from .facts import SchemaFacts
from .table import Table


class Schema(SchemaFacts):
    """The known facts of a schema, carried along from script to script."""

    def __init__(self) -> None:
        super().__init__()
        #: Tables that no copy shares.
        self.owned: Set[Name] = set()

    def copy(self) -> "Schema":
        """Returns a copy. Both share their tables until one of them changes a table."""
        other = Schema()
        other.use = self.use
        other.tables, other.gone, other.partial = (
            dict(self.tables),
            set(self.gone),
            dict(self.partial),
        )
        other.types, other.unsure = dict(self.types), self.unsure
        other.functions = {name: dict(bodies) for name, bodies in self.functions.items()}
        other.mentions, other.former = dict(self.mentions), dict(self.former)
        other.sequences = dict(self.sequences)
        other.path, other.path_is_left, other.place = self.path, self.path_is_left, self.place
        other.enforces_keys, other.made = self.enforces_keys, set(self.made)
        other.keys_by_live, other.switches_keys = self.keys_by_live, self.switches_keys
        other.may_leave_keys = self.may_leave_keys
        other.in_transaction, other.version = self.in_transaction, self.version
        other.is_mariadb = self.is_mariadb
        # Both share their tables from here on.
        self.owned = set()
        return other

    def own(self, name: Name) -> Table:
        """Returns the table, to be changed.

        If no script has created it, that is the part that is known.
        """
        for group in (self.tables, self.partial):
            table = group.get(name)
            if table is not None:
                if name not in self.owned:
                    table = group[name] = table.copy()
                    self.owned.add(name)
                return table
        table = self.partial[name] = Table(unsure=True)
        self.owned.add(name)
        return table

    def apply(self, change: Change) -> None:
        """Applies a change. Never raises: a change that doesn't fit makes its table unsure."""
        try:
            change.apply(self)
        except Exception as error:
            ignored(error, "what is known of a table that a change doesn't fit is unsure")
            name = change.affected()
            if name is not None:
                self.own(name).unsure = True
