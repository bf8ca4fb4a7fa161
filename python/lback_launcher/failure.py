"""The failure of a run: reported to lback, and shown to the user as without lback."""

from __future__ import annotations

import sys

from . import FOLDER
from .diagnostics import ignored

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, Protocol

    class Reporting(Protocol):
        """A receiver of reports."""

        def report(self, kind: str, /, **values: Any) -> None:
            """Sends a report of this kind."""


#: Characters of a message.
LONGEST_MESSAGE = 262_144


def report(channel: Reporting, error: BaseException) -> None:
    """Reports the error that ends Alembic. Never raises."""
    try:
        from .failure_details import details
        from .waits.lock_error import lock_error

        cause = error_behind(error)
        if cause is None:
            return
        original = getattr(cause, "orig", None)
        # SQLAlchemy's own text has the statement and its parameters, which are the project's data.
        message = str(cause if original is None else original)
        channel.report(
            "error",
            error=type_name(cause),
            cause=None if original is None else type_name(original),
            # lback redacts the whole message, and shortens it afterwards.
            message=message[:LONGEST_MESSAGE],
            disconnected=is_disconnected(cause),
            lock=lock_error(cause),
            details=details(error, cause),
        )
    except Exception as odd:
        ignored(odd, "an error that can't be described ends the run without a report")


def error_behind(error: BaseException) -> BaseException | None:
    """Returns the error that ends a run, `None` if it ends without one.

    Alembic prints its own errors and then ends by `SystemExit`.
    """
    if not isinstance(error, SystemExit):
        return error
    return None if error.code in (None, 0) else error.__context__


def is_disconnected(error: BaseException | None) -> bool:
    """Returns whether a lost connection led to an error.

    What the server does with the last statement is then unknown.
    """
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if getattr(error, "connection_invalidated", False) or isinstance(error, ConnectionError):
            return True
        error = error.__cause__ or error.__context__
    return False


def type_name(error: BaseException) -> str:
    """Returns the name of an error's type, with its module."""
    kind = type(error)
    if kind.__module__ == "builtins":
        return kind.__qualname__
    return "%s.%s" % (kind.__module__, kind.__qualname__)


def hide_launcher(error: BaseException) -> None:
    """Removes the launcher's frames from the error that Python, or the project's hook, shows."""
    if sys.version_info >= (3, 11):
        # It is raised again with the traceback that it has, and nothing is added to that.
        remove_frames(error, set())
        return
    # Python keeps the traceback apart from the error until it calls the hook.
    hook = sys.excepthook

    def excepthook(
        kind: type[BaseException], error: BaseException, _: TracebackType | None
    ) -> None:
        remove_frames(error, set())
        hook(kind, error, error.__traceback__)

    sys.excepthook = excepthook


def remove_frames(error: BaseException | None, seen: set[int]) -> None:
    """Removes the launcher's frames from an error, and from those that led to it. Never raises."""
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        try:
            error.__traceback__ = other_frames(error.__traceback__)
        except Exception as odd:
            ignored(odd, "an error of an unusual kind is shown as it is")
        remove_frames(error.__cause__, seen)
        for part in getattr(error, "exceptions", None) or ():
            if isinstance(part, BaseException):
                remove_frames(part, seen)
        error = error.__context__


def other_frames(traceback: TracebackType | None) -> TracebackType | None:
    """Returns a traceback without the launcher's frames."""
    first: TracebackType | None = None
    last: TracebackType | None = None
    while traceback is not None:
        if not traceback.tb_frame.f_code.co_filename.startswith(FOLDER):
            if last is None:
                first = traceback
            else:
                last.tb_next = traceback
            last = traceback
        traceback = traceback.tb_next
    if last is not None:
        last.tb_next = None
    return first
