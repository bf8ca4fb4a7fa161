"""PostgreSQL: `lock_timeout` and `statement_timeout`.

They are set for a transaction, so that no pooler passes them on to another client. In autocommit
mode they are set for the session, and reset when the connection goes back to its pool; behind a
pooler, not at all.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from ..compat import drivers
from . import statement as text
from .base import StatementLimits

if TYPE_CHECKING:
    from typing import Any

    from ..instructions import Limits
    from ..locks.postgresql import PostgresqlLock

#: The settings, and where their values come from.
SOURCES = """
select name, source from pg_catalog.pg_settings where name in ('lock_timeout', 'statement_timeout')
"""

#: The sources that belong to the project: `SET`, and options of the connection.
OF_THE_PROJECT = {"session", "client"}

#: Statements that set something for the transaction alone.
LOCAL = re.compile(r"set local\b|.*\bset_config\b.*,\s*true\s*\)", re.IGNORECASE | re.DOTALL)

#: Makes each statement another one, so that no driver prepares it.
numbers = itertools.count(1)


class PostgresqlLimits(StatementLimits):
    """The limits of one connection to PostgreSQL."""

    def __init__(self, lock: PostgresqlLock, wanted: Limits) -> None:
        self.lock = lock
        milliseconds = {"lock_timeout": wanted.lock, "statement_timeout": wanted.statement}
        self.wanted = {
            name: max(1, round(seconds * 1000))
            for name, seconds in milliseconds.items()
            if seconds is not None
        }
        sources = dict(lock.guarded(lambda: lock.rows(once(SOURCES))))
        self.kept = tuple(name for name in self.wanted if sources.get(name) in OF_THE_PROJECT)
        for name in self.kept:
            del self.wanted[name]
        #: The settings that hold for the open transaction: by lback, or by the project.
        self.local: set[str] = set()
        #: Those that the project has set for the open transaction.
        self.chosen: set[str] = set()
        #: The settings that hold for the session.
        self.session: set[str] = set()

    def before(self, statement: str) -> None:
        words = text.words_of(statement)
        if not text.may_wait(words) or "set_config" in words:
            self.notice(words)
        elif drivers.is_autocommit(self.lock.connection):
            self.before_in_autocommit(text.waits_safely(words))
        else:
            self.before_in_transaction(text.waits_safely(words))

    def notice(self, words: str) -> None:
        """Notices that the project sets a limit by itself, or ends its transaction."""
        first = text.first_word(words)
        if first in ("abort", "commit", "end", "rollback"):
            self.transaction_ended()
        if first not in ("reset", "set") and "set_config" not in words:
            return
        for name in list(self.wanted):
            if name not in words.lower():
                continue
            if LOCAL.match(words):
                self.chosen.add(name)
            else:
                del self.wanted[name]
                self.session.discard(name)

    def before_in_autocommit(self, safe: bool) -> None:
        """Sets or resets the limits of the session."""
        if self.lock.is_pooled:
            return
        for name, value in self.wanted.items():
            if safe and name in self.session:
                self.run("reset %s" % name)
                self.session.discard(name)
            elif not safe and name not in self.session:
                self.run("set %s = %d" % (name, value))
                self.session.add(name)

    def before_in_transaction(self, safe: bool) -> None:
        """Sets or lifts the limits of the transaction."""
        if drivers.postgresql_in_transaction(self.lock.driver) is False:
            self.transaction_ended()
        for name, value in self.wanted.items():
            if name in self.chosen:
                continue
            if safe and name in self.local | self.session:
                self.run("set local %s to default" % name)
                self.local.discard(name)
            elif not safe and name not in self.local:
                self.run("set local %s = %d" % (name, value))
                self.local.add(name)

    def transaction_ended(self) -> None:
        self.local.clear()
        self.chosen.clear()

    def restore(self, connection: Any) -> None:
        if not self.session or drivers.is_closed(drivers.own_connection(connection)):
            return
        cursor = connection.cursor()
        try:
            for name in sorted(self.session):
                cursor.execute("reset %s" % name)
        finally:
            cursor.close()
        self.session.clear()
        connection.commit()

    def run(self, sql: str) -> None:
        """Runs a statement on the connection of the migration."""
        self.lock.run(once(sql))


def once(sql: str) -> str:
    """Returns a statement that no other is equal to."""
    return "%s /* lback, limit %d */" % (sql.strip(), next(numbers))
