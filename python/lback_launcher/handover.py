"""Runs Alembic as if it had been started without lback."""

import gc
import os
import sys

from .channel import Channel
from .import_cache.cache import Imports

#: The oldest Alembic that the observer was tried with.
OLDEST_ALEMBIC = (1, 13)

#: The oldest Python that all of this runs on.
OLDEST_PYTHON = (3, 8)


class Unlaunchable(Exception):
    """Alembic can't be run from here as it would run without lback."""


channel = None
imports = None


def prepare(launcher, blank, collecting):
    """Waits for lback's word. Then returns what starts Alembic: a function, and its arguments."""
    global channel, imports
    channel = Channel.from_stdin()
    imports = Imports(channel.folder())
    try:
        with imports:
            # While nothing of the project's can be found in the place of what is imported here.
            from . import observe

            entry = find_entry(sys.argv[1:], launcher, blank)
            channel.report("hello", python=python_version())
            entry.enter()
            early = not entry.is_shadowed()
            if early:
                import_alembic()
        go = channel.receive()
        while go is not None and go["type"] == "plan":
            plan(entry, go)
            go = channel.receive()
    except Unlaunchable as why:
        channel.report("unable", why=str(why))
        go = channel.receive()
        os._exit(0)
    except KeyboardInterrupt:
        end_by_interrupt()
    if go is None:
        # lback has decided against it, or has ended.
        os._exit(0)
    if go.get("probe"):
        be_quiet()
    import_alembic_if_needed()
    if go.get("arguments") is not None:
        # What is to be done is known only now.
        entry.arguments = go["arguments"]
    watch(channel, go)
    # What was imported so far stays until the end: the collector need not look at it again, neither during the run nor at exit. From here on
    # it works as usual, since what follows is the project's code, which may count on it.
    gc.freeze()
    if collecting:
        gc.enable()
    return entry.start()


def plan(entry, request):
    """Answers what lback wants to know before it decides."""
    from . import plan_process

    def run(arguments):
        be_quiet()
        import_alembic_if_needed()
        entry.arguments = arguments
        watch(channel, request)
        start, arguments = entry.start()
        try:
            start(*arguments)
        finally:
            at_end()

    plan_process.make(channel, request, run)


def be_quiet():
    """lback only wants to know the heads: nobody shall see anything of this run, also not in the project's log files, which the run before has just
    written."""
    import logging

    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    os.close(null)
    logging.disable(logging.CRITICAL)
    # Opening a log file may already empty it.
    logging.FileHandler._open = lambda handler: open(os.devnull, "w")


def import_alembic():
    """Imports what Alembic's entry point imports. Where that fails, it fails again there, in the way that the user knows."""
    try:
        import alembic.config
    except Exception:
        return
    # Parts of the launcher that every run needs: what they take is remembered as well.
    from . import failure
    from .scripts import script_cache


def import_alembic_if_needed():
    if "alembic.config" not in sys.modules:
        with imports:
            import_alembic()


def watch(channel, go):
    """Prepares to see what Alembic does. Where that can't be seen, the run goes on all the same."""
    from . import observe

    alembic = sys.modules.get("alembic")
    if alembic is None:
        return
    try:
        version = getattr(alembic, "__version__", "unknown")
        channel.report("versions", python=python_version(), alembic=version, sqlalchemy=sys.modules["sqlalchemy"].__version__, remembered=imports.modules)
        numbers = tuple(int(part) if part.isdigit() else 0 for part in version.split(".")[:2])
        if numbers < OLDEST_ALEMBIC:
            channel.report("blind", why="Alembic %s is older than 1.13" % version)
            return
        observe.install(channel, go)
    except Exception as error:
        channel.report("blind", why="%s: %s" % (type(error).__name__, error))
    if go.get("written"):
        from . import script_bodies

        script_bodies.install(go["written"])
    if go.get("scripts"):
        try:
            from .scripts import script_cache

            script_cache.install(go["scripts"])
        except Exception:
            # An Alembic that loads its scripts in another way runs them all.
            pass


def python_version():
    return ".".join(map(str, sys.version_info[:3]))


def failed(error):
    """The end is left to Python, with what it prints and the status that it chooses; only the launcher is taken out of the traceback."""
    from . import failure

    failure.report(channel, error)
    failure.hide_launcher(error)


