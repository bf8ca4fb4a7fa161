"""Exceptions that the launcher swallows on purpose, made visible for debugging.

A handler that swallows an exception passes it to `ignored` with the reason. With `LBACK_DEBUG=1`
each of them is printed to standard error with its traceback.
"""

from __future__ import annotations

import os
import sys

#: Whether swallowed exceptions are printed. Read once, before the project's code may watch the
#: environment.
LOUD = os.environ.get("LBACK_DEBUG", "") not in ("", "0")


def ignored(error: BaseException, why: str) -> None:
    """Prints a swallowed exception, and why that does no harm, if `LBACK_DEBUG=1`."""
    if not LOUD or sys.__stderr__ is None:
        return
    import traceback

    lines = traceback.format_exception(type(error), error, error.__traceback__)
    sys.__stderr__.write("lback: ignored (%s)\n%s" % (why, "".join(lines)))
    sys.__stderr__.flush()


def summary(error: BaseException) -> str:
    """Returns an exception's type and message, as reports to lback have them."""
    return "%s: %s" % (type(error).__name__, error)
