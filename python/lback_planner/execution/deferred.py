"""Code that a script has called later, when it is over: no run of the script shows its effects."""

import atexit
import functools
import signal
import sys
import weakref
from types import FrameType
from typing import Any, Callable

import sqlalchemy.event
import sqlalchemy.event.api

from ..compat import cpython_internals
from .forbidden_events import is_of_others

#: Takes what was registered, as a fragment of a sentence, and who did so.
Note = Callable[[str, FrameType], None]

AT_THE_END = "registers a function that runs when the process ends"
LISTENER = "registers a listener of SQLAlchemy, which may run later"
HANDLER = "registers a function that Python calls at any time"


def install(note: Note) -> None:
    """Replaces the functions by which code is registered."""
    atexit.register = watched(atexit.register, AT_THE_END, note)
    kind: Any = weakref.finalize
    kind.__init__ = watched(kind.__init__, AT_THE_END, note)
    for module in (sqlalchemy.event, sqlalchemy.event.api):
        for name in ("listen", "listens_for"):
            setattr(module, name, watched(getattr(module, name), LISTENER, note))
    signal.signal = watched(signal.signal, HANDLER, note)
    sys.setprofile = watched(sys.setprofile, HANDLER, note)


def watched(original: Any, why: str, note: Note) -> Any:
    """Returns a function that notes its calls by the project's own code."""

    @functools.wraps(original)
    def function(*args: Any, **kwargs: Any) -> Any:
        caller = cpython_internals.caller(1)
        is_planner = str(caller.f_globals.get("__name__")).startswith("lback_planner")
        if not is_planner and not is_of_others(caller.f_code.co_filename):
            note(why, caller)
        return original(*args, **kwargs)

    return function
