"""Reads the tables of statements that lock tables and change neither schema nor rows."""

from typing import Callable, Dict, List, Optional

from ..diagnostics import ignored
from ..model import Name
from ..schema.state import Schema
from .reader import Unread, Walk
from .tokens import MYSQL


def locked_by(walk: Walk) -> List[Name]:
    """Returns the tables that a statement names, none if they can't be told."""
    find = STATEMENTS.get(walk.upper())
    if find is None:
        return []
    try:
        return find(Walk(walk.tokens[1:], walk.reading, walk.text))
    except Unread as why:
        ignored(why, "the statement changes nothing, and its lock isn't known")
        return []


def described_by(walk: Walk, what: str) -> List[Name]:
    """Returns the tables of `CREATE STATISTICS` and `CREATE PUBLICATION`, from the name on."""
    before = {"STATISTICS": "FROM", "PUBLICATION": "TABLE"}.get(what)
    if before is None or walk.reading.dialect != "postgresql":
        return []
    walk.until(before)
    walk.take(before)
    walk.skip("ONLY")
    return names(walk)


def names(walk: Walk) -> List[Name]:
    """Reads a list of tables, perhaps with columns."""
    found = []
    while walk.is_name():
        found.append(walk.name())
        walk.group()
        walk.until(",")
        walk.take(",")
        walk.skip("ONLY")
    return found


def locked(walk: Walk) -> List[Name]:
    """Reads what follows `LOCK`."""
    walk.skip("TABLE", "TABLES", "ONLY")
    return names(walk)


def vacuumed(walk: Walk) -> List[Name]:
    """Reads what follows `VACUUM`, `ANALYZE`, `OPTIMIZE`, `CHECK` and `CLUSTER`."""
    walk.group()
    walk.skip("FULL", "FREEZE", "VERBOSE", "ANALYZE", "TABLE", "LOCAL", "ONLY")
    if walk.reading.dialect in MYSQL:
        walk.skip("TABLES", "NO_WRITE_TO_BINLOG")
        walk.skip("TABLE", "TABLES")
    return names(walk)


def flushed(walk: Walk) -> List[Name]:
    """Reads `TABLES … WITH READ LOCK`, after `FLUSH`."""
    walk.skip("LOCAL", "NO_WRITE_TO_BINLOG")
    is_locked = walk.tokens[-1:] and walk.tokens[-1].upper == "LOCK"
    if not is_locked or walk.take_any("TABLE", "TABLES") is None or walk.upper() == "WITH":
        return []
    return names(walk)


def reindexed(walk: Walk) -> List[Name]:
    """Reads what follows `REINDEX`."""
    walk.group()
    if walk.reading.dialect == "sqlite" and walk.is_name():
        return of_sqlite(walk.name(), walk.reading.schema)
    what = walk.take_any("TABLE", "INDEX")
    walk.skip("CONCURRENTLY")
    if what is None or not walk.is_name():
        return []
    name = walk.name()
    if what == "TABLE" or walk.reading.schema is None:
        return [name] if what == "TABLE" else []
    table = walk.reading.schema.table_of_index(name.name, name.schema)
    return [] if table is None else [table]


def of_sqlite(name: Name, schema: Optional[Schema]) -> List[Name]:
    """Returns the table that SQLite means: that of an index of this name, or the one called so."""
    table = None if schema is None else schema.table_of_index(name.name, name.schema)
    return [table or name]


STATEMENTS: Dict[str, Callable[[Walk], List[Name]]] = {
    "LOCK": locked,
    "VACUUM": vacuumed,
    "ANALYZE": vacuumed,
    "OPTIMIZE": vacuumed,
    "CHECK": vacuumed,
    "CHECKSUM": vacuumed,
    "FLUSH": flushed,
    "CLUSTER": vacuumed,
    "REINDEX": reindexed,
}
