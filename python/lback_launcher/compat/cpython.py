"""Private parts of CPython's standard library, from 3.8 to 3.14."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable, NoReturn


def caller(depth: int) -> FrameType:
    """Returns the frame so many calls above the function that calls this one."""
    return sys._getframe(depth + 1)


def run_module_as_main() -> Callable[[str], Any]:
    """Returns the function that `python -m` itself calls: tracebacks have its frames as well."""
    import runpy

    run: Callable[[str], Any] = runpy._run_module_as_main  # type: ignore[attr-defined]
    return run


def discard_log_files() -> None:
    """Has log files that are opened from now on discard what is written.

    Opening a log file may already empty it.
    """
    import logging

    def open_null(_: object) -> Any:
        return open(os.devnull, "w")

    logging.FileHandler._open = open_null  # type: ignore[method-assign, assignment]


def end_by_interrupt() -> NoReturn:
    """Ends the process by SIGINT, as one that does not handle it.

    `_signal` is the part of `signal` in C: importing `signal` itself takes longer, and may be
    interrupted again.
    """
    import _signal  # type: ignore[import-not-found]

    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
    os.kill(os.getpid(), _signal.SIGINT)
    os._exit(130)
