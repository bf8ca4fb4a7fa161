"""The clauses `ALGORITHM` and `LOCK`, with which a statement succeeds as they say or fails."""

import re
from typing import List, NamedTuple, Optional

from ...model import Effect
from ..table_lock import NO, YES, TableLock
from .work import EXCLUSIVE, NONE, SHARED, stronger

ALGORITHM = re.compile(r"\bALGORITHM (?:= )?(INSTANT|NOCOPY|INPLACE|COPY)\b")
LOCK = re.compile(r"\bLOCK (?:= )?(NONE|SHARED|EXCLUSIVE)\b")


class Requests(NamedTuple):
    """The clauses of a statement that choose, `None` for the server's own choice."""

    algorithm: Optional[str] = None
    lock: Optional[str] = None

    def applied(self, found: TableLock) -> TableLock:
        """Returns the lock of a statement that succeeds with these clauses."""
        if self.algorithm == "INSTANT":
            found = found._replace(rewrites=NO, scans=NO, mode=NONE)
        elif self.algorithm == "NOCOPY":
            found = found._replace(rewrites=NO)
        elif self.algorithm == "COPY":
            mode = stronger(found.mode, SHARED) if self.lock is None else self.lock
            found = found._replace(rewrites=YES, scans=YES, mode=mode)
        mode = found.mode if self.lock is None else self.lock
        if mode is None:
            return found
        return found._replace(
            mode=mode,
            blocks_reads=YES if mode == EXCLUSIVE else NO,
            blocks_writes=NO if mode == NONE else YES,
        )


def requests_of(effects: List[Effect]) -> Requests:
    """Returns what the clauses of a statement ask for."""
    clauses = [
        effect.clause
        for effect in effects
        if effect.kind in ("create_index", "drop_index")
        or effect.clause.startswith(("ALGORITHM", "LOCK ="))
    ]
    text = " , ".join(clauses)
    algorithm, lock = ALGORITHM.search(text), LOCK.search(text)
    return Requests(algorithm and algorithm.group(1), lock and lock.group(1))
