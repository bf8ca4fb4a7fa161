"""Lets Alembic know its version scripts without running those that do nothing when they are run.

To find the heads Alembic imports every script, thousands of them in an old project, to read four values of each. What a script defines is
remembered here, for scripts of which that can be told from their code (`static_script`). One that is still the same file is then only run when its functions
are asked for (`unread`). All others are run by Alembic, as ever.

Nothing is guessed: a script is known by its size, its times and its inode, or else by the digest of its text.
"""

import gc
import hashlib
import importlib.util
import marshal
import os
import re
import stat
import sys
from importlib.machinery import SourceFileLoader

from . import static_script
from ..file_stamp import is_settled
from .lazy_script import VALUES, Known, unread

#: Of the file in which a folder's scripts are remembered.
FORMAT = 1

installed = None


def install(folder):
    """Remembers scripts in this folder, which belongs to lback alone."""
    global installed
    from alembic.script import base

    installed = Scripts(folder, base)


def at_end():
    if installed is not None:
        installed.keep()


class Scripts:
    def __init__(self, folder, base):
        self.folder = folder
        self.base = base
        self.folders = {}
        self.imported = set()
        self.patch()

    def patch(self):
        directory, script = self.base.ScriptDirectory, self.base.Script
        load = directory._load_revisions
        # Alembic before 1.16 gives the folder and the name.
        maker = "_from_filename" if hasattr(script, "_from_filename") else "_from_path"
        make = getattr(script, maker)

        # Ends before Alembic's own begins, so that no frame is between it and a script that it runs.
        def _load_revisions(directory):
            try:
                ready = self.all_of(directory)
            except Exception:
                # Alembic says what is wrong with it, if anything is.
                ready = None
            return load(directory) if ready is None else iter(ready)

        def made(cls, directory, *path):
            try:
                head, name = os.path.split(os.path.join(*path))
                folder = self.folder_of(head)
                told = self.told(folder, name)
                if told is not None:
                    return self.script(folder, name, told)
                unknown = folder.entry(name) is None
            except Exception:
                unknown = False
            if not unknown:
                return make(directory, *path)
            before = identity(os.path.join(folder.path, name))
            with Codes() as codes:
                result = make(directory, *path)
            if result is not None:
                folder.learn(name, before, result.module, codes.of.get(os.path.join(folder.path, name)))
            return result

        directory._load_revisions = _load_revisions
        setattr(script, maker, classmethod(made))

    def all_of(self, directory):
        """All scripts of a directory, where none of them needs to be run; else `None`."""
        if directory.sourceless:
            return None
        script, rule = self.base.Script, self.base._only_source_rev_file
        found = []
        for location in directory._version_locations:
            if not os.path.exists(location):
                continue
            for path in script._list_py_dir(directory, location):
                head, name = os.path.split(path)
                if rule.match(name):
                    folder = self.folder_of(head)
                    told = self.told(folder, name)
                    if told is None:
                        return None
                    found.append((folder, name, told))
        if len({(folder.path, name) for folder, name, _ in found}) < len(found):
            # Alembic warns of it.
            return None
        # Nothing of the project's runs meanwhile, and nothing of this is garbage.
        collecting = gc.isenabled()
        gc.disable()
        try:
            return [self.script(*each) for each in found]
        finally:
            if collecting:
                gc.enable()

    def folder_of(self, path):
        folder = self.folders.get(path)
        if folder is None:
            real = os.path.realpath(path)
            folder = self.folders.get(real) or Folder(self.folder, real)
            self.folders[path] = self.folders[real] = folder
        return folder

    def told(self, folder, name):
        """What a script tells that need not be run; `None` where it must be."""
        entry = folder.entry(name)
        if entry is None or entry.told is None or not folder.is_compiled(name):
            return None
        for module, names in entry.told["imports"]:
            self.do_import(module, names)
        return entry.told

    def script(self, folder, name, told):
        """The script as Alembic makes it, without being run."""
        path = os.path.join(folder.path, name)
        values = told["values"]
        module = unread(re.sub(r"\W", "_", name), path, Known(values, told["names"]))
        return self.base.Script(module, values["revision"], path)

    def do_import(self, module, names):
        """What the script would import: others may count on it."""
        if (module, names) in self.imported:
            return
        found = __import__(module, {}, {}, names)
        for name in names:
            getattr(found, name)
        self.imported.add((module, names))

    def keep(self):
        for folder in set(self.folders.values()):
            folder.keep()


