"""The end of a process whose later results could not be trusted."""

from typing import Any, Dict, List


class Spoilt(BaseException):
    """This process can't be trusted with further scripts. `entries` are the results so far."""

    def __init__(self, entries: Dict[str, List[Any]]) -> None:
        super().__init__("a script used what was open before")
        self.entries = entries