def at_end():
    """Gives back what is still held. Of parts that were never needed there is nothing."""
    for part in ("cancel", "locks.base", "scripts.script_cache"):
        module = sys.modules.get(__package__ + "." + part)
        if module is not None:
            module.at_end()
    if imports is not None:
        imports.at_end()


def end_by_interrupt():
    """As a process that was interrupted before it did anything."""
    import _signal

    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
    os.kill(os.getpid(), _signal.SIGINT)
    os._exit(130)


def find_entry(arguments, launcher, blank):
    if sys.version_info < OLDEST_PYTHON:
        raise Unlaunchable("Python %d.%d is older than 3.8" % sys.version_info[:2])
    if arguments[:1] == ["-m"]:
        return Module(arguments[1], arguments[2:], launcher, blank)
    path = arguments[0]
    if os.sep not in path:
        path = find_in_path(path)
        require_own_interpreter(path)
    return Script(path, arguments[1:], launcher, blank)


class Entry:
    def __init__(self, arguments, launcher, blank):
        self.arguments = arguments
        self.blank = blank
        # What is replaced below must not be taken apart while it runs.
        Entry.launcher = launcher

    def enter(self):
        """Makes the process what it is when Python starts the entry itself, up to the point where its code would run."""
        original = getattr(sys, "orig_argv", None)
        if original is not None:
            place = len(original) - len(sys.argv)
            original[place : place + self.words_of_launcher] = self.words
        if not (getattr(sys.flags, "safe_path", False) or sys.flags.isolated):
            sys.path.insert(0, self.folder())

    def new_main(self):
        module = type(sys)("__main__")
        module.__dict__.clear()
        module.__dict__.update(self.blank)
        sys.modules["__main__"] = module
        return module.__dict__


class Script(Entry):
    """`python /venv/bin/alembic`."""

    words_of_launcher = 2

    def __init__(self, path, *rest):
        super().__init__(*rest)
        self.path = path
        self.words = [path]

    def folder(self):
        return os.path.dirname(os.path.realpath(self.path))

    def is_shadowed(self):
        # A folder of programs.
        return False

    def start(self):
        sys.argv[:] = [self.path] + self.arguments
        with open(self.path, "rb") as file:
            code = compile(file.read(), self.path, "exec", dont_inherit=True)
        main = self.new_main()
        main["__file__"] = self.path
        main["__loader__"] = type(main["__loader__"])("__main__", self.path)
        return exec, (code, main)


class Module(Entry):
    """`python -m alembic`."""

    words_of_launcher = 1
    words = []

    def __init__(self, name, *rest):
        super().__init__(*rest)
        self.name = name

    def folder(self):
        return os.getcwd()

    def is_shadowed(self):
        """Whether the project's folder has modules in the place of those that Alembic imports: then these are the project's code, which nothing
        may run before lback says so."""
        if not self.folder() == sys.path[0]:
            return False
        names = {"alembic", "sqlalchemy", "mako", "markupsafe", "greenlet", "tomli", "typing_extensions", "importlib_metadata"}
        names.update(getattr(sys, "stdlib_module_names", ()) or sys.builtin_module_names)
        for entry in os.listdir(self.folder()):
            name, dot, rest = entry.partition(".")
            is_module = dot and rest != "pyc" and (rest == "py" or rest.endswith("so"))
            is_package = not dot and os.path.exists(os.path.join(entry, "__init__.py"))
            if name in names and (is_module or is_package):
                return True
        return False

    def start(self):
        # What Python's own start does for `-m`, so that tracebacks have its frames as well.
        import runpy

        sys.argv[:] = ["-m"] + self.arguments
        self.new_main()
        return runpy._run_module_as_main, (self.name,)


def find_in_path(name):
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder, name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    raise Unlaunchable("`%s` was not found in `PATH`" % name)


def require_own_interpreter(path):
    """The script in PATH may belong to another environment than this interpreter."""
    own = os.path.dirname(sys.executable)
    with open(path, "rb") as file:
        head = file.read(1024)
    beside = os.path.realpath(os.path.dirname(path)) == os.path.realpath(own)
    if b"alembic" not in head or not (beside or os.fsencode(own) + b"/" in head):
        raise Unlaunchable("`%s` does not belong to the interpreter `%s`" % (path, sys.executable))
