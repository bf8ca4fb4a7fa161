"""MySQL and MariaDB: `lock_wait_timeout` for tables, `innodb_lock_wait_timeout` for rows.

Both count in whole seconds. They belong to the session, and are restored when the connection goes
back to its pool. MariaDB also limits the time of a statement.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .base import StatementLimits

if TYPE_CHECKING:
    from typing import Any

    from ..instructions import Limits
    from ..locks.mysql import MysqlLock


class MysqlLimits(StatementLimits):
    """The limits of one connection to MySQL or MariaDB."""

    def __init__(self, lock: MysqlLock, wanted: Limits) -> None:
        self.lock = lock
        values: dict[str, float] = {}
        if wanted.lock is not None:
            seconds = max(1, math.ceil(wanted.lock))
            values.update(lock_wait_timeout=seconds, innodb_lock_wait_timeout=seconds)
        if wanted.statement is not None:
            if getattr(lock.sqlalchemy.dialect, "is_mariadb", False):
                values["max_statement_time"] = wanted.statement
            else:
                # MySQL's `max_execution_time` is for SELECT alone.
                self.missing = ("statement-timeout",)
        #: The values of lback, and those from before.
        self.wanted: dict[str, float] = {}
        self.before_step: dict[str, float] = {}
        self.is_set = False
        kept = []
        for name, value in values.items():
            own, usual = lock.row("select @@session.%s, @@global.%s" % (name, name))
            if own == usual:
                self.wanted[name], self.before_step[name] = value, own
            else:
                kept.append(name)
        self.kept = tuple(kept)

    def step_begins(self) -> None:
        if self.is_set:
            return
        self.is_set = True
        for name, value in self.wanted.items():
            self.lock.run("set session %s = %s" % (name, value))

    def restore(self, connection: Any) -> None:
        if not self.is_set:
            return
        self.is_set = False
        cursor = connection.cursor()
        try:
            for name, value in self.before_step.items():
                cursor.execute("set session %s = %s" % (name, value))
        finally:
            cursor.close()
