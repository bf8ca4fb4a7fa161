"""Attributes of database drivers that are private, or that only some drivers have.

Tried with psycopg 3, psycopg2, asyncpg, pg8000, PyMySQL, mysqlclient, aiosqlite, and SQLAlchemy
from 1.4 to 2.1.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

#: Among the flags of MySQL's protocol (`SERVER_STATUS_IN_TRANS`).
MYSQL_IN_TRANSACTION = 1


def dbapi_connection(pooled: Any) -> Any:
    """Returns the connection that SQLAlchemy talks to.

    Before 1.4.24 a pooled connection stands for it.
    """
    return getattr(pooled, "dbapi_connection", None) or pooled


def driver_connection(pooled: Any) -> Any:
    """Returns the connection that the driver itself made.

    It is the one that SQLAlchemy talks to, except with asynchronous drivers, which SQLAlchemy
    wraps.
    """
    return getattr(pooled, "driver_connection", None) or dbapi_connection(pooled)


def own_connection(connection: Any) -> Any:
    """Returns the connection that the driver itself made, of one that SQLAlchemy talks to.

    SQLAlchemy's adapters of asynchronous drivers keep it.
    """
    return getattr(connection, "driver_connection", None) or connection


def rows(connection: Any, sql: str) -> list[Any]:
    """Runs a statement on a connection that SQLAlchemy talks to, and returns its rows."""
    cursor = connection.cursor()
    try:
        cursor.execute(sql)
        return list(cursor.fetchall())
    finally:
        cursor.close()


def sqlite_interrupt(driver: Any) -> Callable[[], None] | None:
    """Returns the method that interrupts a statement. aiosqlite has the connection in `_conn`."""
    return getattr(getattr(driver, "_conn", driver), "interrupt", None)


def is_closed(driver: Any) -> bool:
    """Returns whether a connection of sqlite3, aiosqlite or psycopg2 is known to be closed."""
    connection = getattr(driver, "_conn", driver)
    try:
        # sqlite3 tells it by an error only, and psycopg2 by a number.
        return bool(getattr(connection, "closed", False)) or connection.in_transaction is None
    except Exception as error:
        return type(error).__name__ == "ProgrammingError"


def is_autocommit(connection: Any) -> bool:
    """Returns whether each statement on a connection that SQLAlchemy talks to commits itself."""
    # psycopg, psycopg2, pg8000; SQLAlchemy's adapters of asynchronous drivers.
    return getattr(connection, "autocommit", False) is True


def sqlite_total_changes(driver: Any) -> int:
    """Returns the number of rows that a connection of sqlite3 or aiosqlite has changed."""
    return int(getattr(driver, "_conn", driver).total_changes)


def sqlite_in_transaction(driver: Any) -> bool:
    """Returns whether a connection to SQLite or of aiosqlite is known to be in a transaction."""
    return getattr(driver, "in_transaction", False) is True


def postgresql_in_transaction(driver: Any) -> bool | None:
    """Returns whether the server has begun a transaction, `None` if the driver doesn't know."""
    # asyncpg
    ask = getattr(driver, "is_in_transaction", None)
    if callable(ask):
        return bool(ask())
    # psycopg, psycopg2
    status = getattr(getattr(driver, "info", None), "transaction_status", None)
    if status is not None:
        return int(status) != 0
    # pg8000
    return getattr(driver, "_in_transaction", None)


def postgresql_backend(driver: Any) -> int | None:
    """Returns the server's process as the driver keeps it, `None` if it doesn't."""
    # asyncpg
    ask = getattr(driver, "get_server_pid", None)
    if callable(ask):
        return int(ask())
    # psycopg, psycopg2
    pid = getattr(getattr(driver, "info", None), "backend_pid", None)
    if pid is not None:
        return int(pid)
    # pg8000
    data = getattr(driver, "_backend_key_data", None)
    return int.from_bytes(data[:4], "big") if data else None


def host(driver: Any) -> str | None:
    """Returns the host that a driver is connected to, `None` if it doesn't say."""
    # psycopg; psycopg2 since 2.8
    known = getattr(getattr(driver, "info", None), "host", None)
    # PyMySQL, cymysql, aiomysql, asyncmy
    return known or getattr(driver, "host", None)


def port(driver: Any) -> int | None:
    """Returns the port that a driver is connected to, `None` if it doesn't say."""
    known = getattr(getattr(driver, "info", None), "port", None) or getattr(driver, "port", None)
    return known if isinstance(known, int) else None


def database(driver: Any) -> str | None:
    """Returns the name of the database that a driver is connected to, `None` if it doesn't say."""
    # psycopg, psycopg2
    known = getattr(getattr(driver, "info", None), "dbname", None)
    # PyMySQL and its kin have it in `db`, as bytes or text.
    known = known or getattr(driver, "db", None)
    return known.decode(errors="replace") if isinstance(known, bytes) else known


def mysql_in_transaction(driver: Any) -> bool | None:
    """Returns whether the server is in a transaction, `None` if the driver doesn't know."""
    # PyMySQL, cymysql
    flags = getattr(driver, "server_status", None)
    if isinstance(flags, int):
        return bool(flags & MYSQL_IN_TRANSACTION)
    # MySQL Connector
    known = getattr(driver, "in_transaction", None)
    return known if isinstance(known, bool) else None
