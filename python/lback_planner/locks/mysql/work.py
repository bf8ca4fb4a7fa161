"""The work that the parts of a statement need, and the lock that comes of it."""

from typing import TYPE_CHECKING, Dict, Iterable, List, NamedTuple, Optional

from ...model import Name
from ...schema.table import Table
from ..table_lock import ANSWERS, NO, UNKNOWN, YES, TableLock, unknown_lock, worse

if TYPE_CHECKING:
    from .requested import Requests
    from .statement import Statement

NONE, SHARED, EXCLUSIVE = "NONE", "SHARED", "EXCLUSIVE"
#: The levels, the weakest first.
MODES = (NONE, SHARED, EXCLUSIVE)

#: What the server does with the rows: nothing, something in place, a table anew in place, a copy.
#: `MAYBE` may be any of them; it is stronger than what is known to leave the rows alone.
INSTANT, IN_PLACE, MAYBE, REBUILD, COPY = range(5)


class Work(NamedTuple):
    """The needs of one part of a statement on a table."""

    table: Name
    algorithm: int
    #: The lock, `None` if it isn't known.
    mode: Optional[str] = NONE
    #: Whether all rows are read, also where no row is written.
    scans: str = NO
    #: The part is instant alone, and the table is rebuilt if another part isn't.
    alone: bool = False
    #: Whether readers may wait where the lock isn't known: for no `ALTER TABLE` they do.
    reads: str = NO


def unknown_work(table: Name) -> Work:
    """Returns the work of a part of which only the table is known."""
    return Work(table, MAYBE, None, UNKNOWN, reads=UNKNOWN)


def united(works: Iterable[Work], statement: "Statement", requests: "Requests") -> List[TableLock]:
    """Returns one lock for each table."""
    by_table: Dict[Name, List[Work]] = {}
    for work in works:
        by_table.setdefault(work.table, []).append(work)
    return [requests.applied(lock_of(name, parts, statement)) for name, parts in by_table.items()]


def lock_of(name: Name, parts: List[Work], statement: "Statement") -> TableLock:
    """Returns what the parts of a statement amount to on a table."""
    if not statement.is_of_innodb(name):
        return unknown_lock(name)
    algorithm = max(part.algorithm for part in parts)
    if algorithm == IN_PLACE and any(part.alone for part in parts):
        algorithm = REBUILD
    modes = [part.mode for part in parts]
    known = [mode for mode in modes if mode is not None]
    mode = max(known, key=MODES.index) if len(known) == len(modes) else None
    if algorithm == REBUILD and statement.has_fulltext(name):
        mode = stronger(mode, SHARED)
    reads = YES if mode == EXCLUSIVE else max((part.reads for part in parts), key=ANSWERS.index)
    writes = UNKNOWN if mode is None else NO if mode == NONE else YES
    if mode is None and known:
        # What is known of the other parts holds in any case.
        writes = worse(writes, YES if max(known, key=MODES.index) != NONE else NO)
    rewrites = UNKNOWN if algorithm == MAYBE else YES if algorithm >= REBUILD else NO
    scans = max([rewrites, *(part.scans for part in parts)], key=ANSWERS.index)
    return TableLock(name, mode, reads, writes, rewrites, scans)


def stronger(mode: Optional[str], other: str) -> Optional[str]:
    """Returns the stronger one of two levels, `None` if one isn't known."""
    return None if mode is None else max(mode, other, key=MODES.index)


def copied(table: Name, statement: "Statement") -> Work:
    """Returns the work of a copy. Writers wait, but for MariaDB since 11.2.

    There they don't, unless a foreign key of the table has an action, or its rows have no number.
    """
    if statement.is_at_least(mariadb=(11, 2)) is not True:
        return Work(table, COPY, SHARED if statement.schema.version else None)
    known = statement.schema.known(table) or Table(unsure=True)
    if any(key.on_delete or key.on_update for key in known.foreign_keys):
        return Work(table, COPY, SHARED)
    return Work(table, COPY, None if known.unsure or not known.primary_key else NONE)
