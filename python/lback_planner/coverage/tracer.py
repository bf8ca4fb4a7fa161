"""A tracer: which lines of the project's own functions ran, and their names."""

import inspect
import os
import sys
import sysconfig
from types import CodeType, FrameType, FunctionType, ModuleType, TracebackType
from typing import Any, Callable, Dict, Iterator, List, Optional, Set, Tuple, Type

from .. import FOLDER
from ..compat import cpython_internals
from ..diagnostics import ignored
from ..execution.fake_values import is_from_rows
from ..execution.run_steps import RunSteps, TooManySteps
from .reachability import Reachability
from .syntax import source_of
from .trail import Trail

STANDARD = tuple(
    {os.path.realpath(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")}
    | {sysconfig.get_path("stdlib")}
)
PACKAGES = ("site-packages", "dist-packages")
#: The module whose statements are traced although they are in no function, and the name of the
#: function that one of them may become.
FORCING = __name__.rpartition(".")[0] + ".forced_statements"
FORCED = "forced_by_lback"
#: Ways to call a function that are told apart.
WAYS = 100
#: Of a collection, the members that tell it from another.
TELLING = 10


class Project:
    """The set of files that belong to the project."""

    def __init__(self, root: str, path: str) -> None:
        folder = os.path.dirname(os.path.abspath(path))
        self.folders = [os.path.abspath(root) + os.sep, folder + os.sep]
        parts = os.path.abspath(path).split(os.sep)
        for place in PACKAGES:
            if place in parts and parts.index(place) + 1 < len(parts) - 1:
                # A package that brings its history along.
                self.folders.append(os.sep.join(parts[: parts.index(place) + 2]) + os.sep)
        self.known: Dict[str, bool] = {}

    def has(self, path: str) -> bool:
        """Returns whether a file is the project's."""
        found = self.known.get(path)
        if found is None:
            found = self.known[path] = self._decide(path)
        return found

    def _decide(self, path: str) -> bool:
        if not path or path.startswith("<"):
            return False
        full = os.path.abspath(path)
        for folder in self.folders:
            if full.startswith(folder) and not is_of_environment(full[len(folder) :]):
                own = full.startswith((FOLDER,) + STANDARD)
                return not own or "site-packages" in folder
        return False


def is_of_environment(path: str) -> bool:
    """Returns whether a path in a project lies in its virtual environment."""
    return any(place in path for place in PACKAGES) or path.startswith(("lib/python", ".venv"))


Given = Tuple[Any, ...]


class Calls:
    """The recorded calls of one function that received the same arguments."""

    def __init__(self, code: CodeType, given: Any) -> None:
        self.code = code
        self.given = given
        #: Lines of calls that came to their end, and of those that were cut off.
        self.lines: Set[int] = set()
        self.cut: Set[int] = set()
        #: Lines that ran because they were made to.
        self.forced: Set[int] = set()
        self.globals: Optional[Dict[str, Any]] = None
        #: The locals of the last call, or none.
        self.locals: List[Dict[str, Any]] = []

    def end(self, frame: FrameType, trail: Trail, is_cut: bool) -> None:
        """Takes over what a call that ends has shown."""
        trail.end(is_cut)
        self.cut.update(trail.cut)
        (self.cut if is_cut else self.lines).update(trail.lines)
        self.globals = frame.f_globals
        self.locals = [dict(frame.f_locals)]


class Activations:
    """All recorded calls of one function."""

    def __init__(self, code: CodeType) -> None:
        self.code = code
        #: By what the calls were given.
        self.calls: Dict[Given, Calls] = {}
        #: Whether there were more than are kept.
        self.more = False

    def of(self, frame: FrameType) -> Calls:
        """Returns the calls that were given the same as this one."""
        given = tuple(shape(frame.f_locals.get(name)) for name in names_given(self.code))
        found = self.calls.get(given)
        if found is None:
            if len(self.calls) >= WAYS:
                self.more = True
                return Calls(self.code, given)
            found = self.calls[given] = Calls(self.code, given)
        return found


def names_given(code: CodeType) -> Iterator[str]:
    """Yields the names of a function's parameters, and of what it has from around it."""
    count = code.co_argcount + code.co_kwonlyargcount
    count += bool(code.co_flags & inspect.CO_VARARGS) + bool(code.co_flags & inspect.CO_VARKEYWORDS)
    yield from code.co_varnames[:count]
    yield from code.co_freevars


def shape(value: Any, depth: int = 2) -> Any:
    """Returns what tells one value from another, where that may matter to what is done with it. It
    can be hashed.
    """
    if value is None or isinstance(value, (str, int, float, bytes)):
        if is_from_rows(value):
            return "rows"
        return type(value).__name__, value if depth == 2 else str(value)[:50]
    if isinstance(value, (FunctionType, type, ModuleType)):
        name = getattr(value, "__qualname__", value.__class__.__name__)
        return name, id(getattr(value, "__code__", value))
    if is_from_rows(value):
        return "rows"
    name = getattr(value, "fullname", None)
    if isinstance(name, str):
        return name
    kind = type(value).__name__
    if depth <= 0:
        return kind
    try:
        return (kind,) + members(value, depth - 1)
    except Exception as error:
        ignored(error, "a value that can't be looked into is told by its type")
        return kind


def members(value: Any, depth: int) -> Tuple[Any, ...]:
    """Returns the shapes of what a value holds."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return tuple(shape(each, depth) for each in list(value)[:TELLING])
    if isinstance(value, dict):
        return tuple(
            (str(key)[:50], shape(each, depth)) for key, each in list(value.items())[:TELLING]
        )
    if type(value).__module__.split(".")[0] in ("sqlalchemy", "alembic"):
        return ()
    attributes = list(getattr(value, "__dict__", {}).items())[:TELLING]
    return tuple((key, shape(each, depth)) for key, each in attributes)


Trace = Callable[[FrameType, str, Any], Any]


class Tracer:
    """Watches between ``with``. One tracer may watch several runs, and unites what it sees."""

    def __init__(self, project: Project, reach: Reachability) -> None:
        self.project = project
        self._known = project.known
        self.reach = reach
        self.functions: Dict[CodeType, Activations] = {}
        #: Code and line that ran where rows had the keys that were looked for.
        self.by_keys: Set[Tuple[CodeType, int]] = set()
        #: Counts the lines of the present run.
        self.steps: Optional[RunSteps] = None
        self._before: Any = None
        #: The calls that go on, with their frames and the lines that they ran.
        self._open: Dict[int, Tuple[Calls, FrameType, Trail]] = {}
        #: The calls to which a statement belongs that is made to run.
        self.forced_of: Optional[Calls] = None

    def counting(self, steps: RunSteps) -> "Tracer":
        """Has the lines of the next run counted, and returns the tracer."""
        self.steps = steps
        return self

    def __enter__(self) -> "Tracer":
        self._before = sys.gettrace()
        self._open.clear()
        sys.settrace(self.called)
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        sys.settrace(self._before)

    def learn(self, other: "Tracer") -> None:
        """Takes over functions that were never called before.

        Where one key has led in functions that were called is no sign of what other keys would do.
        """
        if other is self:
            return
        for code, activations in other.functions.items():
            self.functions.setdefault(code, activations)
            for calls in activations.calls.values():
                self.by_keys.update((code, line) for line in calls.lines)

    def has_run(self, code: CodeType, line: int) -> bool:
        """Returns whether a line ran in any call of a function, by itself or because it was made
        to.
        """
        activations = self.functions.get(code)
        calls = activations.calls.values() if activations is not None else ()
        return any(line in each.lines or line in each.forced for each in calls)

    def forget_forced(self) -> None:
        """Forgets which lines ran because they were made to."""
        for activations in self.functions.values():
            for calls in activations.calls.values():
                calls.forced.clear()

    def called(self, frame: FrameType, event: str, argument: Any) -> Optional[Trace]:
        """Called by Python where a function begins. Returns what is to be called for its lines."""
        # Called for all that a script calls: libraries above all.
        own = self._known.get(frame.f_code.co_filename)
        if own is False or not self.project.has(frame.f_code.co_filename):
            return None
        self.step()
        return self.local(frame) if self.is_of_interest(frame) else None

    def is_of_interest(self, frame: FrameType) -> bool:
        """Returns whether a call may say what is written."""
        if frame.f_code.co_name == "<module>":
            # Not the modules that are imported meanwhile; only statements that are made to run.
            back = frame.f_back
            return back is not None and back.f_globals.get("__name__") == FORCING
        if frame.f_code.co_name == FORCED or self.reach.frame(frame):
            return True
        # What a row is given to may say what is written.
        return any(is_from_rows(value) for value in frame.f_locals.values())

    def local(self, frame: FrameType) -> Trace:
        code = frame.f_code
        if code.co_name in ("<module>", FORCED):
            return self.forced(frame, self.forced_of)
        found = self.functions.get(code)
        if found is None:
            found = self.functions[code] = Activations(code)
        calls = found.of(frame)
        trail = Trail(source_of(code.co_filename).places)
        key = id(trail)
        self._open[key] = calls, frame, trail

        def end(is_cut: bool) -> None:
            self._open.pop(key, None)
            calls.end(frame, trail, is_cut)

        return self.following(trail, end)

    def forced(self, frame: FrameType, calls: Optional[Calls]) -> Trace:
        """Returns what is called for the lines of a statement that is made to run."""
        trail = Trail(source_of(frame.f_code.co_filename).places)

        def end(is_cut: bool) -> None:
            trail.end(is_cut)
            if calls is not None:
                calls.forced.update(trail.lines)

        return self.following(trail, end)

    def following(self, trail: Trail, end: Callable[[bool], None]) -> Trace:
        """Returns what takes up the events of one call."""

        def local(frame: FrameType, event: str, argument: Any) -> Any:
            if event == "line":
                trail.line(frame.f_lineno)
                self.step()
            elif event == "exception":
                trail.raised(frame.f_lineno, argument[0])
            elif event == "return":
                is_cut = argument is None and trail.has_raised
                end(is_cut and cpython_internals.is_unwound(frame))
            return local

        return local

    def step(self) -> None:
        """Counts a step. Once this raises, Python traces no more, so the open calls end here."""
        if self.steps is None:
            return
        try:
            self.steps.take()
        except TooManySteps:
            for calls, frame, trail in self._open.values():
                calls.end(frame, trail, True)
            self._open.clear()
            raise
