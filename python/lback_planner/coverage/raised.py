"""Errors of statements that were made to run: where they come from."""

import ast
from typing import Any, NamedTuple, Optional

from .syntax import source_of
from .tracer import FORCED, Calls


class Failure(NamedTuple):
    """A statement that could not be run."""

    statement: ast.stmt
    function: Calls
    error: Exception

    def key(self) -> Any:
        """Returns what tells a statement, and the value that it chose, from others."""
        statement = self.statement
        return self.function.code, statement.lineno, getattr(statement, "of_lback", 0)

    def is_due_to_nothing(self) -> bool:
        """Returns whether it fails because something wasn't found: elsewhere it may have been."""
        return "NoneType" in str(self.error)


def line_of(error: Exception, path: str) -> Optional[int]:
    """Returns the line at which a statement that was made to run has raised."""
    place = error.__traceback__
    while place is not None:
        code = place.tb_frame.f_code
        if code.co_filename == path and code.co_name in ("<module>", FORCED):
            return place.tb_lineno
        place = place.tb_next
    return None


def is_call(statement: ast.stmt) -> bool:
    """Returns whether a statement does nothing but call a function by its name."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return len(calls) == 1 and isinstance(statement.value.func, ast.Name)


def raised_by_itself(error: Exception) -> bool:
    """Returns whether an error comes from a ``raise`` in the project's code."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    if place is None:
        return False
    statement = source_of(place.tb_frame.f_code.co_filename).places.statement(place.tb_lineno)
    return isinstance(statement, ast.Raise)
