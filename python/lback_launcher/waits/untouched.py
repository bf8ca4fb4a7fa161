"""Finds out whether a step has changed nothing on a database that can't roll back schema changes.

A statement that times out waiting for a lock changes nothing. Where it was the first one of its
step that changes anything, the step may run again. Both databases are asked whether that is so,
because scripts may use the driver's connection past SQLAlchemy's events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..compat import drivers

if TYPE_CHECKING:
    from ..locks.base import DatabaseLock


class StepMark:
    """The answers of a database at the beginning of a step."""

    def __init__(self, lock: DatabaseLock) -> None:
        self.lock = lock
        #: The statements of the step that SQLAlchemy has reported.
        self.statements = 0
        self.found = self.look()

    def look(self) -> object:
        """Returns a value that any change by this connection changes."""
        raise NotImplementedError

    def is_untouched(self) -> bool:
        """Returns whether the step has changed nothing."""
        return self.found == self.look()


class SqliteMark(StepMark):
    """The version of the schema, and the rows that the connection has changed."""

    def look(self) -> object:
        ((version,),) = drivers.rows(self.lock.connection, "pragma schema_version")
        return version, drivers.sqlite_total_changes(self.lock.driver)


class MysqlMark(StepMark):
    """The number of statements of the session, which must be those that were seen."""

    def look(self) -> int:
        ((_, number),) = drivers.rows(self.lock.connection, "show session status like 'Questions'")
        return int(number)

    def is_untouched(self) -> bool:
        # The look itself is a statement.
        assert isinstance(self.found, int)
        return self.look() - self.found == self.statements + 1


def new_mark(lock: DatabaseLock | None) -> StepMark | None:
    """Returns the mark for a kind of database; `None` where transactions undo everything."""
    from ..locks.mysql import MysqlLock
    from ..locks.sqlite import SqliteLock

    if isinstance(lock, MysqlLock):
        return MysqlMark(lock)
    if isinstance(lock, SqliteLock):
        return SqliteMark(lock)
    return None
