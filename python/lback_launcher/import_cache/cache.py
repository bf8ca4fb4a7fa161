"""What importing Alembic takes is remembered from run to run.

A quarter of the import is work whose result never changes: to read compiled files one by one, to compile regular expressions, annotations and small
functions that are made of text. Each part puts what is known in the place of that work, for as long as the import lasts, and learns what is not known
yet. The project's code, which runs later, finds everything as Python made it.

Whatever fails here, or is unusual, means that Python does all of it, as ever.
"""

import os
import sys

from .cache_file import Memory
from .module_code import Modules, is_pythons_own
from .module_places import Places


class Imports:
    """A context in which things are imported."""

    def __init__(self, folder):
        #: Where it is remembered; `None` where nothing is to be.
        self.folder = folder
        self.memory = None
        #: What is to be written at the end of the run.
        self.unwritten = None
        self.parts = []
        #: How many modules were not read from files of their own.
        self.modules = 0

    def __enter__(self):
        try:
            if self.folder and is_usual():
                memory = Memory(self.folder)
                if not memory.is_met():
                    return self
                memory.load()
                self.memory = memory
                self.enter(Places)
                self.enter(Modules)
                # These import things themselves.
                from .compiled_texts import Codes
                from .compiled_patterns import Patterns

                self.enter(Patterns)
                self.enter(Codes)
        except Exception:
            self.leave()
            if self.memory is not None:
                self.memory.forget()
                self.memory = None
        return self

    def enter(self, kind):
        part = kind(self.memory)
        part.install()
        self.parts.append(part)

    def __exit__(self, *_):
        parts = self.leave()
        if self.memory is None:
            return
        memory, self.memory = self.memory, None
        try:
            for part in parts:
                part.learn()
            self.modules += len(memory.used)
            if memory.gather():
                self.unwritten = memory
        except Exception:
            pass
        memory.close()

    def at_end(self):
        """Writes what was learnt, when nobody waits for Alembic any more."""
        memory, self.unwritten = self.unwritten, None
        if memory is not None and memory.process == os.getpid():
            memory.keep()

    def leave(self):
        """From here on all is as without this."""
        parts, self.parts = self.parts, []
        for part in parts:
            part.remove()
        return parts


def is_usual():
    """Whether Python imports as it does by itself, and nobody watches how."""
    tools = getattr(sys, "monitoring", None)
    return (
        sys.implementation.name == "cpython"
        and not sys.flags.verbose
        and "importtime" not in sys._xoptions
        and "PYTHONPROFILEIMPORTTIME" not in os.environ
        and sys.gettrace() is None
        and sys.getprofile() is None
        and not (tools and any(tools.get_tool(number) for number in range(6)))
        and is_pythons_own()
    )
