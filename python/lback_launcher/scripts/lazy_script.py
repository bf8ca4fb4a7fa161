"""A version script that has not run yet, because only stored values of it were asked for."""

from __future__ import annotations

import importlib.util
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any

#: What Alembic asks of a script to know its place in the history.
VALUES = ("revision", "down_revision", "branch_labels", "depends_on")

get = object.__getattribute__
#: The key of the `StoredScript` in a module's own namespace. It is gone as soon as the script has
#: run.
STORED = "__lback_stored__"


class ScriptChanged(ImportError):
    """A script has changed since the run began."""


class StoredScript(NamedTuple):
    """The stored facts about a script."""

    #: The value of each of `VALUES` that the script defines, and of `__doc__`.
    values: dict[str, Any]
    #: All names that the script defines.
    names: frozenset[str]
    #: What it imports, in order: each module with the names that are taken from it, none for
    #: `import module`.
    imports: list[tuple[str, tuple[str, ...]]]


class LazyScript(ModuleType):
    """Runs the script as soon as more is asked for than what is stored of it.

    Then it is an ordinary module.
    """

    def __getattribute__(self, name: str) -> Any:
        own = get(self, "__dict__")
        stored = own.get(STORED)
        if stored is None:
            return get(self, name)
        if name in stored.values:
            return stored.values[name]
        if name in ("__class__", "__name__", "__file__"):
            return get(self, name)
        if name.startswith("__") or name in stored.names:
            run(self)
            return getattr(self, name)
        raise AttributeError("module %r has no attribute %r" % (own["__name__"], name))

    def __setattr__(self, name: str, value: Any) -> None:
        run(self)
        setattr(self, name, value)

    def __delattr__(self, name: str) -> None:
        run(self)
        delattr(self, name)

    def __dir__(self) -> list[str]:
        run(self)
        return dir(self)


def lazy_script(name: str, path: str, stored: StoredScript) -> LazyScript:
    """Returns a module as Alembic makes it of a script, before the script has run."""
    module = LazyScript(name)
    own = get(module, "__dict__")
    own["__file__"] = path
    own[STORED] = stored
    return module


def run(module: LazyScript) -> None:
    """Runs a script, unless it has run."""
    own = get(module, "__dict__")
    stored = own.pop(STORED, None)
    if stored is None:
        return
    # An ordinary module from here on, also for the script that runs in it.
    ModuleType.__setattr__(module, "__class__", ModuleType)
    spec = importlib.util.spec_from_file_location(own["__name__"], own["__file__"])
    assert spec is not None and spec.loader is not None
    own.update(importlib.util.module_from_spec(spec).__dict__)
    spec.loader.exec_module(module)
    for name, value in stored.values.items():
        if own.get(name) != value:
            raise ScriptChanged(
                "`%s` was changed while a run used it" % own["__file__"], path=own["__file__"]
            )
