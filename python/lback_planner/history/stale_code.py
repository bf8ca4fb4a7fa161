"""Compiled files whose source has other code."""

from typing import Iterable, Optional

from ..loaded_files import LoadedFiles
from ..schema.object_changes import Incomplete
from .reversibility import Directions


def doubt_stale(loaded: Optional[LoadedFiles], both: Directions, files: Iterable[str]) -> None:
    """Doubts a result that depends on compiled files whose source has other code."""
    for path in files:
        if loaded is None or not loaded.is_stale(path):
            continue
        why = "runs a compiled file in `__pycache__` that doesn't match its source: delete it"
        for found in (both.up, both.down):
            found.reason(why, path)
            found.changes.append(Incomplete())
            found.volatile = True
