"""Aspects of a file that are looked at without reading it. An entry is a path behind the name.

The planner has the same functions: `lback_planner.file_aspects`.
"""

from __future__ import annotations

import os
import stat

#: Whether it is there, and what it is; where a link leads; mode, owner, group, number of links,
#: size and time.
EXISTENCE, LINK, STATUS = "exists:", "link:", "status:"
ASPECTS = (EXISTENCE, LINK, STATUS)


def is_aspect(entry: str) -> bool:
    """Returns whether an entry is of an aspect, and not a path alone."""
    return entry.startswith(ASPECTS)


def aspect_of(entry: str) -> str | None:
    """Returns the present value of an aspect, `None` if there is no such file."""
    aspect, path = entry.split(":", 1)
    try:
        if aspect + ":" == LINK:
            return "leads to %s" % os.readlink(path) if os.path.islink(path) else "no link"
        found = os.stat(path)
    except OSError:
        return None
    if aspect + ":" == EXISTENCE:
        return kind_of(found.st_mode)
    details = "%o %d %d" % (found.st_mode, found.st_uid, found.st_gid)
    if stat.S_ISREG(found.st_mode):
        details += " %d %d %d" % (found.st_nlink, found.st_size, found.st_mtime_ns)
    return details


def kind_of(mode: int) -> str:
    if stat.S_ISREG(mode):
        return "file"
    return "folder" if stat.S_ISDIR(mode) else "something else"
