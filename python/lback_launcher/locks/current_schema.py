"""The schema in which a connection finds and makes tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from .base import DatabaseLock


def schema_of(connection: Connection | None, lock: DatabaseLock | None) -> str | None:
    """Returns the schema that the server names, if it isn't the usual one. A lock has asked."""
    if lock is not None or connection is None:
        return getattr(lock, "schema", None)
    return current_schema(connection)


def current_schema(connection: Connection) -> str | None:
    """Returns the schema of a connection without a lock, if it isn't the usual one."""
    name = connection.dialect.name
    if name == "postgresql":
        found = connection.exec_driver_sql("select cast(current_schema() as text)").scalar()
        return found if found != "public" else None
    if name in ("mysql", "mariadb"):
        found = connection.exec_driver_sql("select database()").scalar()
        return found if found != connection.engine.url.database else None
    return None
