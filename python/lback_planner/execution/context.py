"""The recorder of the run that goes on, for the fakes that a script meets.

A fake is made for a recorder, but asks here first each time: what a script left in a variable in an
earlier run speaks to the recorder of the present run.
"""

import contextlib
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Iterator, Optional, Protocol, Sequence, Tuple

if TYPE_CHECKING:
    from ..model import Effect, Name
    from ..schema.state import Schema
    from .fake_numbers import FakeCount
    from .fake_rows import Query
    from .scenarios import Scenario


class Recording(Protocol):
    """The interface of a recorder that the fakes use."""

    schema: "Schema"
    scenario: "Scenario"
    default_schema: Optional[str]
    metadata: Any
    #: The dialect of the live connection.
    dialect: Any
    #: The run's own connection.
    connection: Any

    def statement(self, text: str, parameters: Any, compiled: Any) -> "Optional[Query]":
        """Records a statement that a driver was given, and returns what its rows look like."""

    def rows(self, query: "Query") -> Sequence[Tuple[Any, ...]]:
        """Returns the rows that a statement gives in this scenario."""

    def rowcount(self, text: str) -> "FakeCount":
        """Returns how many rows a statement changes in this scenario."""

    def operation(self, operation: Any, invoke: Any) -> Any:
        """Records an operation of Alembic's, and runs it on the fake database."""

    def flush(self, batch: Any, flush: Any) -> Any:
        """Records that a batch of operations is applied to its table."""

    def add(self, effect: "Effect", found_by: str, line: Optional[int]) -> None:
        """Records an effect, with what follows from it."""

    def changed(self, table: "Name", kind: str = "update") -> None:
        """Notes that a mapped object changed, or is to be deleted, which may end in a table."""

    def url(self) -> Any:
        """Returns the URL of the run's database."""

    def send(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Has the run's connection do what was asked of a value that stands for one."""

    def table_name(self, name: str, schema: Optional[str]) -> "Name":
        """Returns the name of a table as it is recorded."""


_recorder: "ContextVar[Optional[Recording]]" = ContextVar("lback_recorder", default=None)


def current() -> "Optional[Recording]":
    """Returns the recorder of the run that goes on, ``None`` outside of a run."""
    return _recorder.get()


def current_or(made_for: "Recording") -> "Recording":
    """Returns the recorder of the run that goes on, or the one for which a fake was made.

    Threads that a script starts have no context variables of the run.
    """
    return _recorder.get() or made_for


@contextlib.contextmanager
def recording(recorder: "Recording") -> Iterator[None]:
    """Makes a recorder that of the run that goes on."""
    token = _recorder.set(recorder)
    try:
        yield
    finally:
        _recorder.reset(token)
