"""Recognises errors that end a wait for a lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

TIMEOUT = "timeout"
DEADLOCK = "deadlock"

#: The codes of PostgreSQL: `lock_not_available`, `deadlock_detected`.
SQLSTATES = {"55P03": TIMEOUT, "40P01": DEADLOCK}
#: The numbers of MySQL and MariaDB.
NUMBERS = {1205: TIMEOUT, 3572: TIMEOUT, 1213: DEADLOCK}
#: The low byte of SQLite's codes: `SQLITE_BUSY`, `SQLITE_LOCKED`.
SQLITE_CODES = {5, 6}
#: SQLite's texts, for Python before 3.11, which has no codes.
SQLITE_TEXTS = ("database is locked", "database table is locked", "database schema is locked")


def lock_error(error: BaseException | None) -> str | None:
    """Returns how a wait for a lock led to an error: `timeout` or `deadlock`, else `None`."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        for one in (getattr(error, "orig", None), error):
            found = None if one is None else kind_of(one)
            if found is not None:
                return found
        error = error.__cause__ or error.__context__
    return None


def kind_of(error: Any) -> str | None:
    """Returns what an error of a driver says about a lock."""
    module = type(error).__module__.split(".")[0]
    if module in ("sqlite3", "aiosqlite"):
        return TIMEOUT if is_busy(error) else None
    return SQLSTATES.get(sqlstate(error) or "") or NUMBERS.get(number(error, module) or 0)


def is_busy(error: Any) -> bool:
    """Returns whether SQLite gave up because another connection has the database."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return (int(code) & 0xFF) in SQLITE_CODES
    return str(error).startswith(SQLITE_TEXTS)


def sqlstate(error: Any) -> str | None:
    """Returns PostgreSQL's code of an error."""
    # psycopg and asyncpg; psycopg2 and SQLAlchemy's adapter of asyncpg.
    found = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    if found is None and error.args and isinstance(error.args[0], dict):
        # pg8000
        found = error.args[0].get("C")
    return found if isinstance(found, str) else None


def number(error: Any, module: str) -> int | None:
    """Returns MySQL's number of an error."""
    if module not in ("pymysql", "MySQLdb", "asyncmy", "aiomysql", "cymysql", "mysql", "mariadb"):
        return None
    found = getattr(error, "errno", None) or (error.args[0] if error.args else None)
    return found if isinstance(found, int) else None
