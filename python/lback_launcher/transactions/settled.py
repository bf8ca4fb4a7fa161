"""Reads what a run has left in a database, on the run's own connection.

SQLAlchemy tells when a connection goes back to its pool. Then the transaction of the steps is over,
committed or rolled back, and the connection still has its search path, its database and its role. A
second process doesn't have these.
"""

from __future__ import annotations

import os

from ..compat import alembic_internals, drivers
from ..diagnostics import ignored
from . import postgresql

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    from alembic.runtime.migration import MigrationContext

    from .watch import TransactionWatch

    class Run(Protocol):
        """A run on one database."""

        context: MigrationContext
        #: The transactions of the steps.
        transactions: TransactionWatch
        #: The heads after the last step, once it has ended.
        heads_after: list[str] | None
        #: Whether a step has begun on this database.
        has_stepped: bool

        def report(self, kind: str, **values: Any) -> None:
            """Reports something of the run's database."""


#: The runs whose connection is in use, by its identity, and the process that uses it.
in_use: dict[tuple[int, int], list[Run]] = {}


def expect(run: Run) -> None:
    """Reads the heads again when the connection of a run goes back to its pool. Never raises."""
    try:
        from sqlalchemy import event

        connection: Any = run.context.connection
        event.listen(connection.engine.pool, "checkin", checked_in)
        key = (os.getpid(), id(drivers.dbapi_connection(connection.connection)))
        in_use.setdefault(key, []).append(run)
    except Exception as error:
        ignored(error, "without a pool, lback reads the heads in a process of its own")


def checked_in(connection: Any, _: Any) -> None:
    """Reads what the runs on this connection have left. SQLAlchemy calls this function."""
    for run in in_use.pop((os.getpid(), id(connection)), []):
        if connection is None or not run.has_stepped:
            continue
        try:
            settle(run, connection)
        except Exception as error:
            ignored(error, "lback reads the heads in a process of its own")


def settle(run: Run, connection: Any) -> None:
    """Reports the heads that are in the database, and the transactions that were committed."""
    if is_open(run, connection):
        # The pool doesn't end transactions: how this one ends is not known yet.
        return
    try:
        committed: list[str] = []
        watch = run.transactions
        if watch.can_ask:
            committed = postgresql.committed(connection, watch.transactions)
        if watch.last is not None and watch.last in committed:
            # Another run may have gone on from there.
            heads = run.heads_after
        else:
            heads = read_heads(run, connection)
        run.report("settled", heads=heads, committed=committed)
    finally:
        connection.rollback()


def is_open(run: Run, connection: Any) -> bool:
    """Returns whether a transaction is open on a connection that its pool has got back."""
    driver = drivers.own_connection(connection)
    dialect = run.context.dialect.name
    if dialect == "postgresql":
        return drivers.postgresql_in_transaction(driver) is True
    if dialect == "sqlite":
        return drivers.sqlite_in_transaction(driver)
    return dialect in ("mysql", "mariadb") and drivers.mysql_in_transaction(driver) is True


def read_heads(run: Run, connection: Any) -> list[str] | None:
    """Returns the heads in the version table, `None` if it can't be read."""
    try:
        found = drivers.rows(connection, alembic_internals.version_query(run.context))
    except Exception as error:
        ignored(error, "a table that isn't there is looked for in a process of its own")
        return None
    return sorted(str(row[0]) for row in found)
