"""The tables of a database and their sizes, for `lback facts`."""

from __future__ import annotations

import sys

from . import FOLDER
from .diagnostics import summary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from alembic.runtime.migration import MigrationContext


def facts(context: MigrationContext) -> dict[str, Any]:
    """Returns the facts about the database and its project, or why there are none. Never raises."""
    found: dict[str, Any] = {"server": None, "version": None, "bases": [], "tables": []}
    try:
        sys.path.insert(0, FOLDER)
        try:
            from lback_planner.compat import alembic_internals
            from lback_planner.facts.catalogue import all_tables
            from lback_planner.planner import server_of
        finally:
            sys.path.remove(FOLDER)
        server = server_of(context)
        found["server"], found["version"] = server["server"], server["version"]
        environment = alembic_internals.environment_of(context)
        assert environment is not None
        found["bases"] = sorted(environment.script.get_bases())
        found["tables"] = all_tables(context)
    except Exception as error:
        return dict(found, why=summary(error))
    return dict(found, why=None)
