"""Descriptors of ours, with numbers that loops over "all" descriptors spare."""

import fcntl
import os

#: The first of the numbers, and what is left free above it where fewer are allowed.
FIRST, ROOM = 200, 32


def own_number(descriptor: int) -> int:
    """Moves a descriptor to an unusual number, as far as the process may have such numbers."""
    most = os.sysconf("SC_OPEN_MAX")
    first = FIRST if most < 0 else max(min(FIRST, most - ROOM), 3)
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, first)
    os.close(descriptor)
    return moved
