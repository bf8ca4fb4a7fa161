"""Refuses scripts that aren't regular files: opening a named pipe may wait for ever."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from alembic.script import ScriptDirectory

#: What Alembic reads of a script directory, beside its version scripts.
OTHER_FILES = ("env.py", "script.py.mako")


def install(directory_class: Any) -> None:
    """Has Alembic check its script directory when it opens it."""
    from_config = directory_class.from_config

    # Ends before env.py runs, so that no frame is between Alembic and env.py.
    def checked(cls: type[ScriptDirectory], config: Any) -> ScriptDirectory:
        directory: ScriptDirectory = from_config.__func__(cls, config)
        for name in OTHER_FILES:
            require_regular(os.path.join(directory.dir, name))
        return directory

    directory_class.from_config = classmethod(checked)


def require_regular(path: str) -> None:
    """Raises Alembic's own error for a path that leads to a pipe, a socket or a device."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        # Alembic says so itself.
        return
    for is_kind, kind in (
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
    ):
        if is_kind(mode):
            from alembic.util import CommandError

            raise CommandError("%s is %s, and scripts must be regular files" % (path, kind))
