"""Attempts of scripts that were refused, passed on to the sandbox that watches the script."""

import sys
from types import FrameType
from typing import Any, Callable, Iterator, List, NamedTuple, Optional, Tuple

from ..compat import cpython_internals

#: Frames that are looked at for the place of an attempt.
DEEPEST = 200


class Attempt(NamedTuple):
    """A refusal while no sandbox was active, in a thread that a script left."""

    #: What was tried, as a fragment of a sentence.
    why: str
    #: Files and lines on the stack, the innermost first.
    places: Tuple[Tuple[str, int], ...]

    def line_in(self, path: str) -> Optional[int]:
        """Returns the innermost line of a file, `None` if the file had no part in it."""
        return next((line for file, line in self.places if file == path), None)


Listener = Callable[[str, Optional[FrameType]], bool]

#: The use of what was open before. The driver's object is of no use from then on, so that a further
#: script that uses it would leave no trace.
OPEN_BEFORE = "uses a connection or a file that was open before"

#: Attempts that no sandbox took.
strays: List[Attempt] = []
_listeners: List[Listener] = []
#: Whether something that was open before was used.
is_spoilt = False


def listen(listener: Listener) -> None:
    """Has attempts passed to this function, which returns whether it took one."""
    _listeners.append(listener)


def note(why: str, frame: Optional[FrameType]) -> None:
    """Passes an attempt on. Never raises: it is called in the middle of a system call."""
    if why.startswith(OPEN_BEFORE):
        spoil()
    for listener in _listeners:
        if listener(why, frame):
            return
    strays.append(Attempt(why, places_of(frame)))


def spoil() -> None:
    """Notes that something that was open before was used."""
    global is_spoilt
    is_spoilt = True


def places_of(frame: Optional[FrameType]) -> Tuple[Tuple[str, int], ...]:
    """Returns the files and lines of a frame and its callers."""
    found: List[Tuple[str, int]] = []
    while frame is not None and len(found) < DEEPEST:
        found.append((frame.f_code.co_filename, frame.f_lineno))
        frame = frame.f_back
    return tuple(found)


def line_of(frame: Optional[FrameType], path: str, waiting: Any = None) -> Optional[int]:
    """Returns the line at which the innermost frame of a file is.

    Where the file has none, it waits for something else: in the greenlet `waiting`, in one above
    the present one, or in the main thread.
    """
    waits = getattr(waiting, "gr_frame", None)
    stacks = (frame, waits, *waiting_greenlets(), cpython_internals.frame_of_main_thread())
    for stack in stacks:
        for file, line in places_of(stack):
            if file == path:
                return line
    return None


def current_greenlet() -> Any:
    """Returns the greenlet that runs, `None` where there are none."""
    module: Any = sys.modules.get("greenlet")
    return None if module is None else module.getcurrent()


def waiting_greenlets() -> Iterator[Optional[FrameType]]:
    """Yields the stacks of the greenlets that wait for the present one."""
    current = getattr(current_greenlet(), "parent", None)
    while current is not None:
        yield current.gr_frame
        current = current.parent


def is_linux() -> bool:
    """Returns whether this is Linux."""
    return sys.platform.startswith("linux")
