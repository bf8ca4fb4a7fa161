"""The isolation of the process in which scripts run."""

from typing import Callable, NamedTuple, Optional

from .files import write_file

#: Why there is no barrier where none was put up: in tests, and for a plan made by hand.
IN_PROCESS = "the planner runs in the process that is connected"


class Isolation(NamedTuple):
    """The facts that the analysis needs of its process."""

    #: Why there is no barrier, or not all of it, as a fragment of a sentence.
    lacking: Optional[str] = IN_PROCESS
    #: Writes a file of a cache.
    keep: Callable[[str, bytes], None] = write_file
