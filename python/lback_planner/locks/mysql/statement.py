"""A statement of MySQL with the schema before it, as the rules ask for it."""

import re
from typing import Callable, Dict, Iterator, List, Optional, Tuple

from ...model import Effect, Name
from ...schema.state import Schema
from ...schema.table import Column, Table
from .work import Work

Works = Iterator[Work]
Version = Tuple[int, ...]


class Statement:
    """All effects of a statement, and the schema before it."""

    def __init__(self, effects: List[Effect], schema: Schema) -> None:
        self.effects = effects
        self.schema = schema
        #: The names before the statement of columns that it renames.
        self._before: Dict[Tuple[Optional[Name], Optional[str]], Optional[str]] = {
            (effect.table, effect.new_name): effect.name
            for effect in effects
            if effect.kind == "rename_column"
        }

    def is_at_least(
        self, mysql: Optional[Version] = None, mariadb: Optional[Version] = None
    ) -> Optional[bool]:
        """Returns whether the server has something, by the versions since which each has it.

        A server without a version here doesn't have it. `None` if the server's isn't known.
        """
        if not self.schema.version:
            return None
        wanted = mariadb if self.schema.is_mariadb else mysql
        return wanted is not None and self.schema.version >= wanted

    def table(self, name: Name) -> Table:
        """Returns what is known of a table."""
        return self.schema.known(name) or Table(unsure=True)

    def column(self, table: Name, column: str) -> Optional[Column]:
        """Returns a column as it is before the statement, `None` if that isn't known."""
        known = self.table(table)
        before = self._before.get((table, column), column) or column
        found = known.columns.get(before)
        if found is None:
            # The names of columns have no case.
            found = next(
                (each for key, each in known.columns.items() if key.lower() == before.lower()), None
            )
        return found

    def before(self, table: Name, column: str) -> str:
        """Returns the name of a column before the statement."""
        return self._before.get((table, column)) or column

    def option(self, name: Name, option: str) -> Optional[str]:
        """Returns an option with which a table was created, in upper case."""
        found = re.search(r"\b(?:%s)(?: =)? (\w+)" % option, self.table(name).options)
        return None if found is None else found.group(1)

    def is_of_innodb(self, name: Name) -> bool:
        """Returns whether a table isn't known to be of another engine."""
        return self.option(name, "ENGINE") in (None, "INNODB")

    def is_compressed(self, name: Name) -> bool:
        """Returns whether a table is known to have compressed pages: no column is instant."""
        size = self.option(name, "KEY_BLOCK_SIZE")
        return size is not None or self.option(name, "ROW_FORMAT") == "COMPRESSED"

    def has_fulltext(self, name: Name) -> bool:
        """Returns whether a table is known to have an index of words: no rebuild is online."""
        return any(index.kind == "FULLTEXT" for index in self.table(name).indexes.values())

    def drops_primary_key(self, name: Name) -> bool:
        """Returns whether the statement drops the primary key of a table."""
        return any(
            effect.kind == "drop_constraint" and effect.table == name and effect.name == "PRIMARY"
            for effect in self.effects
        )

    def adds_primary_key(self, name: Name) -> bool:
        """Returns whether the statement adds a primary key to a table."""
        return any(
            effect.table == name
            and effect.kind in ("create_constraint", "add_column", "alter_column")
            and "PRIMARY KEY" in effect.clause
            for effect in self.effects
        )


#: Yields what an effect of a statement needs.
Rule = Callable[[Effect, Statement], Works]


def table_of(effect: Effect) -> Name:
    assert effect.table is not None
    return effect.table
