"""The file in which it is remembered what an import took. One for each environment, which differ in the code that Python makes, or in the modules.

It begins with an index. What the index names of modules lies behind it, and is read where it is needed. To learn takes as long as two or three
runs save, and is for nothing where no later run finds the file. So the first run in an environment only leaves an empty one, and the second learns.
"""

import marshal
import os
import sys
import time
from _frozen_importlib_external import MAGIC_NUMBER

import _imp
import _sre

#: Of the file.
FORMAT = 1

#: So many environments are remembered, those that were learnt last. Of others it is known that they have been met.
ENVIRONMENTS = 8
MET = 100

#: Seconds. Where no module has changed, the file isn't written more often: a text that is compiled may be another one in each run.
OFTEN = 3600

#: The most that a file may have of modules that its last run didn't import, but other runs may.
LIMIT = 32 * 1024 * 1024


class Memory:
    def __init__(self, folder):
        self.folder = folder
        self.environment = environment()
        self.path = os.path.join(folder, "%d-%s" % (FORMAT, _imp.source_hash(FORMAT, self.environment.encode("utf-8", "replace")).hex()))
        self.patterns = {}
        self.codes = {}
        #: Of each list of folders: what tells that they are still the same, and where which modules are in them.
        self.places = {}
        #: Of each file of a module: what tells that it is still the same, and where its code is in this file.
        self.modules = {}
        #: The modules that were imported with what is known of them.
        self.used = set()
        #: New ones, with their code instead of its place.
        self.learnt = {}
        #: Whether there is something else that is new.
        self.changed = False
        self.file = None
        #: A fork of it has nothing to write.
        self.process = os.getpid()

    def is_met(self):
        """Opens the file. Where there is none, it is made for the next run."""
        try:
            self.file = os.open(self.path, os.O_RDONLY)
            return True
        except FileNotFoundError:
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600))
            self.tidy()
            return False

    def load(self):
        try:
            length = int.from_bytes(os.pread(self.file, 8, 0), "little")
            self.start = 8 + length
            environment, size, patterns, codes, places, modules = marshal.loads(os.pread(self.file, length, 8))
            if environment == self.environment and os.fstat(self.file).st_size == self.start + size:
                self.patterns, self.codes, self.places, self.modules = patterns, codes, places, modules
        except Exception:
            # It is empty yet, or was damaged.
            pass

    def code(self, place, length):
        """What was kept of a module."""
        return marshal.loads(self.read(place, length))

    def read(self, place, length):
        return os.pread(self.file, length, self.start + place)

    def gather(self):
        """Puts together what there is to write, if there is anything. From here on the old file is not needed."""
        if not self.learnt and not (self.changed and os.fstat(self.file).st_mtime < time.time() - OFTEN):
            return False
        modules, self.parts, self.size = {}, [], 0
        for path, (state, data) in self.all_modules():
            if type(data) is tuple:
                if self.size > LIMIT and path not in self.used:
                    continue
                data = self.read(*data)
            modules[path] = state, (self.size, len(data))
            self.parts.append(data)
            self.size += len(data)
        self.modules = modules
        return True

    def keep(self):
        """Never raises: what can't be kept is learnt again."""
        new = "%s.%d" % (self.path, self.process)
        try:
            index = marshal.dumps((self.environment, self.size, self.patterns, self.codes, self.places, self.modules))
            with open(new, "wb") as file:
                file.writelines([len(index).to_bytes(8, "little"), index] + self.parts)
            os.replace(new, self.path)
            self.tidy()
        except (OSError, ValueError):
            try:
                os.unlink(new)
            except OSError:
                pass

    def all_modules(self):
        """Those of this run first."""
        yield from self.learnt.items()
        known = [(path, entry) for path, entry in self.modules.items() if path not in self.learnt]
        yield from (each for each in known if each[0] in self.used)
        # Another project of the same environment may import them.
        yield from (each for each in known if each[0] not in self.used and os.path.exists(each[0]))

    def tidy(self):
        """Removes what was left behind: by environments that are gone, other versions, runs that were killed."""
        now = time.time()
        learnt, met, begun = [], [], []
        for entry in os.scandir(self.folder):
            status = entry.stat()
            kind = begun if "." in entry.name else learnt if status.st_size else met
            kind.append((status.st_mtime, entry.path))
        old = [each for each in begun if each[0] < now - 3600]
        for _, path in sorted(learnt, reverse=True)[ENVIRONMENTS:] + sorted(met, reverse=True)[MET:] + old:
            os.unlink(path)

    def forget(self):
        """What can't be used is learnt again by the next run."""
        try:
            os.unlink(self.path)
        except OSError:
            pass
        self.close()

    def close(self):
        if self.file is not None:
            os.close(self.file)
            self.file = None


def environment():
    """What the code of a module, or its place, depends on beside its text."""
    return repr(
        (
            sys.version,
            MAGIC_NUMBER,
            _sre.MAGIC,
            sys.executable,
            sys.prefix,
            sys.pycache_prefix,
            sys.flags.optimize,
            sys.dont_write_bytecode,
            sorted(sys._xoptions.items()),
            os.environ.get("PYTHONNODEBUGRANGES"),
        )
    )
