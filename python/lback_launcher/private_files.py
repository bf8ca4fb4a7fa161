"""Files of lback's cache, which hold code that runs: no other user may have written them.

The folder is private; lback has checked it before. The modes are set here, whatever the umask is.
"""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO


class NotPrivate(OSError):
    """A file that another user can have written."""


def private_file(path: str) -> BinaryIO:
    """Creates a file to write, which this user alone can read. One that exists is removed."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, 0o600)
    except FileExistsError:
        os.unlink(path)
        descriptor = os.open(path, flags, 0o600)
    return os.fdopen(descriptor, "wb")


def open_private(path: str) -> BinaryIO:
    """Opens a file to read. Raises `NotPrivate` for one that others can have written."""
    return os.fdopen(open_private_descriptor(path), "rb")


def open_private_descriptor(path: str) -> int:
    """Opens a file to read, as a descriptor."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    descriptor = os.open(path, flags)
    status = os.fstat(descriptor)
    # Root's files are those of an image, which runs under any user.
    is_trusted = status.st_uid in (0, os.geteuid()) and not status.st_mode & 0o022
    if not is_trusted or not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise NotPrivate("`%s` can have been written by another user" % path)
    return descriptor
