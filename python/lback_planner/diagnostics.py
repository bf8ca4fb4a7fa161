"""Reports exceptions that are swallowed on purpose, when debugging is on.

A handler that swallows an exception passes it to `ignored` with its reason. That is silent unless
the environment has ``LBACK_DEBUG=1``; then each of them is printed to standard error with its
traceback.
"""

import os
import sys
import traceback

#: Whether swallowed exceptions are printed. Read once: scripts are watched for the variables that
#: they look up.
LOUD = os.environ.get("LBACK_DEBUG", "") not in ("", "0")


def ignored(error: BaseException, why: str) -> None:
    """Prints an exception that a handler swallows, with the reason why that does no harm, if
    ``LBACK_DEBUG=1``.
    """
    if not LOUD:
        return
    # `sys.stderr` belongs to the script while one runs.
    stream = sys.__stderr__
    if stream is None:
        return
    lines = traceback.format_exception(type(error), error, error.__traceback__)
    stream.write("lback: ignored (%s)\n%s" % (why, "".join(lines)))
    stream.flush()
