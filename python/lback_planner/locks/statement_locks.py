"""The locks of a text of SQL, by the rules of its server."""

from typing import Callable, Dict, List, Sequence

from ..model import Effect
from ..schema.state import Schema
from . import mysql, postgresql, sqlite
from .table_lock import TableLock, unknown_lock

Rules = Callable[[List[Effect], Schema], List[TableLock]]

SERVERS: Dict[str, Rules] = {
    "postgresql": postgresql.locks_of,
    "mysql": mysql.locks_of,
    "mariadb": mysql.locks_of,
    "sqlite": sqlite.locks_of,
}


def unknown_locks(effects: Sequence[Effect]) -> List[TableLock]:
    """Returns the locks on a server without rules: only the tables are known."""
    tables = dict.fromkeys(
        table for effect in effects for table in [*effect.written(), *effect.locked]
    )
    return [unknown_lock(table) for table in tables]


def locks_of(effects: List[Effect], schema: Schema, dialect: str) -> List[TableLock]:
    """Returns the locks of one statement, from the schema before it."""
    rules = SERVERS.get(dialect)
    return unknown_locks(effects) if rules is None else rules(effects, schema)
