"""The writer of values of all kinds."""

from typing import Any

from .elements import write_element
from .types import write_type
from .values import SourceWriter


def new_writer(context: Any) -> SourceWriter:
    """Returns a writer for Alembic's `AutogenContext`."""
    return SourceWriter(context, write_type, write_element)
