"""Variables that give options to a single command of Flask-Migrate.

click reads `FLASK_DB_UPGRADE_X_ARG` for `flask db upgrade` alone. lback makes plans and reads heads
by `flask db current`, which would then look at another database or at other scripts.
"""

from __future__ import annotations

import os
import re

#: The options that choose the database and the scripts, of the commands that change a database.
OF_ONE_COMMAND = re.compile(r"FLASK_(\w+)_(?:UPGRADE|DOWNGRADE|STAMP)_(DIRECTORY|X_ARG)")


class OptionOfOneCommand(Exception):
    """A variable gives an option to a single command."""


def refuse() -> None:
    """Raises an error if there is such a variable."""
    for name in sorted(os.environ):
        found = OF_ONE_COMMAND.fullmatch(name)
        if found is not None and os.environ[name]:
            raise OptionOfOneCommand(
                "the variable `%s` is for one command alone; set `FLASK_%s_%s`"
                % (name, *found.groups())
            )
