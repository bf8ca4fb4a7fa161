"""Where modules are, without a search.

Python looks for a module in one folder after the other, and in each for one name after the other. What it finds depends on what is in these folders, and
a folder whose times and inode are the same has the same names in it. So a place is remembered with all folders in which Python would look, and where one
of them has changed, or anything about them is unusual, Python looks itself. Other finders have their say before, as ever: only what `PathFinder` does is
spared.
"""

import os
import stat
import sys
from _frozen_importlib_external import BYTECODE_SUFFIXES, SOURCE_SUFFIXES, FileFinder, PathFinder, SourceFileLoader, spec_from_file_location

import _imp

from ..file_stamp import TICK, is_settled

#: The most lists of folders that are remembered. Beyond it, those are forgotten that are no longer used.
MOST = 1000

#: Seconds. Where a folder has changed since it was learnt, it may do so in each run, as a project's own: then it isn't worth it to write all anew.
STILL = 3600

SUFFIXES = _imp.extension_suffixes() + SOURCE_SUFFIXES + BYTECODE_SUFFIXES


class Places:
    def __init__(self, memory):
        self.memory = memory
        self.before = self.own = None
        #: By the folders that are searched: what is found there, if nothing has changed since it was learnt.
        self.valid = {}
        #: The same folders, as they were then.
        self.identities = {}
        self.new = {}

    def install(self):
        if not are_pythons_own():
            return
        original = PathFinder.find_spec
        self.before = PathFinder.__dict__["find_spec"]

        def find_spec(cls, fullname, path=None, target=None):
            try:
                search = tuple(sys.path if path is None else path)
                spec = self.known(fullname, search)
            except Exception:
                return original(fullname, path, target)
            if spec is None:
                spec = original(fullname, path, target)
                if spec is not None and (path is None or type(path) is list):
                    self.new[search, fullname] = spec
            return spec

        PathFinder.find_spec = self.own = classmethod(find_spec)

    def remove(self):
        if self.own is not None and PathFinder.__dict__["find_spec"] is self.own:
            PathFinder.find_spec = self.before

    def known(self, fullname, search):
        found = self.valid.get(search)
        if found is None:
            found = self.valid[search] = self.look(search)
        place = found.get(fullname)
        if place is None:
            return None
        origin, folder, own = place
        if folder is not None and identity(folder) != own:
            return None
        loader = SourceFileLoader(fullname, origin)
        return spec_from_file_location(fullname, origin, loader=loader, submodule_search_locations=None if folder is None else [folder])

    def look(self, search):
        self.identities[search] = now = [identity(folder) for folder in search]
        identities, found = self.memory.places.get(search, (None, {}))
        return found if identities == now else {}

    def learn(self):
        known = self.memory.places
        searches = {}
        for (search, fullname), spec in self.new.items():
            searches.setdefault(search, {})[fullname] = spec
        for search, specs in searches.items():
            now = self.identities[search]
            if search in known and not self.memory.learnt and not all(is_steady(folder, STILL) for folder in now):
                continue
            places = {fullname: told(fullname, search, spec) for fullname, spec in specs.items()}
            places = {fullname: place for fullname, place in places.items() if place is not None}
            if places and now == [identity(folder) for folder in search]:
                known[search] = now, {**self.valid[search], **places}
                self.memory.changed = True
        if len(known) > MOST:
            self.memory.places = {search: known[search] for search in self.valid if search in known}


def told(fullname, search, spec):
    """Where a module is; `None` where that may change while its folders don't."""
    tail = fullname.rpartition(".")[2]
    origin, locations = spec.origin, spec.submodule_search_locations
    if type(spec.loader) is not SourceFileLoader or not spec.has_location or spec.loader_state is not None or os.path.islink(origin):
        return None
    for folder in search:
        if not os.path.isabs(folder) or not is_steady(identity(folder)):
            return None
        base = os.path.join(folder, tail)
        # A link may lead to something else, and a folder that is not a package may become one.
        if locations is None and origin == base + ".py":
            return (origin, None, None) if not os.path.isdir(base) and not any(map(os.path.islink, names(base))) else None
        if locations == [base] and origin == os.path.join(base, "__init__.py"):
            own = identity(base)
            return (origin, base, own) if own and is_steady(own) and not any(map(os.path.islink, names(os.path.join(base, "__init__")))) else None
        if os.path.isdir(base) or any(map(os.path.islink, names(base))):
            return None
    return None


def names(base):
    return [base] + [base + suffix for suffix in SUFFIXES]


def identity(folder):
    """What changes with the names in a folder; `None` where there is nothing, `False` for what is no folder."""
    try:
        status = os.stat(folder)
    except FileNotFoundError:
        return None
    return stat.S_ISDIR(status.st_mode) and (status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def is_steady(identity, seconds=TICK):
    return identity is None or identity is not False and is_settled(identity[:2], seconds)


def are_pythons_own():
    """Whether nobody has put anything in the place of what looks for modules."""
    functions = (PathFinder.find_spec, PathFinder._get_spec, PathFinder._path_importer_cache, PathFinder._path_hooks)
    functions += (FileFinder.find_spec, FileFinder._get_spec, FileFinder._fill_cache)
    hooks = [getattr(hook, "__qualname__", None) for hook in sys.path_hooks]
    own = spec_from_file_location.__code__.co_filename
    return (
        hooks == ["zipimporter", FileFinder.path_hook.__qualname__ + ".<locals>.path_hook_for_FileFinder"]
        and own.startswith("<frozen ")
        and all(function.__code__.co_filename == own for function in functions + (sys.path_hooks[1],))
        and all(type(finder) is FileFinder or finder is None for finder in sys.path_importer_cache.values())
        and "PYTHONCASEOK" not in os.environ
    )
