"""Follows the statements of steps on one connection, by SQLAlchemy's events."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ..compat import drivers
from ..diagnostics import ignored
from ..transactions.watch import READING_ON_SQLITE, first_word
from .limits import new_limits

if TYPE_CHECKING:
    from typing import Any

    from .base import StatementLimits
    from .invalid_index import InvalidIndexes
    from .limits import Run
    from .lock_wait import View
    from .monitor import Monitor
    from .untouched import StepMark


class StatementHook:
    """The statements of the steps of one run on one database."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.connection: Any = run.context.connection
        self.process = os.getpid()
        self.in_step = False
        self.limits: StatementLimits | None = None
        #: Whether a statement of this step that may have changed something has ended.
        self.has_changed = False
        #: What reports waits for locks; `None` before the first step.
        self.monitor: Monitor | None = None
        self.has_monitor = False
        #: What looks for invalid indexes; `None` where there are none.
        self.indexes: InvalidIndexes | None = None
        #: What the database said at the beginning of the step.
        self.mark: StepMark | None = None

    def install(self) -> None:
        """Reads the limits that are in force, and listens to statements. Never raises."""
        try:
            self.limits = new_limits(self.run)
            self.indexes = self.invalid_indexes()
            self.listen()
        except Exception as error:
            ignored(error, "statements that can't be followed run as without lback")

    def invalid_indexes(self) -> InvalidIndexes | None:
        """Returns what looks for invalid indexes, which PostgreSQL alone has."""
        from ..locks.postgresql import PostgresqlLock

        lock = self.run.lock
        if not isinstance(lock, PostgresqlLock):
            return None
        from .invalid_index import InvalidIndexes

        return InvalidIndexes(self.run, lock)

    def listen(self) -> None:
        """Listens to SQLAlchemy's events on the connection."""
        from sqlalchemy import event

        for name, listener in (
            ("before_cursor_execute", self.before_statement),
            ("after_cursor_execute", self.after_statement),
            ("commit", self.transaction_ended),
            ("rollback", self.rolling_back),
            ("rollback_savepoint", self.transaction_ended),
        ):
            event.listen(self.connection, name, listener)
        event.listen(self.connection.engine.pool, "checkin", self.checked_in)
        self.dbapi = drivers.dbapi_connection(self.connection.connection)

    def step_begins(self) -> None:
        """Sets the limits for the statements of a step. Never raises."""
        self.in_step, self.has_changed = True, False
        try:
            if self.limits is not None:
                self.limits.step_begins()
            if self.run.asked.marks_steps:
                from .untouched import new_mark

                self.mark = new_mark(self.run.lock)
            self.watch()
        except Exception as error:
            ignored(error, "a statement without a limit waits as without lback")

    def watch(self) -> None:
        """Starts the monitor, once."""
        if self.has_monitor:
            return
        self.has_monitor = True
        lock = self.run.lock
        if getattr(lock, "scope", "file") == "file":
            # SQLite doesn't tell who has the database.
            return
        from .monitor import PATIENCE, Monitor

        limit = None if self.run.asked.limits is None else self.run.asked.limits.lock
        # A statement that times out earlier is looked at before that.
        patience = PATIENCE if limit is None else min(PATIENCE, limit / 2)
        asked = self.run.asked
        self.monitor = Monitor(
            self.run,
            self.connection,
            self.view,
            patience,
            self.head,
            asked.end_blockers_after,
            asked.waited_before,
        )
        self.monitor.start()

    def view(self) -> View | None:
        """Returns how a second connection sees the session. A new kind needs a case here."""
        from ..locks.mysql import MysqlLock
        from ..locks.postgresql import PostgresqlLock

        lock = self.run.lock
        if isinstance(lock, PostgresqlLock):
            from .postgresql_view import PostgresqlView

            return None if lock.is_pooled else PostgresqlView(lock.backend)
        if isinstance(lock, MysqlLock):
            from .mysql_view import MysqlView

            return MysqlView(lock.session)
        return None

    def head(self, statement: str) -> str:
        """Returns the head of a statement, without literals."""
        from .statement_head import head

        return head(statement, self.run.context.dialect.name)

    def step_applied(self) -> None:
        """Notes that a step has ended, with its entry in the version table."""
        self.in_step = False

    def before_statement(self, _: Any, cursor: Any, statement: str, *more: Any) -> None:
        """Sets the limits for a statement. An error of the server is the project's to handle."""
        if not self.in_step:
            return
        self.prepare(statement)
        if self.monitor is not None:
            from .monitor import Running

            self.monitor.running = Running(statement)

    def prepare(self, statement: str) -> None:
        """Sets the limits for a statement."""
        if self.mark is not None:
            self.mark.statements += 1
        if self.limits is not None:
            self.limits.before(statement)
        if self.indexes is not None:
            self.indexes.before(statement)

    def after_statement(self, _: Any, cursor: Any, statement: str, *more: Any) -> None:
        """Notes that a statement has ended."""
        if self.monitor is not None:
            self.monitor.statement_ended()
        # On PostgreSQL a SELECT may change something, but there a transaction takes it back.
        if self.in_step and first_word(statement) not in READING_ON_SQLITE:
            self.has_changed = True

    def transaction_ended(self, *_: Any) -> None:
        """Notes that a transaction, or a part of it, has ended."""
        if self.monitor is not None:
            # A statement that failed has no other end.
            self.monitor.statement_ended()
        if self.limits is not None:
            self.limits.transaction_ended()

    def rolling_back(self, *_: Any) -> None:
        """Reports that a step has changed nothing before an error that a lock has caused."""
        self.transaction_ended()
        mark, self.mark = self.mark, None
        if mark is None or not self.in_step or self.has_changed:
            return
        from .lock_error import lock_error

        try:
            if lock_error(sys.exc_info()[1]) is not None and mark.is_untouched():
                self.run.report("untouched")
        except Exception as error:
            ignored(error, "a step that may have changed something does not run again")

    def checked_in(self, connection: Any, _: Any) -> None:
        """Restores the connection. SQLAlchemy calls this when it goes back to its pool."""
        if connection is not self.dbapi or self.process != os.getpid():
            return
        if self.monitor is not None:
            self.monitor.ended.set()
        if self.limits is None:
            return
        try:
            self.limits.restore(connection)
        except Exception as error:
            ignored(error, "a connection that can't be restored is closed with the process")
