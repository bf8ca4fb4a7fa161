"""The lock modes of PostgreSQL, as its manual names them."""

from ...model import Name
from ..table_lock import NO, YES, TableLock, worse

ACCESS_SHARE = "ACCESS SHARE"
ROW_SHARE = "ROW SHARE"
ROW_EXCLUSIVE = "ROW EXCLUSIVE"
SHARE_UPDATE_EXCLUSIVE = "SHARE UPDATE EXCLUSIVE"
SHARE = "SHARE"
SHARE_ROW_EXCLUSIVE = "SHARE ROW EXCLUSIVE"
EXCLUSIVE = "EXCLUSIVE"
ACCESS_EXCLUSIVE = "ACCESS EXCLUSIVE"

#: All modes, the weakest first.
MODES = (
    ACCESS_SHARE, ROW_SHARE, ROW_EXCLUSIVE, SHARE_UPDATE_EXCLUSIVE, SHARE, SHARE_ROW_EXCLUSIVE,
    EXCLUSIVE, ACCESS_EXCLUSIVE,
)  # fmt: skip
#: The modes under which `INSERT`, `UPDATE` and `DELETE` of others wait.
BLOCKING_WRITES = MODES[4:]


def lock(table: Name, mode: str, rewrites: str = NO, scans: str = NO) -> TableLock:
    """Returns a lock of a mode. A table that is written anew is read for it, too."""
    reads = YES if mode == ACCESS_EXCLUSIVE else NO
    writes = YES if mode in BLOCKING_WRITES else NO
    return TableLock(table, mode, reads, writes, rewrites, worse(rewrites, scans))
