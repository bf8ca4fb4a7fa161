"""SQLite: `busy_timeout`, for which a statement waits until another process has written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..compat import drivers
from .base import StatementLimits

if TYPE_CHECKING:
    from typing import Any

    from ..instructions import Limits
    from ..locks.sqlite import SqliteLock

#: Milliseconds that Python's driver sets where env.py says nothing.
USUAL = 5_000


class SqliteLimits(StatementLimits):
    """The limit of one connection to SQLite."""

    def __init__(self, lock: SqliteLock, wanted: Limits) -> None:
        self.lock = lock
        if wanted.statement is not None:
            self.missing = ("statement-timeout",)
        self.wanted: int | None = None
        self.is_set = False
        if wanted.lock is None:
            return
        ((found,),) = drivers.rows(lock.connection, "pragma busy_timeout")
        if found == USUAL:
            self.wanted = max(1, round(wanted.lock * 1000))
        else:
            self.kept = ("busy_timeout",)

    def step_begins(self) -> None:
        if self.wanted is not None and not self.is_set:
            self.is_set = True
            drivers.rows(self.lock.connection, "pragma busy_timeout = %d" % self.wanted)

    def restore(self, connection: Any) -> None:
        if self.is_set:
            self.is_set = False
            drivers.rows(connection, "pragma busy_timeout = %d" % USUAL)
