"""Work of lback's own in the middle of a script's run. Code of the project that it calls is no part
of what the script does.
"""

import contextlib
import sys
from typing import Iterator


@contextlib.contextmanager
def untraced() -> Iterator[None]:
    """Keeps the tracer from taking calls for those of the script."""
    trace = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(trace)
