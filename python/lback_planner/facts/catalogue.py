"""Asks the database of a context, whatever its server, for its tables and their sizes."""

from typing import Any, Dict, List, Sequence

from alembic.runtime.migration import MigrationContext

from ..history.live_database import server_version
from ..model import Name
from . import mysql, postgresql, sqlite
from .saved import table_document
from .table_facts import Facts, TableFacts

Document = Dict[str, Any]

#: The tables that one query asks for: a server limits the length of a query.
MOST_AT_ONCE = 500


class NotAsked(Exception):
    """The database of a context can't be asked."""


def facts_of(context: MigrationContext, names: Sequence[Name]) -> Facts:
    """Returns the facts about tables. Raises `NotAsked`, or an error of the driver."""
    module = module_of(context)
    found: Facts = {}
    for place in range(0, len(names), MOST_AT_ONCE):
        found.update(module.facts_of(context.connection, names[place : place + MOST_AT_ONCE]))
    return found


def all_tables(context: MigrationContext) -> List[Document]:
    """Returns the documents of all tables of the database. Raises as `facts_of` does."""
    names = sorted(module_of(context).names_of(context.connection), key=str)
    facts = facts_of(context, names)
    known = ((name, facts.get(name, TableFacts(True))) for name in names)
    return [table_document(name, found) for name, found in known if found.exists]


def module_of(context: MigrationContext) -> Any:
    """Returns the module with the questions to the server. Raises `NotAsked`."""
    live: Any = getattr(context, "connection", None)
    if live is None:
        raise NotAsked("env.py has no connection")
    dialect = live.dialect.name
    if dialect == "postgresql":
        version = server_version(context)
        if version >= (12,):
            return postgresql
        raise NotAsked("PostgreSQL %s is older than 12" % ".".join(map(str, version)))
    if dialect in ("mysql", "mariadb"):
        return mysql
    if dialect == "sqlite":
        if not getattr(live.dialect, "is_async", False):
            return sqlite
        raise NotAsked("an asynchronous driver of SQLite can't be asked")
    raise NotAsked("lback has no question for `%s`" % dialect)
