"""The code of modules, read from one file instead of hundreds.

Python finds each module, makes it and runs it as always. Only where its loader would read and check
the compiled file, the code comes from the cache. A module is unchanged if the stamps of its source
and of its compiled file are. Where Python would write a compiled file, it must: such a module is
left to Python.
"""

from __future__ import annotations

import marshal
import os
import sys

from ..compat.import_system import MAGIC_NUMBER, SourceFileLoader, cache_from_source
from ..diagnostics import ignored
from ..file_stamp import file_stamp, is_settled
from .warnings_as_errors import with_warnings_as_errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from ..file_stamp import FileStamp
    from .cache_file import CacheFile, ModuleState

CodeType = type((lambda: None).__code__)


class ModuleCode:
    """The part of the import cache that spares reading compiled files."""

    def __init__(self, file: CacheFile) -> None:
        self.file = file
        #: Whether Python can write compiled files into a folder.
        self.writable: dict[str, bool] = {}

    def install(self) -> None:
        original = SourceFileLoader.get_code

        # No longer on the stack when the code runs.
        def get_code(loader: SourceFileLoader, fullname: str) -> Any:
            try:
                code = self.known(loader, fullname)
            except Exception as error:
                ignored(
                    error, "a module whose code can't be read from the cache is loaded by Python"
                )
                code = None
            return self.ask(original, loader, fullname) if code is None else code

        self.own = get_code
        SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]

    def remove(self) -> None:
        # The original is inherited. Other code that has replaced it meanwhile keeps its place.
        if SourceFileLoader.__dict__.get("get_code") is self.own:
            del SourceFileLoader.get_code

    def learn(self) -> None:
        """Does nothing: `ask` has learned meanwhile."""

    def known(self, loader: SourceFileLoader, fullname: str) -> Any:
        """Returns the code of a module that is unchanged, `None` for any other."""
        path = loader.path
        entry = self.file.modules.get(path)
        if entry is None or type(loader) is not SourceFileLoader or fullname != loader.name:
            return None
        (source, compiled, bytecode), extent = entry
        if file_stamp(path) != source or file_stamp(compiled) != bytecode:
            return None
        if not bytecode and not self.writes_none(compiled):
            return None
        code = self.file.module_code(extent)
        if type(code) is not CodeType:
            return None
        self.file.used.add(path)
        return code

    def ask(self, original: Callable[..., Any], loader: SourceFileLoader, fullname: str) -> Any:
        """Has Python's loader get the code, and notes it if the next run would get the same."""
        before = self.state(loader)
        if before is None:
            return original(loader, fullname)
        try:
            code = with_warnings_as_errors(original, loader, fullname)
        except Exception as error:
            ignored(
                error,
                "a module that warns or fails does so each time it is compiled",
            )
            return original(loader, fullname)
        if self.state(loader) == before and type(code) is CodeType:
            self.file.new_modules[loader.path] = before, marshal.dumps(code)
        return code

    def state(self, loader: SourceFileLoader) -> ModuleState | None:
        """Returns the state of a module, `None` for a module that is left to Python."""
        if type(loader) is not SourceFileLoader:
            return None
        try:
            source, compiled = file_stamp(loader.path), cache_from_source(loader.path)
            bytecode = file_stamp(compiled)
            if source is None or not is_settled(source[1:3]):
                return None
            if bytecode is None:
                is_absent = self.writes_none(compiled) and not os.path.lexists(compiled)
                return (source, compiled, None) if is_absent else None
            is_current = is_settled(bytecode[1:3]) and belongs_to(compiled, source)
            return (source, compiled, bytecode) if is_current else None
        except (OSError, NotImplementedError):
            return None

    def writes_none(self, compiled: str) -> bool:
        """Returns whether Python can't write this compiled file, or must not."""
        if sys.dont_write_bytecode:
            return True
        folder = os.path.dirname(compiled)
        if folder not in self.writable:
            there = folder
            while not os.path.exists(there) and there != os.path.dirname(there):
                there = os.path.dirname(there)
            self.writable[folder] = os.access(there, os.W_OK)
        return not self.writable[folder]


def belongs_to(compiled: str, source: FileStamp) -> bool:
    """Returns whether Python takes this compiled file for the source, by its time and size."""
    with open(compiled, "rb") as file:
        head = file.read(16)
    return head == MAGIC_NUMBER + bytes(4) + number(source[1] // 10**9) + number(source[0])


def number(value: int) -> bytes:
    """Returns a number as compiled files have it."""
    return (value & 0xFFFFFFFF).to_bytes(4, "little")
