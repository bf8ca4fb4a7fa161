"""The places of modules, without a search.

Python looks for a module in one folder after the other, and in each for one name after the other.
The result depends on the names in these folders, and a folder with the same times and inode has the
same names in it. So a place is stored with all folders in which Python would look, and is used only
if every one of them is unchanged. Other finders are asked first, as always: only the work of
`PathFinder` is spared.
"""

from __future__ import annotations

import os
import stat
import sys

from ..compat.import_system import (
    MODULE_SUFFIXES,
    PathFinder,
    SourceFileLoader,
    are_finders_original,
    spec_from_file_location,
)
from ..diagnostics import ignored
from ..file_stamp import TICK, is_settled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from typing import Any, Literal, Optional, Sequence, Tuple, Union

    from .cache_file import CacheFile, Search

    #: Times and inode of a folder. `None` where there is nothing, `False` for what is no folder.
    FolderStamp = Union[Tuple[int, int, int], Literal[False], None]
    #: The file of a module; of a package its folder, and the stamp of that.
    Place = Tuple[str, Optional[str], FolderStamp]

#: The most lists of folders that are stored. Beyond it, those that are no longer used are dropped.
MOST = 1000

#: Seconds. A folder that has changed since it was stored may change in each run, as a project's own
#: does: then writing everything again isn't worth it.
STEADY = 3600


class ModulePlaces:
    """The part of the import cache that spares the search for modules."""

    def __init__(self, file: CacheFile) -> None:
        self.file = file
        self.before: Any = None
        self.own: Any = None
        #: By the folders that are searched: where modules are, if nothing has changed since that
        #: was stored.
        self.valid: dict[Search, dict[str, Place]] = {}
        #: The stamps of the same folders.
        self.stamps: dict[Search, list[FolderStamp]] = {}
        self.new: dict[tuple[Search, str], ModuleSpec] = {}

    def install(self) -> None:
        if not are_finders_original():
            return
        original: Any = PathFinder.find_spec
        self.before = PathFinder.__dict__["find_spec"]

        def find_spec(
            cls: Any, fullname: str, path: Sequence[str] | None = None, target: Any = None
        ) -> ModuleSpec | None:
            try:
                search = tuple(sys.path if path is None else path)
                spec = self.known(fullname, search)
            except Exception as error:
                ignored(error, "a module whose stored place can't be used is found by Python")
                return original(fullname, path, target)  # type: ignore[no-any-return]
            if spec is None:
                spec = original(fullname, path, target)
                if spec is not None and (path is None or type(path) is list):
                    self.new[search, fullname] = spec
            return spec

        self.own = classmethod(find_spec)
        PathFinder.find_spec = self.own  # type: ignore[method-assign]

    def remove(self) -> None:
        if self.own is not None and PathFinder.__dict__["find_spec"] is self.own:
            PathFinder.find_spec = self.before  # type: ignore[method-assign]

    def known(self, fullname: str, search: Search) -> ModuleSpec | None:
        """Returns where a module is, `None` if that isn't stored or something has changed."""
        found = self.valid.get(search)
        if found is None:
            found = self.valid[search] = self.look(search)
        place = found.get(fullname)
        if place is None:
            return None
        origin, folder, stamp = place
        if folder is not None and folder_stamp(folder) != stamp:
            return None
        loader = SourceFileLoader(fullname, origin)
        locations = None if folder is None else [folder]
        return spec_from_file_location(
            fullname, origin, loader=loader, submodule_search_locations=locations
        )

    def look(self, search: Search) -> dict[str, Place]:
        """Returns what is stored of these folders, if they are unchanged."""
        self.stamps[search] = now = [folder_stamp(folder) for folder in search]
        stamps, places = self.file.places.get(search, (None, {}))
        return places if stamps == now else {}

    def learn(self) -> None:
        known = self.file.places
        searches: dict[Search, dict[str, ModuleSpec]] = {}
        for (search, fullname), spec in self.new.items():
            searches.setdefault(search, {})[fullname] = spec
        for search, specs in searches.items():
            self.learn_search(search, specs)
        if len(known) > MOST:
            self.file.places = {search: known[search] for search in self.valid if search in known}

    def learn_search(self, search: Search, specs: dict[str, ModuleSpec]) -> None:
        """Stores where modules were found that were searched in the same folders."""
        known, stamps = self.file.places, self.stamps[search]
        is_volatile = not all(is_steady(stamp, STEADY) for stamp in stamps)
        if search in known and not self.file.new_modules and is_volatile:
            return
        places = {}
        for fullname, spec in specs.items():
            place = storable(fullname, search, spec)
            if place is not None:
                places[fullname] = place
        if places and stamps == [folder_stamp(folder) for folder in search]:
            known[search] = stamps, {**self.valid[search], **places}
            self.file.changed = True


def storable(fullname: str, search: Search, spec: ModuleSpec) -> Place | None:
    """Returns the place of a module, `None` if it may change while the folders don't."""
    tail = fullname.rpartition(".")[2]
    origin, locations = spec.origin, spec.submodule_search_locations
    if (
        type(spec.loader) is not SourceFileLoader
        or not spec.has_location
        or spec.loader_state is not None
    ):
        return None
    if origin is None or os.path.islink(origin):
        return None
    for folder in search:
        if not os.path.isabs(folder) or not is_steady(folder_stamp(folder)):
            return None
        base = os.path.join(folder, tail)
        # A link may lead to something else, and a folder that is not a package may become one.
        if locations is None and origin == base + ".py":
            return None if os.path.isdir(base) or has_link(base) else (origin, None, None)
        if locations == [base] and origin == os.path.join(base, "__init__.py"):
            stamp = folder_stamp(base)
            is_fixed = stamp and is_steady(stamp) and not has_link(os.path.join(base, "__init__"))
            return (origin, base, stamp) if is_fixed else None
        if os.path.isdir(base) or has_link(base):
            return None
    return None


def has_link(base: str) -> bool:
    """Returns whether a file that could be this module is a link."""
    return any(map(os.path.islink, [base] + [base + suffix for suffix in MODULE_SUFFIXES]))


def folder_stamp(folder: str) -> FolderStamp:
    """Returns what changes with the names in a folder."""
    try:
        status = os.stat(folder)
    except FileNotFoundError:
        return None
    return stat.S_ISDIR(status.st_mode) and (status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def is_steady(stamp: FolderStamp, seconds: int = TICK) -> bool:
    """Returns whether a folder has not changed for so long, or does not exist."""
    return stamp is None or (stamp is not False and is_settled(stamp[:2], seconds))
