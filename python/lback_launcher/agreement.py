"""Holds a run to the plan that was agreed to: to the code and the data that the plan was made of.

A module is compared when it is loaded, by the bytes that are compiled. Under the lock, before the
first step, all of the rest is compared: the scripts of the steps are loaded, and the sources of
modules that a step may import later are kept in memory, so that a later change has no effect.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from .loaded_code import (
    code_of,
    compiled_file,
    file_digest,
    is_script,
    is_writing,
    origin_of,
    read_regular,
    replace_get_code,
    text_digest,
    write_compiled,
)
from .locks.acquire import TEMPORARY_FAILURE

if TYPE_CHECKING:
    from importlib.machinery import SourceFileLoader
    from types import CodeType
    from typing import Any, Iterable, NoReturn

    from .channel import Channel
    from .instructions import AgreedFile
    from .loaded_code import GetCode


class AgreedFileChanged(Exception):
    """A file that a step reads has changed since the step was allowed."""


class Agreement:
    """The files of a plan, and what this process has loaded of them."""

    def __init__(self, channel: Channel, files: Iterable[AgreedFile]) -> None:
        self.channel = channel
        self.files = {file.path: file for file in files}
        self.by_module = {file.module: file for file in self.files.values() if file.module}
        #: Digests of the sources that were compiled.
        self.loaded: dict[str, str] = {}
        #: Sources that were compared and may be loaded later.
        self.sources: dict[str, bytes] = {}
        #: What has changed.
        self.changed: list[str] = []
        #: Whether steps were allowed, so that files are only compared when they are opened.
        self.is_kept = False
        self.reading = False

    def install(self) -> None:
        """Compares what is loaded and opened from now on."""
        replace_get_code(self.load)
        sys.addaudithook(self.audit)

    def load(self, original: GetCode, loader: SourceFileLoader, name: str) -> CodeType | None:
        """Returns the code of a module, if its source is the agreed one."""
        path = os.path.abspath(loader.path)
        agreed = self.files.get(path)
        by_name = self.by_module.get(name)
        if by_name is not None and by_name.path != path:
            self.refuse(path)
        if agreed is None:
            return original(loader, name)
        self.reading = True
        try:
            source = self.sources.get(path) or loader.get_data(loader.path)
            if text_digest(source) != agreed.sha256:
                self.refuse(path)
            self.loaded[path] = agreed.sha256
            return self.compiled(original, loader, name, source, agreed)
        finally:
            self.reading = False

    def compiled(
        self,
        original: GetCode,
        loader: SourceFileLoader,
        name: str,
        source: bytes,
        agreed: AgreedFile,
    ) -> CodeType:
        """Returns the code of a source: from the same compiled file as in the plan, or compiled."""
        if agreed.compiled is not None and not agreed.is_input and not is_script(name, loader.path):
            data = read_regular(compiled_file(loader.path))
            if data is not None and text_digest(data) == agreed.compiled:
                return code_of(data)
        if is_script(name, loader.path):
            write_compiled(original, loader, name)
        code: CodeType = loader.source_to_code(source, loader.path)
        return code

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Compares a file that is opened, before it is."""
        if event != "open" or self.reading or not isinstance(arguments[0], (str, bytes)):
            return
        agreed = self.files.get(os.path.abspath(os.fsdecode(arguments[0])))
        if agreed is None or agreed.sha256 is None or self.is_code(agreed):
            return
        if is_writing(arguments[1], arguments[2]):
            # The project's own code changes it.
            del self.files[agreed.path]
            return
        self.reading = True
        try:
            is_same = file_digest(agreed.path) == agreed.sha256
        finally:
            self.reading = False
        if not is_same:
            self.refuse(agreed.path)

    def is_code(self, agreed: AgreedFile) -> bool:
        """Returns whether a file is compared when it is loaded; tracebacks open it as well."""
        return bool(agreed.module or agreed.revision) or agreed.path in self.loaded

    def check(self, revisions: Iterable[Any]) -> None:
        """Compares everything, under the lock; ends Alembic if something differs.

        `revisions` are the scripts of the steps, which are loaded by that.
        """
        self.reading = True
        try:
            found = [*self.changed_scripts(revisions), *self.changed_files()]
            found += self.hidden_modules()
        finally:
            self.reading = False
        if self.changed or found:
            self.refuse(*found)
        self.is_kept = True

    def changed_scripts(self, revisions: Iterable[Any]) -> Iterable[str]:
        """Yields the scripts of steps that aren't those of the plan."""
        from .scripts.lazy_script import LazyScript, run

        for revision in revisions:
            path = os.path.abspath(revision.path)
            agreed = self.files.get(path)
            if agreed is None or agreed.revision != revision.revision:
                yield path
                continue
            module = revision.module
            if type(module) is LazyScript:
                self.reading = False
                run(module)
                self.reading = True
            if self.loaded.get(path, agreed.sha256) != agreed.sha256:
                yield path

    def changed_files(self) -> Iterable[str]:
        """Yields the files that differ now, and keeps the sources that may be loaded later."""
        for path, agreed in self.files.items():
            if agreed.module is None or path in self.loaded:
                if file_digest(path) != agreed.sha256:
                    yield path
                continue
            source = read_regular(path)
            if source is None or text_digest(source) != agreed.sha256:
                yield path
            else:
                self.sources[path] = source

    def hidden_modules(self) -> Iterable[str]:
        """Yields files that Python loads, or would load, in the place of a module of the plan."""
        for name, agreed in self.by_module.items():
            found = origin_of(name)
            if found is not None and os.path.abspath(found) != agreed.path:
                yield found

    def refuse(self, *paths: str) -> NoReturn:
        """Ends Alembic, or a step that has begun."""
        root = os.getcwd() + os.sep
        names = [path[len(root) :] if path.startswith(root) else path for path in paths]
        if self.is_kept:
            raise AgreedFileChanged(
                "`%s` was changed after the plan was made" % "`, `".join(names or self.changed)
            )
        self.changed += [name for name in dict.fromkeys(names) if name not in self.changed]
        self.channel.report("changed", files=self.changed)
        raise SystemExit(TEMPORARY_FAILURE)
