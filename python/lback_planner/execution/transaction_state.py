"""Knows whether a statement of a script runs in the transaction of the migration."""

from typing import Any

#: Drivers that begin a transaction again after a COMMIT that they have not sent themselves.
BEGINNING = ("psycopg", "pg8000")
MIGRATION, OWN, NONE, UNKNOWN = "migration", "own", "none", "unknown"


class TransactionState:
    """The transaction of a run, as far as the script's doings show it."""

    def __init__(self, driver: str, is_within: bool) -> None:
        self.driver = driver
        #: Whether Alembic surely runs scripts within a transaction.
        self.is_within = is_within
        #: Whether the database has transactions for changes of the schema.
        self.is_transactional = True
        #: Whether the script has ended the transaction by a statement.
        self.is_ended = False
        #: The isolation level that the script has set last, empty for none.
        self.level = ""

    def isolate(self, level: Any) -> None:
        """Takes up that the script sets an isolation level."""
        # psycopg2 has a number for each of them.
        is_autocommit = level is True or (level == 0 and level is not False)
        self.level = "AUTOCOMMIT" if is_autocommit else str(level or "").upper()

    def kind(self) -> str:
        """Returns the kind of transaction in which a statement runs now."""
        if self.level == "AUTOCOMMIT":
            return NONE
        if self.level == "UNKNOWN":
            return UNKNOWN
        if not self.is_transactional:
            return OWN
        if self.is_ended:
            return OWN if self.driver in BEGINNING else NONE
        return MIGRATION if self.is_within else UNKNOWN
