"""The options of Alembic's context, as a script gets them."""

from typing import Any, Callable, Dict

from ..compat import cpython_internals
from .forbidden_events import is_of_others

#: Objects of the project of which no text says all.
OBJECTS = frozenset(("target_metadata",))


class WatchedOptions(Dict[str, Any]):
    """Options that note when a script, and not Alembic, takes the models out of them."""

    def __init__(self, options: Dict[str, Any], depends: Callable[[], None]) -> None:
        super().__init__(options)
        self._depends = depends

    def _look(self, name: str) -> None:
        caller = cpython_internals.caller(2)
        if name in OBJECTS and not is_of_others(caller.f_code.co_filename):
            self._depends()

    def __getitem__(self, name: str) -> Any:
        self._look(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self._look(name)
        return super().get(name, default)
