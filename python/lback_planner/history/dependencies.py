"""The files that a script's behaviour depends on: its own, and the modules of the project that it can reach."""

import sys
import types

from ..libraries import is_library

#: More files than these are not followed.
MANY = 5000


class Dependencies:
    """Remembers what modules lead to."""

    def __init__(self, project):
        self.project = project
        self.direct = {}

    def of(self, module):
        """Paths of the modules behind a script."""
        found = {}
        queue = [module]
        seen = {id(module)}
        while queue and len(found) < MANY:
            current = queue.pop()
            for name, path, own in self.direct_of(current):
                if path not in found:
                    found[path] = None
                    other = sys.modules.get(name)
                    if own and other is not None and id(other) not in seen:
                        seen.add(id(other))
                        queue.append(other)
        return list(found)

    def direct_of(self, module):
        key = id(module)
        if key not in self.direct:
            self.direct[key] = [self.described(name) for name in self.names(module)]
            self.direct[key] = module, [each for each in self.direct[key] if each is not None]
        return self.direct[key][1]

    def names(self, module):
        """Names of modules that a module names, in its namespace or inside of its functions."""
        names = set()
        for value in list(own(module).values()):
            if isinstance(value, types.ModuleType):
                names.add(own(value).get("__name__"))
                continue
            names.add(made_in(value))
            if isinstance(value, types.FunctionType):
                names.update(imported(value.__code__))
        return {name for name in names if isinstance(name, str) and name != own(module).get("__name__")}

    def described(self, name):
        if is_library(name) or name.split(".")[0] == "alembic":
            return None
        module = sys.modules.get(name)
        path = own(module).get("__file__") if isinstance(module, types.ModuleType) else None
        if not isinstance(path, str):
            return None
        return name, path, self.project.has(path)


def own(module):
    """A module's namespace, without waking what is loaded when it is first asked for something."""
    return object.__getattribute__(module, "__dict__")


def made_in(value):
    try:
        return getattr(value if isinstance(value, (type, types.FunctionType)) else type(value), "__module__", None)
    except Exception:
        return None


def imported(code):
    for name in code.co_names:
        if name in sys.modules:
            yield name
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from imported(inner)
