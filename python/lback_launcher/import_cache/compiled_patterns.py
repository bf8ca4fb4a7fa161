"""Regular expressions: stored patterns fill the cache of `re` before an import needs them.

What a pattern is compiled to depends on its text and its flags alone. A pattern that warns is not
stored, since it must warn again. Nor are patterns of the project: one may contain a secret, which
must not get into a file.
"""

from __future__ import annotations

import re

from ..compat import patterns
from ..diagnostics import ignored
from .warnings_as_errors import with_warnings_as_errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..compat.patterns import CompileArguments
    from .cache_file import CacheFile

#: The most patterns that are stored, far fewer than `re` keeps. Beyond it, those that are no longer
#: used are dropped.
MOST = 250

#: Characters of a pattern.
LONGEST = 4096

#: Flags that print, or depend on the process.
UNSTORED_FLAGS = re.DEBUG | re.LOCALE


class CompiledPatterns:
    """The part of the import cache that spares the compilation of regular expressions."""

    def __init__(self, file: CacheFile) -> None:
        self.file = file

    def install(self) -> None:
        cache = patterns.cache()
        for (is_bytes, text, flags), arguments in self.file.patterns.items():
            key = bytes if is_bytes else str, text, flags
            if key not in cache:
                cache[key] = patterns.make(text, arguments)

    def remove(self) -> None:
        """Leaves the patterns in the cache of `re`, where those stay that `re` compiles itself."""

    def learn(self) -> None:
        known, new = self.file.patterns, {}
        for (kind, text, flags), made in list(patterns.cache().items()):
            key = kind is bytes, text, int(flags)
            if (
                key not in known
                and kind in (str, bytes)
                and len(text) <= LONGEST
                and not made.flags & UNSTORED_FLAGS
            ):
                arguments = storable(text, int(flags), made)
                if arguments is not None:
                    new[key] = arguments
        if new:
            both = {**known, **new}
            self.file.patterns = both if len(both) <= MOST else dict(list(new.items())[:MOST])
            self.file.changed = True


def storable(text: str | bytes, flags: int, made: re.Pattern[Any]) -> CompileArguments | None:
    """Returns what makes a pattern, `None` if that is not all that its compilation does."""
    try:
        arguments: CompileArguments = with_warnings_as_errors(
            patterns.compile_arguments, text, flags
        )
        again = patterns.make(text, arguments)
        if again == made and again.groupindex == made.groupindex:
            return arguments
    except Exception as error:
        ignored(error, "a pattern that warns is compiled, and warns, in each run")
    return None
