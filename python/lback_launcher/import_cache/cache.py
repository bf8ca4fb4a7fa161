"""Switches the import cache on for the time of an import.

A quarter of Alembic's import is work whose result never changes: reading compiled files one by one,
compiling regular expressions, annotations, and small functions that are made of text. While an
import lasts, each part of the cache replaces some of that work by stored results, and notes what is
missing. The project's code, which runs later, finds everything as Python made it.

Whatever fails here, or is unusual, has Python do all of the work.
"""

from __future__ import annotations

import os
import sys

from ..compat.import_system import interpreter_options, is_loader_original
from ..diagnostics import ignored
from .cache_file import CacheFile
from .module_code import ModuleCode
from .module_places import ModulePlaces

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Protocol

    class Part(Protocol):
        """One kind of work that the cache replaces."""

        def install(self) -> None:
            """Replaces the work by stored results, from here on."""

        def remove(self) -> None:
            """Has Python do the work again."""

        def learn(self) -> None:
            """Adds what was missing to what is written at the end of the run."""


#: The environment variable that turns the cache off.
SWITCH = "LBACK_IMPORT_CACHE"


class ImportCache:
    """A context in which Alembic is imported."""

    def __init__(self, folder: str) -> None:
        #: Where the cache is stored; empty for no cache.
        self.folder = "" if os.environ.get(SWITCH) == "0" else folder
        #: Open while the context is entered.
        self.file: CacheFile | None = None
        #: What is to be written at the end of the run.
        self.unwritten: CacheFile | None = None
        self.parts: list[Part] = []
        #: How many modules came from the cache.
        self.modules = 0

    def __enter__(self) -> ImportCache:
        try:
            if self.folder and is_usual():
                self.open()
        except Exception as error:
            ignored(error, "a cache that can't be used is removed, and the next run learns again")
            self.remove_parts()
            if self.file is not None:
                self.file.discard()
                self.file = None
        return self

    def open(self) -> None:
        """Opens the cache and installs its parts, except in the first run of an environment."""
        file = CacheFile(self.folder)
        if not file.open():
            return
        file.load()
        self.file = file
        self.install(ModulePlaces(file))
        self.install(ModuleCode(file))
        # These import modules themselves.
        from .compiled_patterns import CompiledPatterns
        from .compiled_texts import CompiledTexts

        self.install(CompiledPatterns(file))
        self.install(CompiledTexts(file))

    def install(self, part: Part) -> None:
        """Has a part replace work of Python's."""
        part.install()
        self.parts.append(part)

    def __exit__(self, *_: object) -> None:
        parts = self.remove_parts()
        if self.file is None:
            return
        file, self.file = self.file, None
        try:
            for part in parts:
                part.learn()
            self.modules += len(file.used)
            if file.gather():
                self.unwritten = file
        except Exception as error:
            ignored(error, "what could not be learned is learned by another run")
        file.close()

    def at_end(self) -> None:
        """Writes what was learned, when Alembic is done. A forked process writes nothing."""
        file, self.unwritten = self.unwritten, None
        if file is not None and file.process == os.getpid():
            file.write()

    def remove_parts(self) -> list[Part]:
        """Has Python do all work again. Returns the parts."""
        parts, self.parts = self.parts, []
        for part in parts:
            part.remove()
        return parts


def is_usual() -> bool:
    """Returns whether Python imports modules as it does by itself, and no tool observes how."""
    return (
        sys.implementation.name == "cpython"
        and not sys.flags.verbose
        and "importtime" not in interpreter_options()
        and "PYTHONPROFILEIMPORTTIME" not in os.environ
        and sys.gettrace() is None
        and sys.getprofile() is None
        and not is_monitored()
        and is_loader_original()
    )


def is_monitored() -> bool:
    """Returns whether a tool uses `sys.monitoring`, which Python has from 3.12."""
    tools = getattr(sys, "monitoring", None)
    if tools is None:
        return False
    tool: Callable[[int], str | None] = tools.get_tool
    return any(tool(number) for number in range(6))
