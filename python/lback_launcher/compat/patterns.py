"""Private parts of CPython's `re`, from 3.8 to 3.14."""

from __future__ import annotations

import _sre  # type: ignore[import-not-found]
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Tuple

    #: Flags, code, number of groups, groups by name, names of groups: what C makes a pattern from,
    #: beside its text.
    CompileArguments = Tuple[int, "list[int]", int, "dict[str, int]", "tuple[str | None, ...]"]


def cache() -> dict[Any, re.Pattern[Any]]:
    """Returns the cache of `re`: patterns by type, text and flags. All versions."""
    patterns: dict[Any, re.Pattern[Any]] = re._cache  # type: ignore[attr-defined]
    return patterns


def make(pattern: str | bytes, arguments: CompileArguments) -> re.Pattern[Any]:
    """Makes a pattern of what `compile_arguments` has returned. All versions."""
    made: re.Pattern[Any] = _sre.compile(pattern, *arguments)
    return made


def compile_arguments(pattern: str | bytes, flags: int) -> CompileArguments:
    """Returns what `re` passes to C for a pattern, beside its text.

    The parser and the compiler are in `re` from 3.11, before that in modules of their own.
    """
    library: Any = re
    compiler = getattr(re, "_compiler", None) or library.sre_compile
    parser = getattr(re, "_parser", None) or library.sre_parse
    tree = parser.parse(pattern, flags)
    names = tree.state.groupdict
    groups: list[str | None] = [None] * tree.state.groups
    for name, number in names.items():
        groups[number] = name
    # Its numbers are of a type of their own.
    code = [int(number) for number in compiler._code(tree, flags)]
    return int(flags | tree.state.flags), code, tree.state.groups - 1, dict(names), tuple(groups)
