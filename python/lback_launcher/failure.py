"""How a run failed: for lback as type and message, and for the user as without lback."""

import sys

from . import FOLDER


def report(channel, error):
    """Describes the error that ends Alembic. Never raises."""
    try:
        cause = error
        if isinstance(error, SystemExit):
            if error.code in (None, 0):
                return
            # Alembic ends its own errors in this way, after it has printed them.
            cause = error.__context__
            if cause is None:
                return
        original = getattr(cause, "orig", None)
        # SQLAlchemy's own text has the statement and its parameters, which are the project's data.
        message = str(cause if original is None else original)
        channel.report("error", error=name(cause), cause=None if original is None else name(original), message=message[:4096])
    except Exception:
        pass


def name(error):
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else "%s.%s" % (kind.__module__, kind.__qualname__)


def hide_launcher(error):
    """Lets Python, or the project's own hook, show the error that is being raised without the launcher's frames."""
    if sys.version_info >= (3, 11):
        # It is raised again with the traceback that it has, and nothing is added to that.
        without_launcher(error, set())
        return
    # The traceback is kept apart from the error until the hook is called.
    hook = sys.excepthook

    def excepthook(kind, error, traceback):
        without_launcher(error, set())
        hook(kind, error, error.__traceback__)

    sys.excepthook = excepthook


def without_launcher(error, seen):
    """Takes the launcher's frames out of an error, and out of those that led to it. Never raises."""
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        try:
            error.__traceback__ = other_frames(error.__traceback__)
        except Exception:
            # An error of an odd kind is shown as it is.
            pass
        without_launcher(error.__cause__, seen)
        for part in getattr(error, "exceptions", None) or ():
            if isinstance(part, BaseException):
                without_launcher(part, seen)
        error = error.__context__


def other_frames(traceback):
    first = last = None
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
