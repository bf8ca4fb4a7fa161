"""The modules that a project looks for and doesn't have: with them, its code would do otherwise.

An optional module that is imported in a `try`, and the `__init__.py` that a package without one may
get.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from .file_aspects import EXISTENCE
from .libraries import is_of_library

if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Iterable, Sequence


class AbsentModules:
    """A finder that is asked last, finds nothing, and notes what was looked for."""

    def __init__(self) -> None:
        self.places: dict[str, None] = {}

    def install(self) -> None:
        sys.meta_path.append(self)

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> None:
        """Notes where the module would be."""
        end = name.rpartition(".")[2]
        for folder in own_folders(sys.path if path is None else path):
            for place in (end + ".py", end):
                self.places[os.path.join(folder, place)] = None

    def entries(self) -> Iterable[str]:
        """Yields an entry for each file that would change what is imported."""
        for name, module in list(sys.modules.items()):
            if name and attribute_of(module, "__file__") is None:
                # A package without a file of its own.
                for folder in own_folders(attribute_of(module, "__path__") or ()):
                    self.places[os.path.join(folder, "__init__.py")] = None
        return [EXISTENCE + place for place in self.places]


def attribute_of(module: object, name: str) -> Any:
    """Returns an attribute of a module itself. A lazy module isn't imported on its account."""
    try:
        return object.__getattribute__(module, "__dict__").get(name)
    except AttributeError:
        return None


def own_folders(path: Iterable[str]) -> Iterable[str]:
    """Yields the folders of a search path that may hold code of the project."""
    for folder in path:
        found = os.path.abspath(folder)
        if os.path.isdir(found) and not is_of_library(os.path.join(found, "")):
            yield found
