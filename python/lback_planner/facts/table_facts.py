"""The type that the questions to all servers return."""

from typing import Any, Dict, NamedTuple, Optional

from ..model import Name


class TableFacts(NamedTuple):
    """The catalogue's answer about a table before the run. `None`: it doesn't say."""

    exists: bool
    #: An estimate.
    rows: Optional[int] = None
    table_bytes: Optional[int] = None
    index_bytes: Optional[int] = None
    partitioned: Optional[bool] = None


#: Facts by the names that tables have before the run. One that is missing isn't known.
Facts = Dict[Name, TableFacts]


def known(value: Any) -> Optional[int]:
    """Returns a number of a catalogue, `None` for none and for a negative one."""
    return None if value is None or int(value) < 0 else int(value)
