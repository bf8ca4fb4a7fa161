"""The locks of statements of PostgreSQL that change neither schema nor rows."""

from typing import Callable, Dict, Iterator

from ...model import Effect, Name
from ...schema.state import Schema
from ..table_lock import YES, TableLock
from .common import with_parts
from .modes import (
    ACCESS_EXCLUSIVE,
    MODES,
    SHARE,
    SHARE_UPDATE_EXCLUSIVE,
    lock,
)


def maintained(effect: Effect, schema: Schema) -> Iterator[TableLock]:
    """Yields the locks on the tables that a statement names."""
    find = RULES.get(effect.clause.partition(" ")[0])
    if find is not None:
        for name in effect.locked:
            yield from everywhere(find(effect.clause, name), effect, schema)


def everywhere(found: TableLock, effect: Effect, schema: Schema) -> Iterator[TableLock]:
    """Yields a lock on a table; `LOCK` takes it on partitions and on tables of views, too."""
    if not effect.clause.startswith("LOCK "):
        yield found
        return
    yield from with_parts(effect, schema, found)
    table = schema.known(found.table)
    for name in table.behind if table is not None and table.view is True else ():
        yield from everywhere(found._replace(table=name), effect, schema)


def described(clause: str, name: Name) -> TableLock:
    """Returns the lock of `CREATE STATISTICS` and `CREATE PUBLICATION`."""
    return lock(name, SHARE_UPDATE_EXCLUSIVE)


def explicit(clause: str, name: Name) -> TableLock:
    """Returns the lock of `LOCK TABLE`."""
    said = clause.rpartition(" IN ")[2].rpartition(" MODE")[0]
    return lock(name, said if said in MODES else ACCESS_EXCLUSIVE)


def vacuumed(clause: str, name: Name) -> TableLock:
    if "FULL" in clause.split():
        return lock(name, ACCESS_EXCLUSIVE, rewrites=YES)
    return lock(name, SHARE_UPDATE_EXCLUSIVE, scans=YES)


def clustered(clause: str, name: Name) -> TableLock:
    return lock(name, ACCESS_EXCLUSIVE, rewrites=YES)


def reindexed(clause: str, name: Name) -> TableLock:
    """Returns the lock of `REINDEX`.

    Readers wait, too: each query locks all indexes of its tables when it is planned.
    """
    if "CONCURRENTLY" in clause.split():
        return lock(name, SHARE_UPDATE_EXCLUSIVE, scans=YES)
    return lock(name, SHARE, scans=YES)._replace(blocks_reads=YES)


def analyzed(clause: str, name: Name) -> TableLock:
    """Returns the lock of `ANALYZE`, which reads a sample."""
    return lock(name, SHARE_UPDATE_EXCLUSIVE)


RULES: Dict[str, Callable[[str, Name], TableLock]] = {
    "LOCK": explicit,
    "VACUUM": vacuumed,
    "CLUSTER": clustered,
    "REINDEX": reindexed,
    "ANALYZE": analyzed,
    "CREATE": described,
}
