"""The statements of a revision in one direction, as a plan has them."""

from typing import Any, Dict, List

from ..execution.statement_log import united
from .findings import Direction


def statements_of(found: Direction) -> List[Dict[str, Any]]:
    """Returns the documents of all statements, in the order in which they are sent."""
    numbers = {effect.key(): place for place, effect in reversed(list(enumerate(found.effects)))}
    return [statement.as_json(numbers) for statement in united(found.runs, found.effects)]
