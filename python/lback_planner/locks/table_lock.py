"""The type that the rules of all servers return."""

from typing import Any, Dict, Iterable, List, NamedTuple, Optional

from ..model import Name

YES, NO, UNKNOWN = "yes", "no", "unknown"
#: The answers, the most harmless first.
ANSWERS = (NO, UNKNOWN, YES)


class TableLock(NamedTuple):
    """The lock of one statement on one table, and the work that the server does under it."""

    table: Name
    #: The server's own word for the lock, `None` if it isn't known.
    mode: Optional[str]
    #: Whether others wait that read, or write, the table.
    blocks_reads: str
    blocks_writes: str
    #: Whether all rows are written anew, and whether all rows are read.
    rewrites: str = NO
    scans: str = NO

    def as_json(self) -> Dict[str, Any]:
        return dict(self._asdict(), table=self.table.as_json())


def unknown_lock(table: Name) -> TableLock:
    """Returns the lock of a statement of which only the table is known."""
    return TableLock(table, None, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)


def strongest(locks: Iterable[TableLock], modes: Iterable[str]) -> List[TableLock]:
    """Returns one lock for each table. `modes` has the server's words, the weakest first."""
    order = list(modes)
    found: Dict[Name, TableLock] = {}
    for lock in locks:
        other = found.get(lock.table)
        found[lock.table] = lock if other is None else united(other, lock, order)
    return list(found.values())


def united(one: TableLock, other: TableLock, order: List[str]) -> TableLock:
    """Returns what two locks of a statement on a table amount to."""
    mode = None
    if one.mode is not None and other.mode is not None:
        mode = max(one.mode, other.mode, key=order.index)
    return TableLock(
        one.table,
        mode,
        worse(one.blocks_reads, other.blocks_reads),
        worse(one.blocks_writes, other.blocks_writes),
        worse(one.rewrites, other.rewrites),
        worse(one.scans, other.scans),
    )


def worse(one: str, other: str) -> str:
    """Returns the answer of two that is the more harmful one."""
    return max(one, other, key=ANSWERS.index)
