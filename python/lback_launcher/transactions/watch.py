"""Notices that a step commits a part of itself before its end.

A step leaves its transaction in many ways: `COMMIT` as a statement, `commit()` of SQLAlchemy or of
the driver, an isolation level, a transaction of its own. Each of them shows in the state of the
driver's connection at the next statement, in SQLAlchemy's events, or in the number of the
transaction, which PostgreSQL is asked about afterwards.
"""

from __future__ import annotations

import sys

from ..compat import drivers
from ..diagnostics import ignored
from . import postgresql

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    from alembic.runtime.migration import MigrationContext

    class Reporter(Protocol):
        """A run on one database."""

        def report(self, kind: str, **values: Any) -> None:
            """Reports something of the run's database."""


#: First words of statements that change nothing. On PostgreSQL, a `SELECT` may call anything.
READING = {"explain", "pragma", "set", "show"}
READING_ON_SQLITE = READING | {"select"}

#: First words of statements that end a transaction.
COMMITTING = {"commit", "end"}
ENDING = COMMITTING | {"abort", "rollback"}


class TransactionWatch:
    """Watches the transaction of the steps of one run on one database."""

    def __init__(self, run: Reporter, context: MigrationContext) -> None:
        self.run = run
        self.dialect = context.dialect
        self.connection: Any = context.connection
        #: The transactions in which steps began or ended.
        self.transactions: list[str] = []
        #: The transaction in which the last step ended, with its entry in the version table.
        self.last: str | None = None
        #: The open transaction, as far as it is known.
        self.current: str | None = None
        self.in_step = False
        self.has_left = False
        self.is_last = False
        #: Whether a transaction was open at any time in this step.
        self.was_open = False
        #: Whether the step has rolled back, or ended its transaction by a statement.
        self.has_ended = False
        #: The error that env.py was handling when the step began.
        self.handled: BaseException | None = None
        self.can_ask = postgresql.can_be_asked(self.dialect)

    def install(self) -> None:
        """Listens to SQLAlchemy's events on the connection."""
        from sqlalchemy import event

        for name, listener in (
            ("before_cursor_execute", self.before_statement),
            ("after_cursor_execute", self.after_statement),
            ("commit", self.committing),
            ("commit_twophase", self.committing),
            ("rollback", self.rolling_back),
            ("rollback_twophase", self.rolling_back),
        ):
            event.listen(self.connection, name, listener)
        if self.dialect.name == "sqlite":
            self.trace()

    def trace(self) -> None:
        """Has SQLite report each statement, also those that a script gives to the driver."""
        try:
            driver = self.driver()
            if type(driver).__module__ == "sqlite3":
                driver.set_trace_callback(self.traced)
        except Exception as error:
            ignored(error, "SQLAlchemy's events show most of what a step commits")

    def traced(self, statement: str) -> None:
        """Notices that a statement ends the transaction, or runs outside of one."""
        if not self.in_step or self.has_left or self.has_failed():
            return
        word = first_word(statement)
        if ends(statement):
            if word in COMMITTING:
                self.leave()
            else:
                self.has_ended = True
        elif self.is_open() is False and word != "begin" and self.may_write(word):
            self.leave()

    def driver(self) -> Any:
        """Returns the driver's connection."""
        return drivers.driver_connection(self.connection.connection)

    def is_open(self) -> bool | None:
        """Returns whether a transaction is open, `None` if the driver doesn't know."""
        if self.dialect.name == "postgresql":
            return drivers.postgresql_in_transaction(self.driver())
        if self.dialect.name == "sqlite":
            return drivers.sqlite_in_transaction(self.driver())
        return None

    def step_begins(self, is_last: bool) -> None:
        """Notes the transaction in which a step begins. Never raises."""
        self.in_step, self.has_left, self.has_ended = True, False, False
        self.is_last = is_last
        self.handled = sys.exc_info()[1]
        try:
            self.was_open = self.is_open() is True
            # A transaction that the server hasn't begun yet may still get another isolation level.
            if self.was_open:
                self.identify()
        except Exception as error:
            ignored(error, "SQLAlchemy's events show most of what a step commits")

    def step_applied(self) -> None:
        """Notes the transaction in which a step ends. Alembic may commit from here on."""
        self.in_step = False
        try:
            if self.can_ask and self.is_last and self.is_open():
                self.last = postgresql.current(self.pooled())
                self.transactions.extend(filter(None, [self.last]))
        except Exception as error:
            ignored(error, "the heads are read again instead")

    def pooled(self) -> Any:
        """Returns the connection that SQLAlchemy talks to."""
        return drivers.dbapi_connection(self.connection.connection)

    def identify(self) -> None:
        """Reports the transaction that is open."""
        if not self.can_ask:
            return
        if self.current is None:
            self.current = postgresql.current(self.pooled())
        if self.current is not None:
            self.transactions.append(self.current)
            self.run.report("transaction", transaction=self.current)

    def before_statement(self, _: Any, cursor: Any, statement: str, *more: Any) -> None:
        """Notices that a transaction has ended since the last statement."""
        if self.in_step and not self.has_left and not self.has_failed():
            try:
                is_open = self.is_open()
                if self.has_ended or (self.was_open and is_open is False):
                    self.leave()
                self.was_open = self.was_open or is_open is True
            except Exception as error:
                ignored(error, "the next event shows whether the transaction has ended")

    def after_statement(self, _: Any, cursor: Any, statement: str, *more: Any) -> None:
        """Notices that a statement has ended the transaction, or ran outside of one."""
        if not self.in_step or self.has_left:
            return
        try:
            word = first_word(statement)
            is_open = self.is_open()
            if is_open is False and self.may_write(word) or is_open is None and ends(statement):
                self.leave()
            elif is_open and not self.was_open and word != "set":
                self.was_open = True
                self.identify()
        except Exception as error:
            ignored(error, "the next event shows whether the transaction has ended")

    def may_write(self, word: str) -> bool:
        """Returns whether a statement that begins with this word may change something."""
        return word not in (READING_ON_SQLITE if self.dialect.name == "sqlite" else READING)

    def committing(self, *_: Any) -> None:
        """Notices a commit in a step. The one after a step is Alembic's own."""
        self.current = None
        if self.in_step and not self.has_failed():
            self.leave()

    def rolling_back(self, *_: Any) -> None:
        """Notices a rollback in a step. What follows it may be committed."""
        self.current = None
        if self.in_step and not self.has_failed():
            self.has_ended = True

    def leave(self) -> None:
        """Reports that a part of the step is committed."""
        if not self.has_left:
            self.has_left = True
            self.run.report("left_transaction")

    def has_failed(self) -> bool:
        """Returns whether the step's error has left Alembic: what follows isn't the step's."""
        error = sys.exc_info()[1]
        if error is None or error is self.handled:
            return False
        traceback = error.__traceback__
        while traceback is not None:
            if traceback.tb_frame.f_code.co_name == "run_migrations":
                self.in_step = False
                return True
            traceback = traceback.tb_next
        return False


def ends(statement: str) -> bool:
    """Returns whether a statement ends a transaction."""
    return first_word(statement) in ENDING and "savepoint" not in statement.lower()


def first_word(statement: str) -> str:
    """Returns the first word of a statement, in lower case, after comments."""
    text = statement.lstrip("( \t\r\n")
    while text.startswith(("--", "/*")):
        end = "\n" if text.startswith("--") else "*/"
        text = text.partition(end)[2].lstrip("( \t\r\n")
    words = text.split(None, 1)
    return words[0].rstrip(";").lower() if words else ""
