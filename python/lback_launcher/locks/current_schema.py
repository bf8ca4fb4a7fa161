"""The schema in which a connection finds and makes tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


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
