"""The state of a script's module, which is the same at the start of each run.

A script runs once in a real process. In an analysis it runs many times, so lists that it empties,
counters and caches are put back before each run.
"""

import collections
import copy
from types import FunctionType, ModuleType
from typing import Any, Callable, Dict, Iterable, Iterator, List, Tuple

from ..coverage.tracer import Project
from ..diagnostics import ignored

#: Collections that are looked through, of one script.
MOST = 20_000
LISTS = (list, collections.deque, bytearray)
DICTS = (dict, collections.OrderedDict, collections.defaultdict, collections.Counter)
#: What gives one value after another, and is copied by Python as it stands.
COLLECTIONS: Tuple[Iterable[Any], ...] = (
    [], (), {}, {}.items(), {}.values(), set(), "", range(1), b"",
)  # fmt: skip
ITERATORS = tuple(type(iter(each)) for each in COLLECTIONS)


class ModuleState:
    """The state of the modules of a script when it is made."""

    def __init__(self, module: ModuleType, project: Project) -> None:
        self._names: List[Tuple[Dict[str, Any], Dict[str, Any]]] = []
        self._content: Dict[int, Tuple[Any, Any]] = {}
        self._caches: List[Callable[[], Any]] = []
        for names in spaces(module, project):
            self._names.append((names, dict(names)))
            for value in list(names.values()):
                self._keep(value, module.__name__)

    def restore(self) -> None:
        """Puts everything back."""
        for names, before in self._names:
            changed = names.keys() ^ before.keys()
            changed |= {name for name in names if names[name] is not before.get(name)}
            for name in changed - {"__builtins__"}:
                put_back(names, before, name)
            for name, value in before.items():
                if isinstance(value, ITERATORS):
                    names[name] = copy.copy(value)
        for value, content in self._content.values():
            fill(value, content)
        for clear in self._caches:
            clear()

    def _keep(self, value: Any, module: str) -> None:
        """Keeps the content of a collection, and of the collections in it."""
        left = [value]
        while left and len(self._content) < MOST:
            value = left.pop()
            if id(value) in self._content:
                continue
            clear = getattr(value, "cache_clear", None) if callable(value) else None
            if clear is not None:
                self._caches.append(clear)
            content = content_of(value, module)
            if content is not None:
                self._content[id(value)] = value, content
                left += content.values() if isinstance(content, dict) else content


def spaces(module: ModuleType, project: Project) -> Iterator[Dict[str, Any]]:
    """Yields the names of a module, and those of the project's modules whose functions it uses."""
    found = [vars(module)]
    for value in list(vars(module).values()):
        if isinstance(value, FunctionType) and project.has(value.__code__.co_filename):
            if all(value.__globals__ is not names for names in found):
                found.append(value.__globals__)
    yield from found


def content_of(value: Any, module: str) -> Any:
    """Returns a copy of what a collection or an object of a script holds, `None` for others."""
    if type(value) in DICTS or type(value) in LISTS or type(value) is set:
        return copy.copy(value)
    if type(value) is tuple:
        return value
    if isinstance(value, type):
        return dict(vars(value)) if value.__module__ == module else None
    if type(value).__module__ == module and type(getattr(value, "__dict__", None)) is dict:
        return dict(value.__dict__)
    return None


def fill(value: Any, content: Any) -> None:
    """Gives a collection or an object the content that it had."""
    try:
        if type(value) in LISTS:
            if list(value) != list(content) or any(a is not b for a, b in zip(value, content)):
                value.clear()
                value.extend(content)
        elif type(value) in DICTS or type(value) is set:
            value.clear()
            value.update(content)
        elif isinstance(value, type):
            refill(value, content)
        elif type(value) is not tuple:
            value.__dict__.clear()
            value.__dict__.update(content)
    except Exception as error:
        ignored(error, "what can't be put back stays as it is")


def refill(kind: type, content: Dict[str, Any]) -> None:
    """Gives a class the attributes that it had."""
    for name, value in content.items():
        if vars(kind).get(name) is not value:
            setattr(kind, name, value)


def put_back(names: Dict[str, Any], before: Dict[str, Any], name: str) -> None:
    """Gives a name the value that it had, or takes it away."""
    if name in before:
        names[name] = before[name]
    else:
        del names[name]
