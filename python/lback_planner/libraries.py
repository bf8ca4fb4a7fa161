"""Modules that can't reach a database unless they are handed a connection."""

import sys
from typing import Any, FrozenSet, Optional

STANDARD: Optional[FrozenSet[str]] = getattr(sys, "stdlib_module_names", None)
HARMLESS = ("sqlalchemy", "builtins", "json", "logging", "re", "lback_planner", "mako")
#: Of the standard library, what scripts use most, for Python 3.8 and 3.9, which don't list its
#: modules.
COMMON = (
    "os", "datetime", "uuid", "collections", "itertools", "functools", "typing", "enum", "hashlib",
    "time", "textwrap",
    "contextlib", "copy", "string", "random",
)  # fmt: skip


def is_library(name: Any) -> bool:
    """Returns whether a module belongs to SQLAlchemy, to the standard library or to the planner."""
    top = (name or "").split(".")[0]
    if top in HARMLESS:
        return True
    if STANDARD is not None:
        return top in STANDARD
    return top in sys.builtin_module_names or top in COMMON
