"""Transactions of PostgreSQL, known by their numbers: the server remembers how each has ended."""

from __future__ import annotations

import itertools

from ..compat import drivers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable

    from sqlalchemy.engine import Dialect

#: The oldest server that can be asked how a transaction has ended.
OLDEST_SERVER = (10,)

#: The most transactions that one question names.
MOST = 1000

CURRENT = (
    "select case when pg_catalog.pg_is_in_recovery() then null else pg_catalog.txid_current() end"
)

#: A number that the server hasn't given yet is an error of `txid_status`.
COMMITTED = """
select number from unnest(cast('{%s}' as bigint[])) as number
where case
    when number < pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot())
    then pg_catalog.txid_status(number) = 'committed'
end
"""

#: Makes each statement another one, so that no driver prepares it.
numbers = itertools.count(1)


def can_be_asked(dialect: Dialect) -> bool:
    """Returns whether the server tells how transactions have ended."""
    version = getattr(dialect, "server_version_info", None) or ()
    return dialect.name == "postgresql" and version >= OLDEST_SERVER


def current(connection: Any) -> str | None:
    """Returns the number of the transaction that is open on a driver's connection."""
    ((number,),) = rows(connection, CURRENT)
    return None if number is None else str(number)


def committed(connection: Any, transactions: Iterable[str]) -> list[str]:
    """Returns those of the transactions that were committed."""
    asked = list(dict.fromkeys(transactions))[-MOST:]
    if not asked:
        return []
    sql = COMMITTED % ",".join(str(int(number)) for number in asked)
    return [str(number) for (number,) in rows(connection, sql)]


def rows(connection: Any, sql: str) -> list[Any]:
    """Runs a statement on a driver's connection, and returns its rows."""
    return drivers.rows(connection, "%s /* lback, transaction %d */" % (sql, next(numbers)))
