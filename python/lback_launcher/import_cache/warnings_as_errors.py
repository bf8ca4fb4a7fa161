"""Calls in which a warning is an error."""

from __future__ import annotations

import warnings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable


def with_warnings_as_errors(function: Callable[..., Any], *arguments: Any) -> Any:
    """Calls a function so that a warning is raised, and is not registered as shown."""
    # The list itself is changed: `warnings.catch_warnings` would make Python forget which warnings
    # were shown.
    filters: Any = warnings.filters
    before = filters[:]
    filters[:] = [("error", None, Warning, None, 0)]
    try:
        return function(*arguments)
    finally:
        filters[:] = before
