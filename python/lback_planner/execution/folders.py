"""Folders of which a script only learns that they are there: it changes nothing."""

import errno
import os
import tempfile
from typing import Any


def name_temporary() -> None:
    """Has Python know the folder for temporary files, which it would find by writing one."""
    if tempfile.tempdir is not None:
        return
    named = [os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP")]
    for folder in (*named, "/tmp", "/var/tmp", "/usr/tmp"):
        if folder and os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK):
            tempfile.tempdir = os.path.abspath(folder)
            return


def refuse_existing(path: Any, mode: Any, folder: int) -> None:
    """Raises the error that the system gives for a folder that is there already, before the making
    of it counts as an attempt.
    """
    if folder == -1 and os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)
