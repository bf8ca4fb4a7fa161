"""Private parts of CPython's standard library."""

import dis
import os
import sys
import threading
from types import FrameType
from typing import Any, Callable, Optional


def caller(depth: int) -> FrameType:
    """Returns the frame so many calls above the one that asks; ``1`` is the caller of the function
    that asks.
    """
    return sys._getframe(depth + 1)


def watch_environment(seen: Callable[[str], None]) -> None:
    """Calls a function with the name of each variable of the environment that is looked up, from
    now on.
    """
    environ: Any = os._Environ
    lookup = environ.__getitem__

    def looked_up(self: Any, name: Any) -> Any:
        if isinstance(name, (str, bytes)):
            seen(os.fsdecode(name))
        return lookup(self, name)

    environ.__getitem__ = looked_up


#: Instructions with which a call gives a value to its caller.
_GIVING = frozenset(
    number
    for name, number in dis.opmap.items()
    if name.startswith(("RETURN_", "YIELD_", "INSTRUMENTED_RETURN", "INSTRUMENTED_YIELD"))
    or name == "AWAIT"
)


def is_unwound(frame: FrameType) -> bool:
    """Returns whether a call that ends does so because of an exception."""
    code = frame.f_code.co_code
    return not 0 <= frame.f_lasti < len(code) or code[frame.f_lasti] not in _GIVING


def function_of_thread(thread: threading.Thread) -> Any:
    """Returns the function that a thread runs, `None` if it has none of its own."""
    return getattr(thread, "_target", None) or getattr(thread, "function", None)


def frame_of_main_thread() -> Optional[FrameType]:
    """Returns where the main thread is."""
    return sys._current_frames().get(threading.main_thread().ident or 0)
