"""The files that a script's behaviour depends on: its own, and the modules of the project that it
can reach.
"""

import re
import sys
from types import CodeType, FunctionType, ModuleType
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Set, Tuple

from ..coverage.tracer import Project
from ..diagnostics import ignored
from ..libraries import is_library
from ..loaded_files import LoadedFiles

#: More files than these are not followed.
MANY = 5000


class Dependency(NamedTuple):
    """A module that another one names."""

    name: str
    path: str
    #: Whether it is the project's, and so followed further.
    own: bool


class Dependencies:
    """Remembers what modules lead to."""

    def __init__(self, project: Project, loaded: Optional[LoadedFiles] = None) -> None:
        self.project = project
        self.loaded = loaded
        #: By the identity of a module, which is kept alive.
        self._direct: Dict[int, Tuple[ModuleType, List[Dependency]]] = {}

    def of(self, module: ModuleType) -> List[str]:
        """Returns the paths of the modules behind a script."""
        found: Dict[str, None] = {}
        queue = [module]
        seen = {id(module)}
        while queue and len(found) < MANY:
            for name, path, own in self._direct_of(queue.pop()):
                if path in found:
                    continue
                found[path] = None
                other = sys.modules.get(name)
                if own and other is not None and id(other) not in seen:
                    seen.add(id(other))
                    queue.append(other)
        return list(found)

    def _direct_of(self, module: ModuleType) -> List[Dependency]:
        key = id(module)
        if key not in self._direct:
            names = names_in(module) | self._imported_by(module)
            described = [self._described(name) for name in sorted(names)]
            self._direct[key] = module, [each for each in described if each is not None]
        return self._direct[key][1]

    def _imported_by(self, module: ModuleType) -> Set[str]:
        """Returns the modules that the code of a module imports: a value of a plain type doesn't
        show where it comes from.
        """
        namespace = namespace_of(module)
        path = namespace.get("__file__")
        code = None if self.loaded is None or not path else self.loaded.code(path)
        package = namespace.get("__package__") or ""
        return set() if code is None else set(imported(code, package))

    def _described(self, name: str) -> Optional[Dependency]:
        if is_library(name) or name.split(".")[0] == "alembic":
            return None
        module = sys.modules.get(name)
        path = namespace_of(module).get("__file__") if isinstance(module, ModuleType) else None
        if not isinstance(path, str):
            return None
        return Dependency(name, path, self.project.has(path))


def names_in(module: ModuleType) -> Set[str]:
    """Returns the names of modules that a module names, in its namespace or inside of its
    functions.
    """
    names: Set[Any] = set()
    namespace = namespace_of(module)
    for value in list(namespace.values()):
        if isinstance(value, ModuleType):
            names.add(namespace_of(value).get("__name__"))
            continue
        names.add(made_in(value))
        if isinstance(value, FunctionType):
            names.update(imported(value.__code__))
    own = namespace.get("__name__")
    return {name for name in names if isinstance(name, str) and name != own}


def namespace_of(module: ModuleType) -> Dict[str, Any]:
    """Returns a module's namespace without waking a module that is loaded when it is first asked
    for something.
    """
    found: Dict[str, Any] = object.__getattribute__(module, "__dict__")
    return found


def made_in(value: Any) -> Any:
    """Returns the name of the module that a function or a class, or the class of a value, comes
    from.
    """
    maker = value if isinstance(value, (type, FunctionType)) else type(value)
    try:
        return getattr(maker, "__module__", None)
    except Exception as error:
        ignored(error, "an object that hides its module leads to none")
        return None


def imported(code: CodeType, package: str = "") -> Iterator[str]:
    """Yields the modules that a code imports by their names, also relative to a package."""
    for name in code.co_names:
        if name in sys.modules:
            yield name
        inner_name = "%s.%s" % (package, name)
        if package and inner_name in sys.modules:
            yield inner_name
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from imported(inner, package)


#: What a script reads its surroundings with, without a call that is noticed.
UNSEEN = re.compile(r"\bsys\s*\.\s*modules\b|\bposix\s*\.\s*environ\b|\benvironb\b")


def looks_unseen(source: Optional[str]) -> bool:
    """Returns whether a script may depend on what no digest has: its result isn't kept."""
    return source is not None and UNSEEN.search(source) is not None
