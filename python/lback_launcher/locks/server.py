"""Locks of database servers: statements on the driver's own connection."""

from __future__ import annotations

from .base import DatabaseLock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Isolation levels that show the database as it was at the first statement of the transaction.
SNAPSHOTS = ("REPEATABLE READ", "SERIALIZABLE")


class ServerLock(DatabaseLock):
    """A lock that the server keeps for a session."""

    #: Whether the isolation level shows a snapshot, once that was asked.
    snapshot: bool | None = None

    def row(self, sql: str) -> Any:
        """Runs a statement, and returns its first row."""
        cursor = self.connection.cursor()
        try:
            cursor.execute(sql)
            return cursor.fetchone()
        finally:
            cursor.close()

    def rows(self, sql: str) -> list[Any]:
        """Runs a statement, and returns its rows."""
        cursor = self.connection.cursor()
        try:
            cursor.execute(sql)
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def run(self, sql: str) -> None:
        """Runs a statement that gives no rows."""
        cursor = self.connection.cursor()
        try:
            cursor.execute(sql)
        finally:
            cursor.close()

    def sees_snapshot(self) -> bool:
        """Returns whether the transaction sees the database as it was at its first statement."""
        if self.snapshot is None:
            level = self.sqlalchemy.dialect.get_isolation_level(self.connection)
            self.snapshot = level.upper().replace("-", " ") in SNAPSHOTS
        return self.snapshot
