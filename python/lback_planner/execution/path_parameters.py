"""Parameters of statements that set the search path."""

from typing import Any

from ..diagnostics import ignored
from .driver_texts import literal


def with_path(text: str, parameters: Any) -> str:
    """Returns a statement that sets the search path with its parameters put in."""
    if "search_path" not in text.lower() or not parameters:
        return text
    try:
        one = parameters[0] if isinstance(parameters, list) else parameters
        if isinstance(one, dict):
            return str(text % {key: literal(str(value)) for key, value in one.items()})
        return str(text % tuple(literal(str(value)) for value in one))
    except Exception as error:
        ignored(error, "other drivers mark parameters in other ways: the path isn't known then")
        return text
