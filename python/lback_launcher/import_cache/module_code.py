"""The code of modules, out of one file instead of hundreds.

Python finds each module, makes it and runs it, as ever. Only where its loader would read and check the compiled file, the code is taken from what is
remembered. A module is known again by the size, the times and the inode of both its source and its compiled file. Where Python would write a compiled
file, it shall: such a module is left to it.
"""

import marshal
import os
import stat
import sys
from _frozen_importlib_external import MAGIC_NUMBER, SourceFileLoader, cache_from_source

from ..file_stamp import is_settled
from .warnings_as_errors import strictly

CodeType = type((lambda: None).__code__)


class Modules:
    def __init__(self, memory):
        self.memory = memory
        self.writable = {}

    def install(self):
        original = SourceFileLoader.get_code

        # Not on the stack any more when the code runs.
        def get_code(loader, fullname):
            try:
                code = self.known(loader, fullname)
            except Exception:
                code = None
            return self.ask(original, loader, fullname) if code is None else code

        SourceFileLoader.get_code = self.own = get_code

    def remove(self):
        # It is inherited. Whoever has put something else there meanwhile keeps that.
        if SourceFileLoader.__dict__.get("get_code") is self.own:
            del SourceFileLoader.get_code

    def learn(self):
        """It was on the way."""

    def known(self, loader, fullname):
        path = loader.path
        entry = self.memory.modules.get(path)
        if entry is None or type(loader) is not SourceFileLoader or fullname != loader.name:
            return None
        (source, compiled, bytecode), place = entry
        if identity(path) != source or identity(compiled) != bytecode or not (bytecode or self.writes_none(compiled)):
            return None
        code = self.memory.code(*place)
        if type(code) is not CodeType:
            return None
        self.memory.used.add(path)
        return code

    def ask(self, original, loader, fullname):
        """Has Python's own loader get the code, and remembers it if that would be the same in the next run."""
        before = self.state(loader)
        if before is None:
            return original(loader, fullname)
        try:
            code = strictly(original, loader, fullname)
        except Exception:
            # It warns, or fails: as often as it is compiled.
            return original(loader, fullname)
        if self.state(loader) == before and type(code) is CodeType:
            self.memory.learnt[loader.path] = before, marshal.dumps(code)
        return code

    def state(self, loader):
        """By what a module is known again; `None` where it is left to Python."""
        if type(loader) is not SourceFileLoader:
            return None
        try:
            source, compiled = identity(loader.path), cache_from_source(loader.path)
            bytecode = identity(compiled)
            if source is None or not is_settled(source[1:3]):
                return None
            if bytecode is None:
                return (source, compiled, None) if self.writes_none(compiled) and not os.path.lexists(compiled) else None
            return (source, compiled, bytecode) if is_settled(bytecode[1:3]) and is_of(compiled, source) else None
        except (OSError, NotImplementedError):
            return None

    def writes_none(self, compiled):
        """Whether Python writes no compiled file there."""
        if sys.dont_write_bytecode:
            return True
        folder = os.path.dirname(compiled)
        if folder not in self.writable:
            there = folder
            while not os.path.exists(there) and there != os.path.dirname(there):
                there = os.path.dirname(there)
            self.writable[folder] = os.access(there, os.W_OK)
        return not self.writable[folder]


def identity(path):
    """What changes with a file's content; `None` where there is no file. A link is as good as the file that it leads to."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def is_of(compiled, source):
    """Whether Python takes this compiled file for the source, by its time and size, as it mostly does."""
    with open(compiled, "rb") as file:
        head = file.read(16)
    expected = MAGIC_NUMBER + bytes(4) + number(source[1] // 10**9) + number(source[0])
    return head == expected


def number(value):
    return (value & 0xFFFFFFFF).to_bytes(4, "little")


def is_pythons_own():
    """Whether nobody has put anything in the place of what loads modules."""
    loader = SourceFileLoader
    names = ("get_code", "get_data", "get_filename", "path_stats", "source_to_code", "_cache_bytecode", "exec_module", "create_module")
    if "get_code" in loader.__dict__:
        return False
    own = loader.exec_module.__code__.co_filename
    return own.startswith("<frozen ") and all(getattr(loader, name).__code__.co_filename == own for name in names)
