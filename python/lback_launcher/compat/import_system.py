"""Private parts of CPython's import system, from 3.8 to 3.14.

The names come from `_frozen_importlib_external`, which is always loaded. `importlib` has public
names for most of them, but importing it takes a part of the time that the import cache saves.
"""

from __future__ import annotations

import _imp
import _sre  # type: ignore[import-not-found]
import os
import sys
from _frozen_importlib_external import (
    BYTECODE_SUFFIXES,
    MAGIC_NUMBER,
    SOURCE_SUFFIXES,
    FileFinder,
    PathFinder,
    SourceFileLoader,
    cache_from_source,
    spec_from_file_location,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "MAGIC_NUMBER",
    "MODULE_SUFFIXES",
    "PATTERN_MAGIC",
    "PathFinder",
    "SourceFileLoader",
    "are_finders_original",
    "cache_from_source",
    "interpreter_options",
    "is_loader_original",
    "short_hash",
    "spec_from_file_location",
]

#: What the file of a module may end with.
MODULE_SUFFIXES = _imp.extension_suffixes() + SOURCE_SUFFIXES + BYTECODE_SUFFIXES

#: The version of compiled regular expressions.
PATTERN_MAGIC: int = _sre.MAGIC


def interpreter_options() -> dict[str, Any]:
    """Returns the options that the interpreter was given by `-X`."""
    return sys._xoptions


def short_hash(key: int, text: bytes) -> str:
    """Returns a hash of a text, without an import of `hashlib`. It protects from nothing."""
    return _imp.source_hash(key, text).hex()


def is_loader_original() -> bool:
    """Returns whether nothing was put in the place of what loads modules."""
    loader: Any = SourceFileLoader
    names = (
        "get_code",
        "get_data",
        "get_filename",
        "path_stats",
        "source_to_code",
        "_cache_bytecode",
        "exec_module",
        "create_module",
    )
    if "get_code" in loader.__dict__:
        return False
    own = loader.exec_module.__code__.co_filename
    return own.startswith("<frozen ") and all(
        getattr(loader, name).__code__.co_filename == own for name in names
    )


def are_finders_original() -> bool:
    """Returns whether nothing was put in the place of what looks for modules."""
    finder: Any = PathFinder
    files: Any = FileFinder
    functions = [
        finder.find_spec,
        finder._get_spec,
        finder._path_importer_cache,
        finder._path_hooks,
    ]
    functions += [files.find_spec, files._get_spec, files._fill_cache]
    hooks = [getattr(hook, "__qualname__", None) for hook in sys.path_hooks]
    own = spec_from_file_location.__code__.co_filename
    return (
        hooks
        == ["zipimporter", files.path_hook.__qualname__ + ".<locals>.path_hook_for_FileFinder"]
        and own.startswith("<frozen ")
        and all(
            function.__code__.co_filename == own for function in [*functions, sys.path_hooks[1]]
        )
        and all(
            type(entry) is FileFinder or entry is None for entry in sys.path_importer_cache.values()
        )
        and "PYTHONCASEOK" not in os.environ
    )
