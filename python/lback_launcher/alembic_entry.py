"""The entry point of Alembic or of Flask, run as Python runs it without lback.

Flask loads the project's application first, and Flask-Migrate's `flask db` then calls Alembic.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Callable

    #: A function, and its arguments.
    Start = tuple[Callable[..., Any], tuple[Any, ...]]

#: The oldest Python that the launcher runs on.
OLDEST_PYTHON = (3, 8)

#: The program of Flask.
FLASK = "flask"

#: What a program imports before the project's code, beside Alembic.
MODULES = {FLASK: ("flask.cli", "flask_migrate.cli")}

#: What Alembic and Flask import beside the standard library. A project's module of the same name is
#: the project's code.
IMPORTED_EARLY = {
    "alembic",
    "sqlalchemy",
    "mako",
    "markupsafe",
    "greenlet",
    "tomli",
    "typing_extensions",
    "importlib_metadata",
    FLASK,
    "flask_migrate",
    "blinker",
    "click",
    "itsdangerous",
    "jinja2",
    "werkzeug",
}


class CannotLaunch(Exception):
    """Alembic can't be run from here as it would run without lback."""


def find_entry(arguments: list[str], launcher: ModuleType, blank: dict[str, Any]) -> Entry:
    """Returns the entry point that the command line names."""
    if sys.version_info < OLDEST_PYTHON:
        raise CannotLaunch("Python %d.%d is older than 3.8" % sys.version_info[:2])
    if arguments[:1] == ["-m"]:
        return ModuleEntry(arguments[1], arguments[2:], launcher, blank)
    path = arguments[0]
    if os.sep not in path:
        name, path = path, find_in_path(path)
        require_own_interpreter(path, name)
    return ScriptEntry(path, arguments[1:], launcher, blank)


class Entry:
    """An entry point, with its arguments."""

    #: The name of the script, or of the module.
    name: str
    #: Words in `sys.orig_argv` that start the launcher, and those that would start the entry point.
    launcher_words: int
    words: list[str]
    #: The `__main__` of the launcher, which must not be destroyed while its code runs.
    launcher: ModuleType

    def __init__(self, arguments: list[str], launcher: ModuleType, blank: dict[str, Any]) -> None:
        self.arguments = arguments
        self.blank = blank
        Entry.launcher = launcher

    def folder(self) -> str:
        """Returns the folder that Python puts first into `sys.path`."""
        raise NotImplementedError

    def is_shadowed(self) -> bool:
        """Returns whether modules in that folder may hide those that the entry imports."""
        raise NotImplementedError

    def import_program(self) -> None:
        """Imports what the program imports before the project's code, beside Alembic."""
        for name in MODULES.get(self.name, ()):
            __import__(name)

    def start(self) -> Start:
        """Prepares `__main__`, and returns what runs the entry point."""
        raise NotImplementedError

    def enter(self) -> None:
        """Prepares the process as Python does when it starts the entry itself."""
        original = getattr(sys, "orig_argv", None)
        if original is not None:
            place = len(original) - len(sys.argv)
            original[place : place + self.launcher_words] = self.words
        if not (getattr(sys.flags, "safe_path", False) or sys.flags.isolated):
            sys.path.insert(0, self.folder())

    def new_main(self) -> dict[str, Any]:
        """Replaces `__main__` by a new module, and returns its namespace."""
        module = type(sys)("__main__")
        module.__dict__.clear()
        module.__dict__.update(self.blank)
        sys.modules["__main__"] = module
        return module.__dict__


class ScriptEntry(Entry):
    """A console script: `python /venv/bin/alembic`."""

    launcher_words = 2

    def __init__(
        self, path: str, arguments: list[str], launcher: ModuleType, blank: dict[str, Any]
    ) -> None:
        super().__init__(arguments, launcher, blank)
        self.path = path
        self.name = os.path.basename(path)
        self.words = [path]

    def folder(self) -> str:
        return os.path.dirname(os.path.realpath(self.path))

    def is_shadowed(self) -> bool:
        # It is a folder of programs.
        return False

    def start(self) -> Start:
        sys.argv[:] = [self.path, *self.arguments]
        with open(self.path, "rb") as file:
            code = compile(file.read(), self.path, "exec", dont_inherit=True)
        main = self.new_main()
        main["__file__"] = self.path
        main["__loader__"] = type(main["__loader__"])("__main__", self.path)
        return exec, (code, main)


class ModuleEntry(Entry):
    """A module: `python -m alembic`."""

    launcher_words = 1

    def __init__(
        self, name: str, arguments: list[str], launcher: ModuleType, blank: dict[str, Any]
    ) -> None:
        super().__init__(arguments, launcher, blank)
        self.name = name
        self.words = []

    def folder(self) -> str:
        return os.getcwd()

    def is_shadowed(self) -> bool:
        # Modules of the project are its code, which must not run before lback allows it.
        if self.folder() != sys.path[0]:
            return False
        names = IMPORTED_EARLY.union(
            getattr(sys, "stdlib_module_names", ()) or sys.builtin_module_names
        )
        for entry in os.listdir(self.folder()):
            name, dot, rest = entry.partition(".")
            is_module = dot and rest != "pyc" and (rest == "py" or rest.endswith("so"))
            is_package = not dot and os.path.exists(os.path.join(entry, "__init__.py"))
            if name in names and (is_module or is_package):
                return True
        return False

    def start(self) -> Start:
        from .compat.cpython import run_module_as_main

        run = run_module_as_main()
        sys.argv[:] = ["-m", *self.arguments]
        self.new_main()
        return run, (self.name,)


def find_in_path(name: str) -> str:
    """Returns the path of a program."""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder, name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    raise CannotLaunch("`%s` was not found in `PATH`" % name)


def require_own_interpreter(path: str, name: str) -> None:
    """Raises an error if a script in PATH belongs to another environment than this interpreter."""
    own = os.path.dirname(sys.executable)
    with open(path, "rb") as file:
        head = file.read(1024)
    beside = os.path.realpath(os.path.dirname(path)) == os.path.realpath(own)
    if os.fsencode(name) not in head or not (beside or os.fsencode(own) + b"/" in head):
        raise CannotLaunch("`%s` does not belong to the interpreter `%s`" % (path, sys.executable))
