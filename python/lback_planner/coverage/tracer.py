"""Which lines of the project's own functions ran, and what their names meant at the end."""

import inspect
import os
import sys
import sysconfig
import types

from .. import FOLDER
from ..execution.fake_values import is_from_rows

STANDARD = tuple({os.path.realpath(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")} | {sysconfig.get_path("stdlib")})
FORCED = __name__.rpartition(".")[0] + ".forcing"


class Project:
    """Which files are the project's own."""

    def __init__(self, root, path):
        self.folders = [os.path.abspath(root) + os.sep, os.path.dirname(os.path.abspath(path)) + os.sep]
        parts = os.path.abspath(path).split(os.sep)
        for place in ("site-packages", "dist-packages"):
            if place in parts and parts.index(place) + 1 < len(parts) - 1:
                # A package that brings its history along.
                self.folders.append(os.sep.join(parts[: parts.index(place) + 2]) + os.sep)
        self.known = {}

    def has(self, path):
        found = self.known.get(path)
        if found is None:
            found = self.known[path] = self.decide(path)
        return found

    def decide(self, path):
        if not path or path.startswith("<"):
            return False
        full = os.path.abspath(path)
        for folder in self.folders:
            if full.startswith(folder):
                inside = full[len(folder) :]
                if "site-packages" not in inside and "dist-packages" not in inside and not inside.startswith(("lib/python", ".venv")):
                    return not full.startswith((FOLDER,) + STANDARD) or "site-packages" in folder
        return False


class Calls:
    """What is known of one function from all calls that were given the same."""

    def __init__(self, code, given):
        self.code = code
        self.given = given
        #: Lines of calls that came to their end, and of those that were cut off.
        self.lines = set()
        self.cut = set()
        #: Lines at which they were.
        self.failed = set()
        self.globals = None
        #: The locals of the last of them.
        self.locals = []


class Activations:
    """What is known of one function."""

    def __init__(self, code):
        self.code = code
        #: `{what is given: Calls}`.
        self.calls = {}
        #: Whether there were more than are kept.
        self.more = False

    def of(self, frame):
        code = self.code
        count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & inspect.CO_VARARGS) + bool(code.co_flags & inspect.CO_VARKEYWORDS)
        given = tuple(shape(frame.f_locals.get(name)) for name in code.co_varnames[:count] + code.co_freevars)
        found = self.calls.get(given)
        if found is None:
            if len(self.calls) >= MANY:
                self.more = True
                return Calls(code, given)
            found = self.calls[given] = Calls(code, given)
        return found


#: Ways to call a function that are told apart.
MANY = 100


def shape(value, depth=2):
    """What tells one value from another, where that may matter to what is done with it; can be hashed."""
    if value is None or isinstance(value, (str, int, float, bytes)):
        return "rows" if is_from_rows(value) else (type(value).__name__, value if depth == 2 else str(value)[:50])
    if isinstance(value, (types.FunctionType, type, types.ModuleType)):
        return getattr(value, "__qualname__", value.__class__.__name__), id(getattr(value, "__code__", value))
    if is_from_rows(value):
        return "rows"
    name = getattr(value, "fullname", None)
    if isinstance(name, str):
        return name
    kind = type(value).__name__
    if depth <= 0:
        return kind
    try:
        if isinstance(value, (list, tuple, set, frozenset)):
            return (kind,) + tuple(shape(each, depth - 1) for each in list(value)[:10])
        if isinstance(value, dict):
            return (kind,) + tuple((str(key)[:50], shape(each, depth - 1)) for key, each in list(value.items())[:10])
        if type(value).__module__.split(".")[0] not in ("sqlalchemy", "alembic"):
            return (kind,) + tuple((key, shape(each, depth - 1)) for key, each in list(getattr(value, "__dict__", {}).items())[:10])
    except Exception:
        pass
    return kind


class Tracer:
    """Watches between `with`; may be used several times, and unites what it sees."""

    def __init__(self, project, reach):
        self.project = project
        self.reach = reach
        self.functions = {}
        #: `(code, line)` that ran where rows had the keys that were looked for.
        self.by_keys = set()

    def __enter__(self):
        self.before = sys.gettrace()
        sys.settrace(self.called)
        return self

    def learn(self, other):
        """Takes over functions that were never called before. Where one key has led in functions that were is no sign of what others would do."""
        if other is self:
            return
        for code, activations in other.functions.items():
            self.functions.setdefault(code, activations)
            for calls in activations.calls.values():
                self.by_keys.update((code, line) for line in calls.lines)

    def __exit__(self, *_):
        sys.settrace(self.before)

    def called(self, frame, event, argument):
        code = frame.f_code
        if event != "call" or not self.project.has(code.co_filename):
            return None
        if code.co_name == "<module>":
            # Not the modules that are imported meanwhile; only statements that are made to run.
            if frame.f_back is None or frame.f_back.f_globals.get("__name__") != FORCED:
                return None
        elif not self.reach.frame(frame) and not any(is_from_rows(value) for value in frame.f_locals.values()):
            # What a row is given to may say what is written.
            return None
        found = self.functions.get(code)
        if found is None:
            found = self.functions[code] = Activations(code)
        calls = found.of(frame)
        lines = set()
        raised = [False]

        def local(frame, event, argument):
            if event == "line":
                raised[0] = False
                lines.add(frame.f_lineno)
            elif event == "exception":
                raised[0] = True
            elif event == "return":
                if raised[0] and argument is None:
                    calls.cut.update(lines)
                    calls.failed.add(frame.f_lineno)
                else:
                    calls.lines.update(lines)
                calls.globals = frame.f_globals
                calls.locals = [dict(frame.f_locals)]
            return local

        return local
