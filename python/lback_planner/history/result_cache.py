"""Keeps results from run to run: one JSON file for a project and a dialect. What is in doubt is analysed again."""

import contextlib
import gc
import hashlib
import json
import os
import platform
import time

from .. import FOLDER

FORMAT = 1
#: A file that has changed within this time, in nanoseconds, could change again without getting another time.
TICK = 2_000_000_000


class Files:
    """What is known of files by their content; each is looked at once in a process."""

    def __init__(self):
        #: path: (identity, digest), as a run before saw it.
        self.before = {}
        self.now = {}

    def digest(self, path):
        found = self.now.get(path)
        if found is None:
            identity = identity_of(path)
            known = self.before.get(path)
            if known is not None and identity is not None and known[0] == identity:
                found = identity, known[1]
            else:
                found = identity, digest_of(path)
            self.now[path] = found
        return found[1]


def identity_of(path):
    try:
        status = os.stat(path)
    except OSError:
        return None
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def digest_of(path):
    try:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return None


def text_digest(text):
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def environment_of(context, root):
    """Everything beside the project that a result depends on."""
    import alembic
    import sqlalchemy

    dialect = context.dialect
    options = {name: repr(context.opts.get(name)) for name in ("render_as_batch", "version_table", "version_table_schema", "upgrade_token", "downgrade_token", "user_module_prefix")}
    said = [
        FORMAT, platform.python_version_tuple()[:2], platform.python_implementation(), alembic.__version__, sqlalchemy.__version__, dialect.name, getattr(dialect, "driver", None),
        repr(getattr(dialect, "server_version_info", None)), getattr(dialect, "default_schema_name", None), getattr(dialect, "is_mariadb", None), options, root, own_digest(), enforces_keys(context),
    ]  # fmt: skip
    return text_digest(json.dumps(said, default=repr))


def enforces_keys(context):
    """Whether SQLite may be enforcing foreign keys on the live connection. It is asked below SQLAlchemy, so that no transaction begins."""
    if context.dialect.name != "sqlite":
        return False
    if getattr(context, "connection", None) is None or getattr(context.dialect, "is_async", False):
        return True
    try:
        cursor = context.connection.connection.cursor()
        try:
            return bool(cursor.execute("PRAGMA foreign_keys").fetchone()[0])
        finally:
            cursor.close()
    except Exception:
        return True


def own_files():
    """Yields the paths of this package's own files."""
    for folder, _, names in os.walk(FOLDER):
        for name in names:
            if name.endswith(".py"):
                yield os.path.join(folder, name)


def own_digest():
    """Of this package's own files."""
    digest = hashlib.sha256()
    for path in sorted(own_files()):
        digest.update(os.path.relpath(path, FOLDER).encode() + b"\0" + (digest_of(path) or "").encode())
    return digest.hexdigest()


class Entry:
    """What is kept of one revision."""

    __slots__ = ("path", "files", "environ", "chain", "changes", "said", "result", "digest")

    def __init__(self, path, files, environ, chain, changes, said, result, digest=None):
        self.path = path
        #: Files that had a part in it, with the digests that they had: `{path: digest}`.
        self.files = files
        #: Variables of the environment, likewise.
        self.environ = environ
        #: The digest of all changes before, where the result depends on them; empty where it depends on there being no tables that belong to others.
        self.chain = chain
        self.changes = changes
        #: The tables that a comment in the script declares, or `None`.
        self.said = said
        self.result = result
        self.digest = digest or text_digest(json.dumps(changes, sort_keys=True))


class Cache:
    def __init__(self, folder, script, context, root):
        self.files = Files()
        self.path = None
        self.entries = {}
        self.changed = False
        if folder is None:
            return
        try:
            self.environment = environment_of(context, root)
            name = "%s %s" % (os.path.abspath(script.dir), context.dialect.name)
            self.path = os.path.join(folder, "analysis-%s.json" % text_digest(name)[:32])
            self.load()
        except Exception:
            self.entries = {}

    def load(self):
        try:
            with collecting_later():
                self.read()
        except Exception:
            # There is none, or it isn't ours, or it was damaged.
            self.entries = {}
            self.files.before = {}

    def read(self):
        with open(self.path, "rb") as file:
            found = json.loads(file.read())
        if found["environment"] != self.environment:
            return
        names = [name for name, _, _ in found["files"]]
        self.files.before = {name: (identity, digest) for name, identity, digest in found["files"]}
        digests = {name: digest for name, _, digest in found["files"]}
        groups = [{names[number]: digests[names[number]] for number in group} for group in found["groups"]]
        entries = {}
        for revision, (path, group, environ, chain, changes, said, result, digest) in found["revisions"].items():
            entries[revision] = Entry(path, groups[group], environ, chain, changes, said, result, digest)
        self.entries = entries

    def get(self, revision, path, chains):
        """`chains`: what comes before, in the forms in which a result may depend on it."""
        entry = self.entries.get(revision)
        if entry is None or entry.path != path or entry.chain not in chains:
            return None
        if any(self.files.digest(name) != digest for name, digest in entry.files.items()):
            return None
        if any(value_digest(name) != digest for name, digest in entry.environ.items()):
            return None
        return entry

    def put(self, revision, entry):
        self.entries[revision] = entry
        self.changed = True

    def forget(self, revision):
        self.changed = self.entries.pop(revision, None) is not None or self.changed

    def keep(self, revisions):
        """Never raises: what can't be kept is found out again."""
        if self.path is None or not self.changed:
            return
        new = "%s.%d" % (self.path, os.getpid())
        try:
            os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)
            young = time.time_ns() - TICK
            numbers, files, groups, group_numbers, kept = {}, [], [], {}, {}
            for revision, entry in self.entries.items():
                if revision not in revisions:
                    continue
                for name in entry.files:
                    if name not in numbers:
                        numbers[name] = len(files)
                        identity = (self.files.now.get(name) or self.files.before.get(name) or (None,))[0]
                        settled = identity is not None and max(identity[1:3]) < young
                        files.append([name, identity if settled else None, entry.files[name]])
                group = tuple(sorted(numbers[name] for name in entry.files))
                if group not in group_numbers:
                    group_numbers[group] = len(groups)
                    groups.append(group)
                kept[revision] = [entry.path, group_numbers[group], entry.environ, entry.chain, entry.changes, entry.said, entry.result, entry.digest]
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(json.dumps({"environment": self.environment, "files": files, "groups": groups, "revisions": kept}, separators=(",", ":")))
            os.replace(new, self.path)
            self.changed = False
        except Exception:
            try:
                os.unlink(new)
            except OSError:
                pass


@contextlib.contextmanager
def collecting_later():
    """The collector would look at what is being made, again and again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def value_digest(name):
    value = os.environ.get(name)
    return None if value is None else text_digest(value)
