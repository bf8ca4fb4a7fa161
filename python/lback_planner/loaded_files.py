"""The code of the project as the process that makes a plan has loaded it."""

from types import CodeType
from typing import Any, Dict, List, Optional, Protocol, Set


class LoadedFiles(Protocol):
    """A record of the launcher, of the project's modules that are loaded."""

    def digest(self, path: str) -> Optional[str]:
        """Returns the digest of the source that was loaded from a path, ``None`` for no module."""

    def source(self, path: str) -> Optional[str]:
        """Returns the text that was loaded from a path."""

    def code(self, path: str) -> Optional[CodeType]:
        """Returns the code that was loaded from a path."""

    def is_stale(self, path: str) -> bool:
        """Returns whether a module ran code that its source doesn't have."""

    def paths(self) -> Set[str]:
        """Returns the absolute paths of all that was loaded or opened so far."""

    def is_static(self, path: str) -> bool:
        """Returns whether the top level of a script does nothing but define names."""

    def absent_entries(self) -> List[str]:
        """Returns an entry for each file that would change what is imported."""

    def files(self) -> List[Dict[str, Any]]:
        """Returns everything that was loaded or opened."""
