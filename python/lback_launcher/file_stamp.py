"""File stamps: size, times and inode. A file with the same stamp counts as unchanged."""

from __future__ import annotations

import os
import stat
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Tuple

    #: Size, modification time, change time (both in nanoseconds), inode. A plain tuple: `marshal`
    #: writes no other.
    FileStamp = Tuple[int, int, int, int]

#: Seconds in which two changes of a file may get the same time.
TICK = 2


def is_settled(times: Iterable[int], seconds: int = TICK) -> bool:
    """Returns whether nothing has changed for so long.

    A younger file could change again with the same times.
    """
    return max(times) < time.time_ns() - seconds * 10**9


def file_stamp(path: str) -> FileStamp | None:
    """Returns the stamp of a regular file, `None` if there is none.

    A link counts as the file that it leads to.
    """
    try:
        status = os.stat(path)
    except OSError:
        return None
    return stamp_of(status)


def file_stamp_without_links(path: str) -> FileStamp | None:
    """Returns the stamp of a regular file, `None` if there is none. A link is no regular file."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return stamp_of(status)


def stamp_of(status: os.stat_result) -> FileStamp | None:
    """Returns the stamp in a file's status, `None` for a folder or a device."""
    if not stat.S_ISREG(status.st_mode):
        return None
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino
