"""Looks of a script at files that it doesn't open: existence, kinds, links, sizes, modes.

Python has no audit events for these, so the functions of `os` are replaced. Each look is an entry
among the files that a result depends on: a path behind the name of what was looked at.
"""

import functools
import os
from types import FrameType
from typing import Any, Callable, Optional

from ..compat import cpython_internals
from ..file_aspects import EXISTENCE, LINK, STATUS
from .forbidden_events import is_of_others

#: Modules whose functions only pass a look on.
HELPERS = frozenset(
    (
        __name__, "genericpath", "posixpath", "os", "pathlib", "pathlib._local", "pathlib._abc",
        "pathlib._os",
    )
)  # fmt: skip
#: Their functions that ask for no more than existence and kind.
EXISTENCE_ONLY = frozenset(
    ("exists", "isfile", "isdir", "lexists", "is_file", "is_dir", "islink", "is_symlink")
)

#: Takes an entry.
Note = Callable[[str], None]


def install(note: Note) -> None:
    """Replaces the functions by which files are looked at."""
    os.stat = watched(os.stat, lambda path: note(entry_of_look(path)))
    os.lstat = watched(os.lstat, lambda path: looked_at_link(path, note))
    os.readlink = watched(os.readlink, lambda path: note(LINK + path))
    os.access = watched(os.access, lambda path: note(STATUS + path))
    os.open = watched(os.open, note, only_in_folders=True)


def watched(original: Any, look: Note, only_in_folders: bool = False) -> Any:
    """Returns a function that notes the path that it is called with, `only_in_folders` if that is
    relative to an open folder.
    """

    @functools.wraps(original)
    def function(*args: Any, **kwargs: Any) -> Any:
        folder = kwargs.get("dir_fd")
        if args and (folder is not None or not only_in_folders):
            path = path_of(args[0], folder)
            if path is not None:
                look(path)
        return original(*args, **kwargs)

    # Code asks there what a function can do.
    for able in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks):
        if original in able:
            able.add(function)
    return function


def path_of(path: Any, folder: Optional[int] = None) -> Optional[str]:
    """Returns an absolute path; `None` for what has none."""
    if isinstance(path, int):
        return path_of_descriptor(path)
    if not isinstance(path, (str, bytes, os.PathLike)):
        return None
    text = os.fsdecode(path)
    start = None if folder is None else path_of_descriptor(folder)
    return os.path.abspath(text if start is None else os.path.join(start, text))


def folder_of(argument: Any) -> Any:
    """Returns the folder of which `os.listdir` was asked."""
    if argument is None:
        return os.curdir
    return path_of_descriptor(argument) if isinstance(argument, int) else argument


def path_of_descriptor(number: int) -> Optional[str]:
    """Returns the path of an open file or folder."""
    try:
        path = read_link("/proc/self/fd/%d" % number)
    except OSError:
        return None
    return path if path.startswith("/") else None


#: Not noted itself.
read_link = os.readlink


def looked_at_link(path: str, note: Note) -> None:
    note(LINK + path)
    entry = entry_of_look(path)
    if entry.startswith(STATUS):
        note(entry)


def entry_of_look(path: str) -> str:
    """Returns the entry for what `os.stat` was asked for. Python itself and packages look at times
    of sources, on which nothing depends.
    """
    frame: Optional[FrameType] = cpython_internals.caller(1)
    while frame is not None and frame.f_globals.get("__name__") in HELPERS:
        if frame.f_code.co_name in EXISTENCE_ONLY:
            return EXISTENCE + path
        frame = frame.f_back
    is_own = frame is not None and not is_of_others(frame.f_code.co_filename)
    return (STATUS if is_own else EXISTENCE) + path
