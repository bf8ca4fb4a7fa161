"""Texts that an import compiles: annotations that are strings, functions that are generated."""

from __future__ import annotations
import __future__

import builtins
from types import CodeType

from ..compat import cpython
from ..diagnostics import ignored
from .warnings_as_errors import with_warnings_as_errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .cache_file import CacheFile, TextKey

#: The most texts that are stored, far more than an import compiles. Beyond it, those that are no
#: longer used are dropped.
MOST = 2000

#: The flags that a text inherits from the code that has it compiled.
INHERITED = 0
for name in __future__.all_feature_names:
    INHERITED |= getattr(__future__, name).compiler_flag


class CompiledTexts:
    """The part of the import cache that spares the compilation of texts."""

    def __init__(self, file: CacheFile) -> None:
        self.file = file
        self.new: dict[TextKey, CodeType] = {}

    def install(self) -> None:
        self.original: Any = builtins.compile
        original, known, new = self.original, self.file.texts, self.new
        caller = cpython.caller

        def cached_compile(
            source: Any,
            filename: Any,
            mode: str,
            flags: int = 0,
            dont_inherit: bool = False,
            optimize: int = -1,
            **more: Any,
        ) -> Any:
            if not dont_inherit:
                flags = flags | caller(1).f_code.co_flags & INHERITED
            if type(source) is not str or type(filename) is not str or more:
                return original(source, filename, mode, flags, True, optimize, **more)
            key = source, filename, mode, flags, optimize
            code = known.get(key)
            if code is None:
                code = new.get(key)
            if code is None:
                try:
                    code = with_warnings_as_errors(
                        original, source, filename, mode, flags, True, optimize
                    )
                except Exception as error:
                    ignored(
                        error,
                        "a text that warns or fails is compiled again, and does so in each run",
                    )
                    return original(source, filename, mode, flags, True, optimize)
                if type(code) is CodeType:
                    new[key] = code
            return code

        self.own = cached_compile
        builtins.compile = cached_compile

    def remove(self) -> None:
        if builtins.compile is self.own:
            builtins.compile = self.original

    def learn(self) -> None:
        if self.new:
            known = self.file.texts
            self.file.texts = (
                {**known, **self.new} if len(known) + len(self.new) <= MOST else self.new
            )
            self.file.changed = True
