"""A cache of results between runs: one JSON file for each project and dialect. What is in doubt is
analysed again.
"""

import contextlib
import gc
import json
import os
import time
from typing import Any, Collection, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from ..diagnostics import ignored
from ..isolation.state import IN_PROCESS, Isolation
from ..loaded_files import LoadedFiles
from ..model import Change
from ..schema.json_values import changes_as_json, changes_of_json
from .cache_environment import environment_of
from .digests import digest_of, text_digest, value_digest
from .live_database import LiveDatabase

#: A file that has changed within this time, in nanoseconds, could change again without getting
#: another time.
TICK = 2_000_000_000

#: What changes with a file's content: its size, two times and its number.
Identity = Optional[List[int]]


class Files:
    """The digests of files; each file is looked at once in a process."""

    def __init__(self, loaded: Optional[LoadedFiles] = None) -> None:
        self.loaded = loaded
        #: What an earlier run saw, by path.
        self.before: Dict[str, Tuple[Identity, Optional[str]]] = {}
        self.now: Dict[str, Tuple[Identity, Optional[str]]] = {}

    def digest(self, path: str) -> Optional[str]:
        """Returns the digest of a file, ``None`` for one that can't be read."""
        found = self.now.get(path)
        if found is None:
            identity = identity_of(path)
            known = self.before.get(path)
            compiled = None if self.loaded is None else self.loaded.digest(path)
            if compiled is not None:
                # The file may have changed since it was loaded.
                found = None, compiled
            elif known is not None and identity is not None and known[0] == identity:
                found = identity, known[1]
            else:
                found = identity, digest_of(path)
            self.now[path] = found
        return found[1]

    def identity(self, path: str) -> Identity:
        """Returns the identity with which a file was last seen."""
        found = self.now.get(path) or self.before.get(path)
        return None if found is None else found[0]


def identity_of(path: str) -> Identity:
    try:
        status = os.stat(path)
    except OSError as error:
        ignored(error, "a file that isn't there has no identity")
        return None
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


class Entry(NamedTuple):
    """The cached result of one revision, with everything that it depends on."""

    path: str
    #: Files that had a part in it, with the digests that they had.
    files: Dict[str, Optional[str]]
    #: Variables of the environment, likewise.
    environ: Dict[str, Optional[str]]
    #: The digest of all changes before, where the result depends on them; empty where it depends on
    #: there being no tables that belong to others.
    chain: Optional[str]
    changes: List[Change]
    #: The tables that a comment in the script declares, or `None`.
    said: Optional[List[str]]
    result: Dict[str, Any]
    #: The digest of the changes.
    digest: str

    def as_json(self) -> List[Any]:
        """Returns the entry as JSON holds it: its fields in order."""
        return list(self._replace(changes=changes_as_json(self.changes)))

    @classmethod
    def of_json(cls, found: Sequence[Any]) -> "Entry":
        """Returns the entry that JSON holds."""
        entry = cls(*found)
        return entry._replace(changes=changes_of_json(entry.changes))


def digest_of_changes(changes: List[Change]) -> str:
    return text_digest(json.dumps(changes_as_json(changes)))


def cache_file(folder: str, script: ScriptDirectory, context: MigrationContext) -> str:
    """Returns the path of the file with the results of a project in a dialect."""
    name = "%s %s" % (os.path.abspath(script.dir), context.dialect.name)
    return os.path.join(folder, "analysis-%s.json" % text_digest(name)[:32])


class ResultCache:
    """The results of one project in one dialect. Without a folder, nothing is kept."""

    def __init__(
        self,
        folder: Optional[str],
        script: ScriptDirectory,
        context: MigrationContext,
        root: str,
        live: LiveDatabase,
        isolation: Isolation,
        loaded: Optional[LoadedFiles] = None,
    ) -> None:
        self.write = isolation.keep
        #: Whether another process can go on with the results.
        self.is_isolated = isolation.lacking != IN_PROCESS
        self.loaded = loaded
        self.files = Files(loaded)
        self.entries: Dict[str, Entry] = {}
        self.changed = False
        self.path: Optional[str] = None
        self.environment = ""
        if folder is None:
            return
        try:
            barrier = isolation.lacking is None
            self.environment = environment_of(context, root, live, barrier, loaded)
            self.path = cache_file(folder, script, context)
            with collecting_later():
                self._read(self.path)
        except Exception as error:
            ignored(error, "there is no file yet, or it is another version's, or was damaged")
            self.entries = {}
            self.files.before = {}

    def _read(self, path: str) -> None:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if status.st_uid not in (0, os.geteuid()) or status.st_mode & 0o022:
                raise PermissionError("another user can have written the file")
            found = json.loads(file.read())
        if found["environment"] != self.environment:
            return
        names = [name for name, _, _ in found["files"]]
        self.files.before = {name: (identity, digest) for name, identity, digest in found["files"]}
        digests = {name: digest for name, _, digest in found["files"]}
        groups = [
            {names[number]: digests[names[number]] for number in group} for group in found["groups"]
        ]
        entries = {}
        for revision, (path, group, *rest) in found["revisions"].items():
            entries[revision] = Entry.of_json([path, groups[group], *rest])
        self.entries = entries

    def get(self, revision: str, path: str, chains: Collection[Optional[str]]) -> Optional[Entry]:
        """Returns what is kept of a revision, if all that it depends on is as it was.

        `chains` is what comes before the revision, in the forms in which a result may depend on it.
        """
        entry = self.entries.get(revision)
        if entry is None or entry.path != path or entry.chain not in chains:
            return None
        if any(self.files.digest(name) != digest for name, digest in entry.files.items()):
            return None
        if any(value_digest(name) != digest for name, digest in entry.environ.items()):
            return None
        return entry

    def put(self, revision: str, entry: Entry) -> None:
        self.entries[revision] = entry
        self.changed = True

    def forget(self, revision: str) -> None:
        self.changed = self.entries.pop(revision, None) is not None or self.changed

    def keep(self, revisions: Collection[str]) -> None:
        """Writes what was found of these revisions. Never raises: what can't be kept is found out
        again.
        """
        if self.path is None or not self.changed:
            return
        try:
            text = json.dumps(self._document(revisions), separators=(",", ":"))
            self.write(self.path, text.encode("utf-8"))
            self.changed = False
        except Exception as error:
            ignored(error, "what can't be kept is found out again")

    def _document(self, revisions: Collection[str]) -> Dict[str, Any]:
        """Returns the file's content. Revisions that depend on the same files share the list of
        them.
        """
        young = time.time_ns() - TICK
        numbers: Dict[str, int] = {}
        files: List[List[Any]] = []
        groups: Dict[Tuple[int, ...], int] = {}
        kept: Dict[str, List[Any]] = {}
        for revision, entry in self.entries.items():
            if revision not in revisions:
                continue
            for name in entry.files:
                if name not in numbers:
                    numbers[name] = len(files)
                    identity = self.files.identity(name)
                    settled = identity is not None and max(identity[1:3]) < young
                    files.append([name, identity if settled else None, entry.files[name]])
            group = tuple(sorted(numbers[name] for name in entry.files))
            kept[revision] = [
                entry.path,
                groups.setdefault(group, len(groups)),
                *entry.as_json()[2:],
            ]
        return {
            "environment": self.environment,
            "files": files,
            "groups": list(groups),
            "revisions": kept,
        }


@contextlib.contextmanager
def collecting_later() -> Iterator[None]:
    """Turns the collector off: it would look at what is being made, again and again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
