"""Loads version scripts behind the sandbox: what a script tries meanwhile is a doubt of it.

Unlike in a run, what is forbidden doesn't end the script: it fails as if the system had refused it,
so that a script that can do without goes on.
"""

import ast
import contextlib
import os
from types import ModuleType
from typing import Any, Dict, Iterator, List, NoReturn, Optional, Tuple

from alembic.script import Script, ScriptDirectory

from ..compat import alembic_internals
from ..execution import sandbox
from ..execution.sandbox import Sandbox

#: What Alembic asks of a script to know its place in the history.
VALUES = ("revision", "down_revision", "branch_labels", "depends_on")

#: What scripts tried when they were loaded, each with its line, by path.
_tried: Dict[str, List[Tuple[str, Optional[int]]]] = {}


def tried(path: str) -> List[Tuple[str, Optional[int]]]:
    """Returns what a script tried when it was loaded, with the lines."""
    return _tried.get(path, [])


@contextlib.contextmanager
def loading(path: str) -> Iterator[Sandbox]:
    """Watches while a script is loaded."""
    watch = Sandbox(path, only_refuses=True)
    try:
        with sandbox.watching(watch):
            yield watch
    finally:
        if watch.attempts:
            _tried.setdefault(path, []).extend(watch.attempts)


def load_all(directory: ScriptDirectory) -> None:
    """Has Alembic load all scripts, if it hasn't.

    A script that fails because something was forbidden keeps its place in the history.
    """
    factory = alembic_internals.script_factory(Script)
    before = Script.__dict__[factory]
    make = getattr(Script, factory)

    def watched(cls: Any, directory: ScriptDirectory, *path: Any) -> Any:
        file = os.path.join(*map(str, path))
        with loading(file) as watch:
            try:
                return make(directory, *path)
            except Exception as error:
                found = stub(file, error) if watch.attempts else None
                if found is None:
                    raise
                return found

    setattr(Script, factory, classmethod(watched))
    try:
        alembic_internals.all_revisions(directory)
    finally:
        setattr(Script, factory, before)


def stub(path: str, error: Exception) -> Optional[Script]:
    """Returns a script that fails in both directions, `None` if the source has no place for it."""
    with open(path, "rb") as file:
        tree = ast.parse(file.read())
    values = dict(constants(tree))
    if not isinstance(values.get("revision"), str):
        return None

    def fail() -> NoReturn:
        raise error

    module: Any = ModuleType(os.path.basename(path))
    module.__doc__, module.__file__ = ast.get_docstring(tree), path
    for name, value in values.items():
        setattr(module, name, value)
    module.upgrade = module.downgrade = fail
    return Script(module, values["revision"], path)


def constants(tree: ast.Module) -> Iterator[Tuple[str, Any]]:
    """Yields the names that Alembic asks for, with their values."""
    for statement in tree.body:
        targets = getattr(statement, "targets", [getattr(statement, "target", None)])
        value = getattr(statement, "value", None)
        for target in targets:
            if isinstance(target, ast.Name) and target.id in VALUES and value is not None:
                with contextlib.suppress(ValueError):
                    yield target.id, ast.literal_eval(value)


def module_path(module: Any, script: Script) -> str:
    """Returns the path that the code of a script was compiled with."""
    code = getattr(getattr(module, "upgrade", None), "__code__", None)
    name = script.path.rsplit("/", 1)[-1]
    if code is not None and code.co_filename.endswith(name):
        return str(code.co_filename)
    return script.path
