"""Gives Alembic its version scripts without running those that are static.

To find the heads Alembic imports every script, thousands of them in an old project, to read four
values of each. The script cache stores these values of static scripts. A stored script runs only
when its functions are asked for; Alembic runs all others, as always.
"""

from __future__ import annotations

import gc
import os
import re
from importlib.machinery import SourceFileLoader
from typing import TYPE_CHECKING, NamedTuple

from ..compat import alembic_internals
from ..diagnostics import ignored
from ..file_stamp import file_stamp_without_links
from . import regular_files
from .lazy_script import lazy_script
from .script_folder import ScriptFolder, write_file

if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Iterable

    from alembic.script import Script, ScriptDirectory

    from .lazy_script import StoredScript
    from .script_folder import WriteFile

installed: ScriptCache | None = None


def install(folder: str) -> None:
    """Has Alembic load its scripts through a cache in this folder, which only lback writes."""
    global installed
    from alembic.script import base

    installed = ScriptCache(folder, base)


def at_end(write: WriteFile | None = None) -> None:
    """Writes what was learned, or has this function write it."""
    if installed is not None:
        installed.write(write or write_file)


def files_of(directory: ScriptDirectory) -> set[str]:
    """Returns the files that hold what is stored of the scripts of a directory."""
    return set() if installed is None else installed.files_of(directory)


class FoundScript(NamedTuple):
    """A script that need not run."""

    folder: ScriptFolder
    #: The name of its file.
    name: str
    stored: StoredScript


class ScriptCache:
    """The script cache of all folders that a run reads."""

    def __init__(self, store: str, base: Any) -> None:
        self.store = store
        #: The module `alembic.script.base`.
        self.base = base
        self.folders: dict[str, ScriptFolder] = {}
        self.imported: set[tuple[str, tuple[str, ...]]] = set()
        self.patch()

    def patch(self) -> None:
        """Replaces methods of Alembic's."""
        regular_files.install(self.base.ScriptDirectory)
        directory_class, script_class = self.base.ScriptDirectory, self.base.Script
        load = alembic_internals.load_revisions(directory_class)
        factory = alembic_internals.script_factory(script_class)
        make = getattr(script_class, factory)

        # Ends before Alembic's own begins, so that no frame is between Alembic and a script that it
        # runs.
        def load_revisions(directory: ScriptDirectory) -> Iterable[Script]:
            try:
                scripts = self.all_scripts(directory)
            except Exception as error:
                ignored(
                    error, "Alembic loads the scripts itself, and raises what is wrong with them"
                )
                scripts = None
            return load(directory) if scripts is None else iter(scripts)

        def make_script(cls: type[Script], directory: ScriptDirectory, *path: Any) -> Script | None:
            regular_files.require_regular(os.path.join(*path))
            try:
                head, name = os.path.split(os.path.join(*path))
                folder = self.folder_of(head)
                stored = self.stored(folder, name)
                if stored is not None:
                    return self.script(FoundScript(folder, name, stored))
                is_new = folder.entry(name) is None
            except Exception as error:
                ignored(error, "Alembic runs a script of which nothing can be stored")
                is_new = False
            if not is_new:
                return make(directory, *path)  # type: ignore[no-any-return]
            file = os.path.join(folder.path, name)
            before = file_stamp_without_links(file)
            with CapturedCode() as captured:
                result: Script | None = make(directory, *path)
            if result is not None:
                folder.learn(name, before, result.module, captured.by_path.get(file))
            return result

        alembic_internals.set_load_revisions(directory_class, load_revisions)
        setattr(script_class, factory, classmethod(make_script))

    def all_scripts(self, directory: ScriptDirectory) -> list[Script] | None:
        """Returns all scripts of a directory, `None` if one of them must run."""
        if directory.sourceless:
            return None
        found = self.find_all(directory)
        if found is None or len({(script.folder.path, script.name) for script in found}) < len(
            found
        ):
            # Alembic warns of a script that is found twice.
            return None
        # No code of the project runs meanwhile, and nothing of this is garbage.
        collecting = gc.isenabled()
        gc.disable()
        try:
            return [self.script(script) for script in found]
        finally:
            if collecting:
                gc.enable()

    def find_all(self, directory: ScriptDirectory) -> list[FoundScript] | None:
        """Returns what is stored of all scripts of a directory, `None` if one of them must run."""
        pattern = alembic_internals.source_file_pattern(self.base)
        found = []
        for location in alembic_internals.version_folders(directory):
            if not os.path.exists(location):
                continue
            for path in alembic_internals.script_files(self.base.Script, directory, location):
                head, name = os.path.split(path)
                if pattern.match(name):
                    folder = self.folder_of(head)
                    stored = self.stored(folder, name)
                    if stored is None:
                        return None
                    found.append(FoundScript(folder, name, stored))
        return found

    def files_of(self, directory: ScriptDirectory) -> set[str]:
        """Returns the files that hold what is stored of the scripts of a directory."""
        folders = [os.fspath(folder) for folder in alembic_internals.version_folders(directory)]
        if directory.recursive_version_locations:
            folders = [found for folder in folders for found, _, _ in os.walk(folder)]
        return {self.folder_of(folder).file for folder in folders}

    def folder_of(self, path: str) -> ScriptFolder:
        """Returns what is stored of a folder."""
        folder = self.folders.get(path)
        if folder is None:
            real = os.path.realpath(path)
            folder = self.folders.get(real) or ScriptFolder(self.store, real)
            self.folders[path] = self.folders[real] = folder
        return folder

    def stored(self, folder: ScriptFolder, name: str) -> StoredScript | None:
        """Returns what is stored of a script that need not run, `None` if it must."""
        entry = folder.entry(name)
        if entry is None or entry.script is None or not folder.is_compiled(name):
            return None
        for module, names in entry.script.imports:
            self.do_import(module, names)
        return entry.script

    def script(self, found: FoundScript) -> Script:
        """Returns the script as Alembic makes it, without running it."""
        path = os.path.join(found.folder.path, found.name)
        module = lazy_script(re.sub(r"\W", "_", found.name), path, found.stored)
        script: Script = self.base.Script(module, found.stored.values["revision"], path)
        return script

    def do_import(self, module: str, names: tuple[str, ...]) -> None:
        """Imports what the script would import: other code may rely on it."""
        if (module, names) in self.imported:
            return
        found = __import__(module, {}, {}, names)
        for name in names:
            getattr(found, name)
        self.imported.add((module, names))

    def write(self, write: WriteFile) -> None:
        """Writes what was learned."""
        for folder in set(self.folders.values()):
            folder.write(write)


class CapturedCode:
    """A context that captures the code of each file that is imported in it."""

    def __init__(self) -> None:
        self.by_path: dict[str, CodeType | None] = {}

    def __enter__(self) -> CapturedCode:
        self.before = SourceFileLoader.__dict__.get("get_code")
        inherited = SourceFileLoader.get_code

        # No longer on the stack when the code runs.
        def get_code(loader: SourceFileLoader, fullname: str) -> CodeType | None:
            self.by_path[loader.path] = code = inherited(loader, fullname)
            return code

        SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]
        return self

    def __exit__(self, *_: object) -> None:
        if self.before is None:
            del SourceFileLoader.get_code
        else:
            SourceFileLoader.get_code = self.before  # type: ignore[method-assign]
