"""The files that belong to Python, to lback or to a package, and not to the project."""

from __future__ import annotations

import os
import sysconfig

from . import FOLDER

#: Parts of paths below which no file is the project's.
PACKAGES = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep)
LIBRARIES = tuple(
    {os.path.realpath(sysconfig.get_path(name)) + os.sep for name in ("stdlib", "platstdlib")}
    | {sysconfig.get_path("stdlib") + os.sep, FOLDER + os.sep}
)


def is_of_library(path: str) -> bool:
    """Returns whether a file belongs to Python, to lback or to an installed package."""
    return path.startswith(LIBRARIES) or any(place in path for place in PACKAGES)
