"""Writes files of the caches."""

import os

from ..diagnostics import ignored


def write_file(path: str, content: bytes) -> None:
    """Replaces a file of a cache. Never raises: what can't be kept is found out again."""
    new = "%s.%d" % (path, os.getpid())
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(new, path)
    except Exception as error:
        ignored(error, "what can't be kept is found out again")
        try:
            os.unlink(new)
        except OSError as gone:
            ignored(gone, "no file was begun")
