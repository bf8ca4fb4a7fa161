"""Private parts of CPython's standard library."""

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
        if isinstance(name, str):
            seen(name)
        return lookup(self, name)

    environ.__getitem__ = looked_up


def function_of_thread(thread: threading.Thread) -> Any:
    """Returns the function that a thread runs, `None` if it has none of its own."""
    return getattr(thread, "_target", None) or getattr(thread, "function", None)


def frame_of_main_thread() -> Optional[FrameType]:
    """Returns where the main thread is."""
    return sys._current_frames().get(threading.main_thread().ident or 0)
