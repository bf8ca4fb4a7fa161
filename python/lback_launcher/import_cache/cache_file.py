"""The file that stores the import cache, one for each environment.

Environments differ in the code that Python makes, or in the modules. The file begins with an index;
the code of the modules that the index names follows, and is read when it is needed.

Learning takes as long as two or three runs save, and is useless where no later run finds the file.
So the first run in an environment only leaves an empty file, and the second learns.
"""

from __future__ import annotations

import marshal
import os
import sys
import time

from ..compat.import_system import MAGIC_NUMBER, PATTERN_MAGIC, interpreter_options, short_hash
from ..diagnostics import ignored
from ..private_files import open_private_descriptor, private_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Dict, Iterator, List, Optional, Tuple, Union

    from ..compat.patterns import CompileArguments
    from ..file_stamp import FileStamp
    from .module_places import FolderStamp, Place

    # `marshal` writes plain tuples only, so that these are no named ones.

    #: Whether a pattern is of bytes, its text, its flags.
    PatternKey = Tuple[bool, Union[str, bytes], int]
    #: Source, file name, mode, flags, optimization.
    TextKey = Tuple[str, str, str, int, int]
    #: The stamp of a module's source, the path and the stamp of its compiled file.
    ModuleState = Tuple[FileStamp, str, Optional[FileStamp]]
    #: Offset and length of a module's code in the file.
    Extent = Tuple[int, int]
    #: The folders that are searched for a module.
    Search = Tuple[str, ...]
    #: The stamps of the folders, and where which module is.
    Places = Tuple[Optional[List[FolderStamp]], Dict[str, Place]]

#: The version of the file's format.
FORMAT = 1

#: How many environments are stored, those that were learned last, and how many are known without
#: being stored.
STORED_ENVIRONMENTS = 8
KNOWN_ENVIRONMENTS = 100

#: Seconds. If no module has changed, the file isn't written more often: a text that is compiled may
#: differ in each run.
LONGEST_DELAY = 3600

#: The most bytes that a file stores of modules that its last run didn't import, but other runs may.
LIMIT = 32 * 1024 * 1024


