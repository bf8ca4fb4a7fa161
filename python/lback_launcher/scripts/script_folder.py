"""The stored facts about the version scripts of one folder.

A script is unchanged if its stamp is, or else if the digest of its text is.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import marshal
import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from ..diagnostics import ignored
from ..file_stamp import file_stamp_without_links, is_settled
from ..private_files import open_private, private_file
from .lazy_script import VALUES, StoredScript
from .static_script import static_script

if TYPE_CHECKING:
    from types import CodeType, ModuleType
    from typing import Any, Callable

    from ..file_stamp import FileStamp

    #: Writes a file: its path, and its content.
    WriteFile = Callable[[str, bytes], None]

#: The version of the file's format.
FORMAT = 2


class Entry(NamedTuple):
    """The stored facts about one script, with the state of its file."""

    #: `None` for a script that had only just been written.
    stamp: FileStamp | None
    digest: str
    #: `None` for a script that must run.
    script: StoredScript | None


class ScriptFolder:
    """The scripts of one folder."""

    def __init__(self, store: str, path: str) -> None:
        self.path = path
        name = hashlib.sha256(os.fsencode(path)).hexdigest()[:32]
        # Whether a script is static depends on its code, and so on the version of Python, and on
        # what that leaves out.
        python = "%s-%d" % (importlib.util.MAGIC_NUMBER.hex(), sys.flags.optimize)
        self.file = os.path.join(store, "%s-%d-%s" % (name, FORMAT, python))
        self.entries: dict[str, Entry] = {}
        #: The scripts that this run has asked for.
        self.found: set[str] = set()
        self.changed = False
        #: The names of compiled files, once they were asked for.
        self.compiled: CompiledScripts | None = None
        self.load()

    def load(self) -> None:
        """Reads what is stored, if anything is."""
        try:
            with open_private(self.file) as file:
                folder, scripts = marshal.loads(file.read())
            if folder == self.path:
                self.entries = {name: read_entry(*entry) for name, entry in scripts.items()}
        except FileNotFoundError:
            self.entries = {}
        except Exception as error:
            ignored(error, "a script cache that is damaged is learned again")
            self.entries = {}

    def entry(self, name: str) -> Entry | None:
        """Returns what is known of a script as it is now."""
        entry = self.entries.get(name)
        if entry is None:
            return None
        path = os.path.join(self.path, name)
        now = file_stamp_without_links(path)
        if now is None:
            return None
        if entry.stamp != now:
            if entry.digest != digest(path):
                return None
            self.entries[name] = entry = entry._replace(stamp=now)
            self.changed = True
        self.found.add(name)
        return entry

    def is_compiled(self, name: str) -> bool:
        """Returns whether Python has nothing to write for this script.

        Where it would compile it, it must.
        """
        if self.compiled is None:
            self.compiled = compiled_scripts(self.path)
        names = self.compiled.names
        return names is None or name[: -len(".py")] + self.compiled.suffix in names

    def learn(
        self, name: str, before: FileStamp | None, module: ModuleType, code: CodeType | None
    ) -> None:
        """Notes a script that Alembic has just run. Never raises."""
        try:
            path = os.path.join(self.path, name)
            with open(path, "rb") as file:
                text = file.read()
            if code is not None and code != compile(text, path, "exec", dont_inherit=True):
                # Of a compiled file with the same time and size as the script: of another text.
                return
            entry = Entry(before, text_digest(text), stored_script(module, code))
            if before is not None and file_stamp_without_links(path) == before:
                self.entries[name] = entry
                self.found.add(name)
                self.changed = True
        except Exception as error:
            ignored(error, "a script that can't be stored runs in each run")

    def write(self, write: WriteFile) -> None:
        """Writes what is new. Never raises: what can't be written is learned again."""
        if not self.changed:
            return
        try:
            write(self.file, marshal.dumps((self.path, self.written_entries())))
        except (OSError, ValueError, MemoryError) as error:
            ignored(error, "a script cache that can't be written is learned again")

    def written_entries(self) -> dict[str, Any]:
        """Returns the entries of scripts that exist, as plain tuples: `marshal` writes no other."""
        scripts = {}
        for name, (stamp, digest, script) in self.entries.items():
            if name in self.found or os.path.exists(os.path.join(self.path, name)):
                settled = stamp is not None and is_settled(stamp[1:3])
                stored = None if script is None else tuple(script)
                scripts[name] = stamp if settled else None, digest, stored
        return scripts


def write_file(path: str, content: bytes) -> None:
    """Replaces a file. Raises `OSError`, and leaves nothing behind then."""
    new = "%s.%d" % (path, os.getpid())
    try:
        with private_file(new) as file:
            file.write(content)
        os.replace(new, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(new)
        raise


def read_entry(stamp: FileStamp | None, digest: str, script: tuple[Any, Any, Any] | None) -> Entry:
    """Returns an entry as it is in the file."""
    return Entry(stamp, digest, None if script is None else StoredScript(*script))


class CompiledScripts(NamedTuple):
    """The compiled files of a folder's scripts."""

    #: `None` where Python writes none.
    names: set[str] | None
    #: What their names end with.
    suffix: str


def compiled_scripts(folder: str) -> CompiledScripts:
    """Returns the compiled files of a folder's scripts."""
    path = importlib.util.cache_from_source(os.path.join(folder, "x.py"))
    cache, name = os.path.split(path)
    suffix = name[1:]
    if sys.dont_write_bytecode:
        return CompiledScripts(None, suffix)
    try:
        return CompiledScripts(set(os.listdir(cache)), suffix)
    except OSError:
        return CompiledScripts(set() if os.access(folder, os.W_OK) else None, suffix)


def digest(path: str) -> str:
    """Returns the digest of a file's content."""
    with open(path, "rb") as file:
        return text_digest(file.read())


def text_digest(text: bytes) -> str:
    """Returns the digest of a script's text."""
    return hashlib.sha256(text).hexdigest()


def stored_script(module: ModuleType, code: CodeType | None) -> StoredScript | None:
    """Returns what can be stored of a script, `None` if it must run each time."""
    static = None if code is None else static_script(code)
    if static is None:
        return None
    values = {}
    for name in ("__doc__", *VALUES):
        if name in static.names or name == "__doc__":
            value = module.__dict__.get(name)
            if not is_plain(value):
                return None
            values[name] = value
    if not isinstance(values.get("revision"), str) or "down_revision" not in values:
        return None
    return StoredScript(values, frozenset(static.names), static.imports)


def is_plain(value: Any) -> bool:
    """Returns whether a value is a text, a tuple of texts, or `None`."""
    if type(value) is tuple:
        return all(type(part) is str for part in value)
    return value is None or type(value) is str
