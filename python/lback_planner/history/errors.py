"""Judges the errors that end a run: where they come from, and whether the project raises them."""

import linecache
import re
import traceback
from types import ModuleType, TracebackType
from typing import List, Optional, Tuple

from ..coverage.tracer import Project
from ..execution.run import Outcome


def without_addresses(text: str) -> str:
    """Returns a text without the addresses of objects, which are others in each process."""
    return re.sub(r" object at 0x[0-9a-fA-F]+|(?<=\w) at 0x[0-9a-fA-F]+", "", text)


def is_of_itself(error: BaseException, project: Project) -> bool:
    """Returns whether an error has nothing to do with what the database answered."""
    if raised_by_script(error, project):
        return True
    if not is_own(error, project):
        return False
    about = getattr(error, "obj", None)
    of_module = isinstance(error, AttributeError) and isinstance(about, (type, ModuleType))
    return isinstance(error, (NameError, ImportError)) or of_module


Where = Tuple[Optional[str], Optional[int]]


def where(error: BaseException, path: Optional[str], project: Project) -> Where:
    """Returns the innermost place in the project at which an error passed."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if project.has(frame.filename):
            return frame.filename, frame.lineno
    return path, None


def is_own(error: BaseException, project: Project) -> bool:
    """Returns whether the project's own code fails, not something that it calls."""
    if isinstance(error, NotImplementedError):
        # Alembic raises it for what a dialect can't do.
        return True
    last = last_of(error)
    return last is not None and project.has(last.tb_frame.f_code.co_filename)


def last_of(error: BaseException) -> Optional[TracebackType]:
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return last


def raised_by_script(error: Optional[BaseException], project: Project) -> bool:
    """Returns whether a ``raise`` of the project is what ended it."""
    last = None if error is None else last_of(error)
    if last is None or not project.has(last.tb_frame.f_code.co_filename):
        return False
    line = linecache.getline(last.tb_frame.f_code.co_filename, last.tb_lineno).strip()
    return line.startswith(("raise", "assert")) or isinstance(error, NotImplementedError)


def agree(outcomes: List[Outcome], project: Project) -> bool:
    """Returns whether all runs ended with one error, at one place in the project."""
    errors = [outcome.error for outcome in outcomes]
    ends = {
        (type(error), str(error)) + where(error, None, project)
        for error in errors
        if error is not None
    }
    first = errors[0]
    if len(ends) != 1 or first is None or None in errors:
        return False
    return is_of_itself(first, project)
