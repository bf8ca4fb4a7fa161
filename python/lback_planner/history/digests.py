"""The digests of files, of texts and of variables of the environment."""

import hashlib
import os
import stat
from typing import Optional

from ..diagnostics import ignored
from ..file_aspects import aspect_of, is_aspect

#: The digest of what is neither a file nor a folder.
SOMETHING_ELSE = "something else"


def digest_of(path: str) -> Optional[str]:
    """Returns the digest of a file's content, or of a folder's names; ``None`` for what is missing.

    The launcher has the same function: ``lback_launcher.loaded_code.file_digest``.
    """
    if is_aspect(path):
        return aspect_of(path)
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            names = sorted(map(os.fsencode, os.listdir(path)))
            return hashlib.sha256(b"\0".join(names)).hexdigest()
        if not stat.S_ISREG(mode):
            # Reading a pipe or a device could take for ever.
            return SOMETHING_ELSE
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except OSError as error:
        ignored(error, "that a file isn't there is known of it as well")
        return None


def text_digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def value_digest(name: str) -> Optional[str]:
    """Returns the digest of a variable of the environment, ``None`` for one that isn't set."""
    value = os.environ.get(name)
    return None if value is None else text_digest(value)
