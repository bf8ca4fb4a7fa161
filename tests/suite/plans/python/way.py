"""A way to reach something from a version script."""

from typing import NamedTuple


class Way(NamedTuple):
    """A way, with what comes before the function in its script."""

    body: str
    head: str = ""