class CacheFile:
    """The cache of this environment, as it was read, and what is new in it."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.environment = environment()
        name = short_hash(FORMAT, self.environment.encode("utf-8", "replace"))
        self.path = os.path.join(folder, "%d-%s" % (FORMAT, name))
        self.patterns: dict[PatternKey, CompileArguments] = {}
        self.texts: dict[TextKey, CodeType] = {}
        self.places: dict[Search, Places] = {}
        self.modules: dict[str, tuple[ModuleState, Extent]] = {}
        #: The paths of modules that were imported from the cache.
        self.used: set[str] = set()
        #: Modules that are new, with their code.
        self.new_modules: dict[str, tuple[ModuleState, bytes]] = {}
        #: Whether something else is new.
        self.changed = False
        self.descriptor: int | None = None
        #: Where the code begins in the file that was read.
        self.code_start = 0
        #: The code that is to be written, and its length.
        self.code: list[bytes] = []
        self.code_length = 0
        #: A fork of this process writes nothing.
        self.process = os.getpid()

    def open(self) -> bool:
        """Opens the file. If it is missing, creates it for the next run, and returns `False`."""
        try:
            self.descriptor = open_private_descriptor(self.path)
            return True
        except OSError as error:
            ignored(error, "there is no cache yet, or one that others can have written")
            remove(self.path)
            private_file(self.path).close()
            self.tidy()
            return False

    def load(self) -> None:
        """Reads the index. A file that is empty yet, or damaged, counts as an empty one."""
        try:
            descriptor = self.opened()
            length = int.from_bytes(os.pread(descriptor, 8, 0), "little")
            self.code_start = 8 + length
            index = marshal.loads(os.pread(descriptor, length, 8))
            environment, size, patterns, texts, places, modules = index
            if (
                environment == self.environment
                and os.fstat(descriptor).st_size == self.code_start + size
            ):
                self.patterns, self.texts, self.places, self.modules = (
                    patterns,
                    texts,
                    places,
                    modules,
                )
        except Exception as error:
            ignored(error, "an import cache that is empty or damaged is learned again")

    def opened(self) -> int:
        """Returns the descriptor of the open file."""
        assert self.descriptor is not None
        return self.descriptor

    def module_code(self, extent: Extent) -> Any:
        """Returns the code of a module."""
        return marshal.loads(self.read(extent))

    def read(self, extent: Extent) -> bytes:
        """Reads a part of the code."""
        offset, length = extent
        return os.pread(self.opened(), length, self.code_start + offset)

    def gather(self) -> bool:
        """Puts together what is to be written, if anything is.

        The old file is not read after that.
        """
        if not self.new_modules and not (self.changed and self.is_old()):
            return False
        self.code, self.code_length, extents = [], 0, {}
        for path, state, code in self.all_modules():
            if self.code_length > LIMIT and path not in self.used and path not in self.new_modules:
                continue
            data = self.read(code) if isinstance(code, tuple) else code
            extents[path] = state, (self.code_length, len(data))
            self.code.append(data)
            self.code_length += len(data)
        self.modules = extents
        return True

    def is_old(self) -> bool:
        """Returns whether the file was written long ago."""
        return os.fstat(self.opened()).st_mtime < time.time() - LONGEST_DELAY

    def write(self) -> None:
        """Writes the file. Never raises: what can't be written is learned again."""
        new = "%s.%d" % (self.path, self.process)
        index = (
            self.environment,
            self.code_length,
            self.patterns,
            self.texts,
            self.places,
            self.modules,
        )
        try:
            head = marshal.dumps(index)
            with private_file(new) as file:
                file.writelines([len(head).to_bytes(8, "little"), head, *self.code])
            os.replace(new, self.path)
            self.tidy()
        except (OSError, ValueError, MemoryError) as error:
            ignored(error, "an import cache that can't be written is learned again")
            remove(new)

    def all_modules(self) -> Iterator[tuple[str, ModuleState, bytes | Extent]]:
        """Yields the modules with their code, or where it is in the old file.

        Those of this run come first.
        """
        for path, (state, code) in self.new_modules.items():
            yield path, state, code
        known = [
            (path, *entry) for path, entry in self.modules.items() if path not in self.new_modules
        ]
        yield from (module for module in known if module[0] in self.used)
        # Another project of the same environment may import the others.
        yield from (
            module for module in known if module[0] not in self.used and os.path.exists(module[0])
        )

    def tidy(self) -> None:
        """Removes files of old environments, of other versions, and of runs that were killed."""
        now = time.time()
        stored: list[tuple[float, str]] = []
        known: list[tuple[float, str]] = []
        unfinished: list[tuple[float, str]] = []
        for entry in os.scandir(self.folder):
            status = entry.stat()
            kind = unfinished if "." in entry.name else stored if status.st_size else known
            kind.append((status.st_mtime, entry.path))
        old = [file for file in unfinished if file[0] < now - 3600]
        old += sorted(stored, reverse=True)[STORED_ENVIRONMENTS:]
        old += sorted(known, reverse=True)[KNOWN_ENVIRONMENTS:]
        for _, path in old:
            os.unlink(path)

    def discard(self) -> None:
        """Removes the file: the next run learns again."""
        remove(self.path)
        self.close()

    def close(self) -> None:
        """Closes the file."""
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None


def remove(path: str) -> None:
    """Removes a file if it exists."""
    try:
        os.unlink(path)
    except OSError as error:
        ignored(error, "a file that is gone, or can't be removed, is replaced by a later run")


def environment() -> str:
    """Returns what the code of a module, or its place, depends on besides its text."""
    return repr(
        (
            sys.version,
            MAGIC_NUMBER,
            PATTERN_MAGIC,
            sys.executable,
            sys.prefix,
            sys.pycache_prefix,
            sys.flags.optimize,
            sys.dont_write_bytecode,
            sorted(interpreter_options().items()),
            os.environ.get("PYTHONNODEBUGRANGES"),
        )
    )
