"""Which lines of the project's own functions ran, and what their names meant at the end."""

import os
import sys
import sysconfig

STANDARD = tuple({os.path.realpath(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")} | {sysconfig.get_path("stdlib")})
FORCED = __name__.rpartition(".")[0] + ".forced"
OWN = os.path.dirname(os.path.abspath(__file__))


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
                    return not full.startswith((OWN,) + STANDARD) or "site-packages" in folder
        return False


class Activations:
    """What is known of one function from all of its calls."""

    def __init__(self, code):
        self.code = code
        #: Lines of calls that came to their end, and of those that were cut off.
        self.lines = set()
        self.cut = set()
        #: Lines at which they were.
        self.failed = set()
        self.globals = None
        #: The locals of each call, of some.
        self.locals = []


class Tracer:
    """Watches between `with`; may be used several times, and unites what it sees."""

    MANY = 20

    def __init__(self, project, reach):
        self.project = project
        self.reach = reach
        self.functions = {}

    def __enter__(self):
        self.before = sys.gettrace()
        sys.settrace(self.called)
        return self

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
        elif not self.reach.frame(frame):
            return None
        found = self.functions.get(code)
        if found is None:
            found = self.functions[code] = Activations(code)
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
                    found.cut.update(lines)
                    found.failed.add(frame.f_lineno)
                else:
                    found.lines.update(lines)
                found.globals = frame.f_globals
                if len(found.locals) < self.MANY:
                    found.locals.append(dict(frame.f_locals))
            return local

        return local
