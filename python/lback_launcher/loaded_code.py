"""The code of the project as it is loaded: its sources, with the digests of what was compiled.

A file may change between the moment at which it is read for its digest and the moment at which
Python loads it, and a compiled file may be another one's. So the digest is taken of the bytes that
are compiled, in the loader.
"""

from __future__ import annotations

import hashlib
import importlib.util
import marshal
import os
import re
import stat
import sys
from importlib.machinery import PathFinder, SourceFileLoader
from typing import TYPE_CHECKING, NamedTuple

from . import FOLDER
from .absent_modules import AbsentModules, attribute_of
from .compat import cpython
from .diagnostics import ignored
from .file_aspects import aspect_of, is_aspect
from .libraries import is_of_library

if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, Callable

    GetCode = Callable[[SourceFileLoader, str], CodeType | None]

#: Modules that open files for others.
READERS = frozenset(
    ("runpy", "pathlib", "pathlib._local", "pathlib._abc", "codecs", "io", "os", "tokenize")
)
#: The length of what precedes the code in a compiled file.
HEADER = 16
#: The digest of what is neither a file nor a folder.
SOMETHING_ELSE = "something else"


class Loaded(NamedTuple):
    """A module of the project that was loaded."""

    module: str
    #: The digest of its source, and that of the compiled file whose code was used.
    digest: str
    compiled: str | None
    source: bytes
    code: CodeType | None


class LoadedCode:
    """The sources of a plan: the project's modules, and the files that its code opened."""

    def __init__(self, root: str) -> None:
        self.root = os.path.join(os.path.abspath(root), "")
        #: By the paths by which Python found them.
        self.modules: dict[str, Loaded] = {}
        #: Digests of files that were opened, by their absolute paths; `None` for one that was
        #: written as well, or that changed.
        self.opened: dict[str, str | None] = {}
        self.reading = False
        self.absent = AbsentModules()

    def install(self) -> None:
        """Notes what is loaded and opened from now on."""
        replace_get_code(self.load)
        sys.addaudithook(self.audit)
        self.absent.install()

    def load(self, original: GetCode, loader: SourceFileLoader, name: str) -> CodeType | None:
        """Returns the code of a module, and notes it."""
        path = loader.path
        if is_of_library(path):
            return original(loader, name)
        self.reading = True
        try:
            source = loader.get_data(path)
            if is_script(name, path):
                write_compiled(original, loader, name)
                code: CodeType | None = loader.source_to_code(source, path)
                compiled = None
            else:
                code = original(loader, name)
                compiled = file_digest(compiled_file(path))
        finally:
            self.reading = False
        self.modules[path] = Loaded(name, text_digest(source), compiled, source, code)
        return code

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Notes a file of the project, or a configuration file, that is opened."""
        if event != "open" or self.reading or not isinstance(arguments[0], (str, bytes)):
            return
        if cpython.caller(1).f_code.co_filename.startswith(FOLDER + os.sep):
            # A file of lback's caches, which may lie within the project.
            return
        path = os.path.abspath(os.fsdecode(arguments[0]))
        is_own = path.startswith(self.root) and not is_of_library(path)
        if not (is_own or path.endswith((".ini", ".toml"))) or path.endswith(".pyc"):
            return
        if path.endswith(".py") and not is_opened_as_data():
            return
        self.reading = True
        try:
            writes = is_writing(arguments[1], arguments[2])
            now = None if writes else file_digest(path)
            self.opened[path] = now if self.opened.get(path, now) == now else None
        finally:
            self.reading = False

    def digest(self, path: str) -> str | None:
        """Returns the digest of the source that was loaded from this path, `None` for no module."""
        loaded = self.modules.get(path)
        return None if loaded is None else loaded.digest

    def source(self, path: str) -> str | None:
        """Returns the text that was loaded from this path."""
        loaded = self.modules.get(path)
        return None if loaded is None else loaded.source.decode("utf-8", "replace")

    def code(self, path: str) -> CodeType | None:
        """Returns the code that was loaded from this path."""
        loaded = self.modules.get(path)
        return None if loaded is None else loaded.code

    def paths(self) -> set[str]:
        """Returns the absolute paths of all that was loaded or opened so far."""
        return {*map(os.path.abspath, self.modules), *self.opened}

    def is_static(self, path: str) -> bool:
        """Returns whether the top level of a script does nothing but define names."""
        from .scripts.static_script import static_script

        source = read_regular(path)
        try:
            code = self.code(path) or compile(source or b"", path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            ignored(error, "a script that can't be compiled is not static")
            return False
        return source is not None and static_script(code) is not None

    def is_stale(self, path: str) -> bool:
        """Returns whether a module ran code that its source doesn't have: that of a compiled file
        of the same time and size.
        """
        loaded = self.modules.get(path)
        if loaded is None or loaded.compiled is None or loaded.code is None:
            return False
        fresh = compile(loaded.source, path, "exec", dont_inherit=True)
        return fresh != loaded.code

    def absent_entries(self) -> list[str]:
        """Returns an entry for each file that would change what is imported."""
        return list(self.absent.entries())

    def files(self) -> list[dict[str, Any]]:
        """Returns everything that was loaded or opened, as the documents of a plan name it."""
        found: list[dict[str, Any]] = [
            {
                "path": os.path.abspath(path),
                "sha256": loaded.digest,
                "module": loaded.module if is_imported(loaded.module, path) else None,
                "compiled": loaded.compiled,
            }
            for path, loaded in self.modules.items()
        ]
        loaded = {os.path.abspath(path) for path in self.modules}
        found += [
            {"path": path, "sha256": digest}
            for path, digest in self.opened.items()
            if digest is not None and path not in loaded
        ]
        found += [{"path": path, "sha256": file_digest(path)} for path in self.absent_entries()]
        return found


def is_opened_as_data() -> bool:
    """Returns whether the project's own code opens a file, itself or through such a module."""
    frame: FrameType | None = cpython.caller(2)
    while frame is not None and frame.f_globals.get("__name__") in READERS:
        frame = frame.f_back
    return frame is not None and not is_of_library(frame.f_code.co_filename)


