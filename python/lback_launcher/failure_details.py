"""The details of a failure that a traceback buries: the place, the statement, the heads."""

from __future__ import annotations

import os
import re
import sys
import traceback

from . import FOLDER
from .diagnostics import ignored

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Iterator

#: Characters of a statement: its beginning identifies it.
LONGEST_STATEMENT = 4_096
#: The most heads that are described.
MOST_HEADS = 20

CREATED = re.compile(r"^Create Date:[ \t]*(.+?)[ \t]*$", re.MULTILINE)


def details(error: BaseException, cause: BaseException) -> dict[str, Any]:
    """Returns the details of the error that ends a run. Never raises.

    `error` is what Python raised, and `cause` is the error that led to it.
    """
    found: dict[str, Any] = {"is_printed": isinstance(error, SystemExit)}
    for part in (place, statement, heads):
        try:
            found.update(part(cause))
        except Exception as odd:
            ignored(odd, "a detail of an error that can't be read is left out")
    return found


def place(cause: BaseException) -> dict[str, Any]:
    """Returns the line at which the error was raised: in a version script, or else in the project.

    Also whether it was raised while a connection was made.
    """
    frames = [(frame, line) for frame, line in traceback.walk_tb(cause.__traceback__)]
    found: dict[str, Any] = {"connecting": any(is_connecting(frame) for frame, _ in frames)}
    scripts = [(frame, line) for frame, line in frames if is_version_script(frame)]
    own = [] if scripts else frames_of_project(frames, found["connecting"])
    found["in_script"] = bool(scripts)
    file, line = None, None
    if isinstance(cause, SyntaxError) and cause.filename and not scripts:
        file, line = cause.filename, cause.lineno
    elif scripts or own:
        frame, line = (scripts or own)[-1]
        file = frame.f_code.co_filename
    if file is not None:
        found.update(file=relative(file), line=line)
    return found


def frames_of_project(
    frames: list[tuple[FrameType, int]], connecting: bool
) -> list[tuple[FrameType, int]]:
    """Returns the frames of the project's own code.

    Returns none if Alembic raised the error, below the call that runs the migrations: then env.py
    is not its place.
    """
    own = [
        index for index, (frame, _) in enumerate(frames) if is_of_project(frame.f_code.co_filename)
    ]
    if not own:
        return []
    below = frames[own[-1] + 1 :]
    by_alembic = bool(below) and str(below[0][0].f_globals.get("__name__")).startswith("alembic.")
    return [] if by_alembic and not connecting else [frames[index] for index in own]


def is_version_script(frame: FrameType) -> bool:
    """Returns whether a frame runs code of a version script."""
    names = frame.f_globals
    return isinstance(names.get("revision"), str) and "down_revision" in names


def is_connecting(frame: FrameType) -> bool:
    """Returns whether a frame is that of SQLAlchemy's dialects that opens a connection."""
    module = frame.f_globals.get("__name__")
    return module == "sqlalchemy.engine.default" and frame.f_code.co_name == "connect"


def is_of_project(file: str) -> bool:
    """Returns whether a file is the project's own: below its root, and not installed."""
    if file.startswith("<"):
        # Code that no file has, as that of `exec`.
        return False
    file = os.path.abspath(file)
    installed = (os.path.join(sys.prefix, ""), os.path.join(os.path.abspath(FOLDER), ""))
    parts = file.split(os.sep)
    return (
        file.startswith(os.path.join(os.getcwd(), ""))
        and not file.startswith(installed)
        and "site-packages" not in parts
        and "dist-packages" not in parts
    )


def relative(file: str) -> str:
    """Returns a path relative to the current folder, if it is below it."""
    root = os.path.join(os.getcwd(), "")
    file = os.path.abspath(file)
    return file[len(root) :] if file.startswith(root) else file


def statement(cause: BaseException) -> dict[str, Any]:
    """Returns the statement that the database refused, without its parameters."""
    text = getattr(cause, "statement", None)
    return {"statement": text[:LONGEST_STATEMENT]} if isinstance(text, str) and text else {}


def heads(cause: BaseException) -> dict[str, Any]:
    """Returns the heads of the scripts, if the error is that there are several."""
    several = several_heads(cause)
    if not several:
        return {}
    scripts = script_directory(cause)
    return {"several": [described(scripts, head) for head in several[:MOST_HEADS]]}


def several_heads(cause: BaseException) -> list[str]:
    """Returns the heads that an error of Alembic's names."""
    for error in led_to(cause):
        if type(error).__name__ == "MultipleHeads":
            found = getattr(error, "heads", None)
            if isinstance(found, (list, tuple, set, frozenset)):
                return sorted(str(head) for head in found)
    return []


def led_to(error: BaseException | None) -> Iterator[BaseException]:
    """Yields an error, and the errors that led to it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def script_directory(cause: BaseException) -> Any:
    """Returns Alembic's script directory, as a function on the way to the error has it."""
    from alembic.script import ScriptDirectory

    for error in led_to(cause):
        for frame, _ in traceback.walk_tb(error.__traceback__):
            for name in ("self", "script", "script_directory"):
                value = frame.f_locals.get(name)
                if isinstance(value, ScriptDirectory):
                    return value
    return None


def described(scripts: Any, head: str) -> dict[str, Any]:
    """Returns what is known of a head."""
    known: dict[str, Any] = {"revision": head}
    script = None if scripts is None else scripts.get_revision(head)
    if script is None:
        return known
    created = CREATED.search(script.module.__doc__ or "")
    known.update(
        doc=script.doc,
        labels=sorted(script.branch_labels),
        file=relative(script.path),
        created=created.group(1) if created else None,
    )
    return known