class Entry:
    def __init__(self, identity, digest, told):
        self.identity = identity
        self.digest = digest
        #: `None` for a script that must be run.
        self.told = told


class Folder:
    """The scripts of one folder."""

    def __init__(self, store, path):
        self.path = path
        name = hashlib.sha256(os.fsencode(path)).hexdigest()[:32]
        # What is inert depends on the code, and so on the version of Python that made it, and on what that leaves out.
        python = "%s-%d" % (importlib.util.MAGIC_NUMBER.hex(), sys.flags.optimize)
        self.file = os.path.join(store, "%s-%d-%s" % (name, FORMAT, python))
        self.entries = {}
        self.found = {}
        self.changed = False
        self.compiled = None
        self.load()

    def load(self):
        try:
            with open(self.file, "rb") as file:
                folder, scripts = marshal.loads(file.read())
            if folder == self.path:
                self.entries = {name: Entry(*entry) for name, entry in scripts.items()}
        except Exception:
            # There is none yet, or one that was damaged.
            self.entries = {}

    def entry(self, name):
        """What is known of a script as it is now."""
        entry = self.entries.get(name)
        if entry is None:
            return None
        path = os.path.join(self.path, name)
        now = identity(path)
        if now is None:
            return None
        if entry.identity != now:
            if entry.digest != digest(path):
                return None
            entry.identity = now
            self.changed = True
        self.found[name] = entry
        return entry

    def is_compiled(self, name):
        """Whether Python has nothing to write for this script: where it would compile it for the next run, it shall."""
        if self.compiled is None:
            self.compiled, self.suffix = compiled(self.path)
        return self.compiled is True or name[: -len(".py")] + self.suffix in self.compiled

    def learn(self, name, before, module, code):
        """Remembers a script that Alembic has just run. Never raises."""
        try:
            path = os.path.join(self.path, name)
            entry = Entry(before, digest(path), tell(module, code))
            if before is not None and identity(path) == before:
                self.found[name] = self.entries[name] = entry
                self.changed = True
        except Exception:
            pass

    def keep(self):
        """Never raises: what can't be kept is learnt again."""
        if not self.changed:
            return
        new = "%s.%d" % (self.file, os.getpid())
        try:
            scripts = {}
            for name, entry in self.entries.items():
                if name not in self.found and not os.path.exists(os.path.join(self.path, name)):
                    continue
                settled = entry.identity is not None and is_settled(entry.identity[1:3])
                scripts[name] = entry.identity if settled else None, entry.digest, entry.told
            with open(new, "wb") as file:
                file.write(marshal.dumps((self.path, scripts)))
            os.replace(new, self.file)
        except (OSError, ValueError):
            try:
                os.unlink(new)
            except OSError:
                pass


def identity(path):
    """What changes with a file's content; `None` for what is no ordinary file."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def compiled(folder):
    """The names of the compiled files of a folder's scripts, and how they end; `True` where Python writes none."""
    path = importlib.util.cache_from_source(os.path.join(folder, "x.py"))
    cache, name = os.path.split(path)
    suffix = name[1:]
    if sys.dont_write_bytecode:
        return True, suffix
    try:
        return set(os.listdir(cache)), suffix
    except OSError:
        return not os.access(folder, os.W_OK) or set(), suffix


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def tell(module, code):
    told = None if code is None else static_script.told(code)
    if told is None:
        return None
    values = {}
    for name in ("__doc__",) + VALUES:
        if name in told.names or name == "__doc__":
            value = module.__dict__.get(name)
            if not is_plain(value):
                return None
            values[name] = value
    if not isinstance(values.get("revision"), str) or "down_revision" not in values:
        return None
    return {"values": values, "names": frozenset(told.names), "imports": told.imports}


def is_plain(value):
    return value is None or type(value) is str or type(value) is tuple and all(type(part) is str for part in value)


class Codes:
    """The code of what is imported meanwhile, by file."""

    def __init__(self):
        self.of = {}

    def __enter__(self):
        self.before = SourceFileLoader.__dict__.get("get_code")
        inherited = SourceFileLoader.get_code

        # Not on the stack any more when the code runs.
        def get_code(loader, fullname):
            self.of[loader.path] = code = inherited(loader, fullname)
            return code

        SourceFileLoader.get_code = get_code
        return self

    def __exit__(self, *_):
        if self.before is None:
            del SourceFileLoader.get_code
        else:
            SourceFileLoader.get_code = self.before