def replace_get_code(load: Callable[[GetCode, SourceFileLoader, str], CodeType | None]) -> None:
    """Has Python's loader of sources ask this function for the code of a module."""
    original: GetCode = SourceFileLoader.get_code

    # No longer on the stack when the code runs.
    def get_code(loader: SourceFileLoader, fullname: str) -> CodeType | None:
        return load(original, loader, fullname)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]


def is_imported(name: str, path: str) -> bool:
    """Returns whether a module is found by its name, and not made of a file by other means."""
    origin = None if is_script(name, path) else origin_of(name)
    return origin is not None and os.path.abspath(origin) == os.path.abspath(path)


def write_compiled(original: GetCode, loader: SourceFileLoader, name: str) -> None:
    """Lets Python write the compiled file of a script, if there is none."""
    if sys.dont_write_bytecode or os.path.lexists(compiled_file(loader.path)):
        return
    try:
        original(loader, name)
    except Exception as error:
        ignored(error, "the script is compiled again, and raises what is wrong with it")


def is_script(name: str, path: str) -> bool:
    """Returns whether Alembic loads this file as a script, env.py or a revision, by its name."""
    return name == re.sub(r"\W", "_", os.path.basename(path))


def is_writing(mode: Any, flags: Any) -> bool:
    """Returns whether a file is opened to be written, from the arguments of the audit event."""
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def compiled_file(path: str) -> str:
    """Returns the path of the compiled file of a module."""
    try:
        return importlib.util.cache_from_source(path)
    except NotImplementedError:
        return path + "c"


def code_of(compiled: bytes) -> CodeType:
    """Returns the code in a compiled file."""
    code: CodeType = marshal.loads(compiled[HEADER:])
    return code


def text_digest(text: bytes) -> str:
    """Returns the digest of a text."""
    return hashlib.sha256(text).hexdigest()


def read_regular(path: str) -> bytes | None:
    """Returns the content of a regular file, `None` for everything else. Never waits."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read() if stat.S_ISREG(os.fstat(descriptor).st_mode) else None


def file_digest(path: str) -> str | None:
    """Returns the digest of a file's content, or of a folder's names; `None` for what is missing.

    The planner has the same function: `lback_planner.history.digests.digest_of`.
    """
    if is_aspect(path):
        return aspect_of(path)
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            return text_digest(b"\0".join(sorted(map(os.fsencode, os.listdir(path)))))
    except OSError:
        return None
    if not stat.S_ISREG(mode):
        return SOMETHING_ELSE
    text = read_regular(path)
    return None if text is None else text_digest(text)


def origin_of(name: str) -> str | None:
    """Returns the file that a module was loaded from, or would be. Imports nothing."""
    module = sys.modules.get(name)
    if module is not None:
        found = attribute_of(module, "__file__")
        return found if isinstance(found, str) else None
    parent, _, _ = name.rpartition(".")
    if parent and parent not in sys.modules:
        # Its own place was compared.
        return None
    path = attribute_of(sys.modules[parent], "__path__") if parent else None
    spec = PathFinder.find_spec(name, path)
    return None if spec is None else spec.origin
