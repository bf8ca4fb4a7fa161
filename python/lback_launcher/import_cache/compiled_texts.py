"""Texts that are compiled in the course of an import: annotations that are strings, and functions that SQLAlchemy makes."""

import __future__
import builtins
import sys
from types import CodeType

from .warnings_as_errors import strictly

#: Far more than an import compiles. Beyond it, what is no longer used makes room.
MOST = 2000

#: What a text inherits from the code that has it compiled.
INHERITED = 0
for name in __future__.all_feature_names:
    INHERITED |= getattr(__future__, name).compiler_flag


class Codes:
    def __init__(self, memory):
        self.memory = memory
        self.new = {}

    def install(self):
        self.original = original = builtins.compile
        known, new = self.memory.codes, self.new
        frame = sys._getframe

        def compile(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, **more):
            if not dont_inherit:
                flags = flags | frame(1).f_code.co_flags & INHERITED
            if type(source) is not str or type(filename) is not str or more:
                return original(source, filename, mode, flags, True, optimize, **more)
            key = source, filename, mode, flags, optimize
            code = known.get(key)
            if code is None:
                code = new.get(key)
            if code is None:
                try:
                    code = strictly(original, source, filename, mode, flags, True, optimize)
                except Exception:
                    # It warns, or fails.
                    return original(source, filename, mode, flags, True, optimize)
                if type(code) is CodeType:
                    new[key] = code
            return code

        builtins.compile = self.own = compile

    def remove(self):
        if builtins.compile is self.own:
            builtins.compile = self.original

    def learn(self):
        if self.new:
            known = self.memory.codes
            self.memory.codes = {**known, **self.new} if len(known) + len(self.new) <= MOST else self.new
            self.memory.changed = True
