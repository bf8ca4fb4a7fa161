"""Makes a plan in a process of its own, so that nothing of it is left in the one that runs Alembic.

The child is a copy of the launcher as it waits, with Alembic imported. It runs `alembic current`:
env.py connects as always, Alembic reads the heads, and there the planner takes over. Whatever the
project's code prints is discarded. The child ends without running exit handlers.
"""

from __future__ import annotations

import os
import sys

from . import FOLDER, failure
from .diagnostics import ignored

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, NoReturn

    from lback_planner.planner import Planner

    from .channel import Channel
    from .instructions import Instructions

#: Seconds between two looks at whether lback still waits for the plan.
CONNECTION_PAUSE = 0.5

#: The exit code of a child that was not done in time.
OVERDUE = 124


def make(channel: Channel, asked: Instructions, run: Callable[[], object]) -> None:
    """Makes a plan in a child, and reports its end. `run` runs Alembic; only the child calls it."""
    child = os.fork()
    if child == 0:
        make_in_child(channel, asked, run)
    _, status = os.waitpid(child, 0)
    channel.report("plan_ended", status=status)


def make_in_child(channel: Channel, asked: Instructions, run: Callable[[], object]) -> NoReturn:
    """Runs Alembic and ends the process."""
    status = 1
    created = None
    try:
        end_after(asked.limit, channel)
        created = CreatedDatabases()
        run()
        status = 0
    except SystemExit as end:
        failure.report(channel, end)
        status = 0 if end.code in (None, 0) else 1
    except BaseException as error:
        failure.report(channel, error)
    finally:
        if created is not None:
            created.remove()
        os._exit(status)


def end_after(seconds: float, channel: Channel) -> None:
    """Ends this process when the time is over or lback has ended, whatever it waits for."""
    import threading
    import time

    end_at = time.monotonic() + seconds

    def end() -> None:
        while time.monotonic() < end_at and channel.is_connected():
            time.sleep(min(CONNECTION_PAUSE, max(0, end_at - time.monotonic())))
        os._exit(OVERDUE)

    threading.Thread(target=end, daemon=True).start()


class CreatedDatabases:
    """The empty files that SQLite creates when it opens databases that don't exist.

    A plan must leave none of them.
    """

    def __init__(self) -> None:
        self.files: list[str] = []
        sys.addaudithook(self.audit)

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Notes a file that SQLite is about to create."""
        if event != "sqlite3.connect":
            return
        try:
            file = os.fsdecode(arguments[0])
            if file.startswith("file:"):
                file = file[len("file:") :].partition("?")[0]
            if file and file != ":memory:" and not os.path.exists(file):
                self.files.append(os.path.abspath(file))
        except Exception as error:
            ignored(error, "a database whose name is no path; `sqlite3.connect` raises by itself")

    def remove(self) -> None:
        """Removes the files that are still empty."""
        for file in self.files:
            try:
                if os.path.getsize(file) == 0:
                    os.unlink(file)
            except OSError as error:
                ignored(error, "an empty database that can't be removed stays")


def planner(channel: Channel, request: dict[str, Any]) -> Planner:
    """Imports the planner, and returns it for a request."""
    sys.path.insert(0, FOLDER)
    write = sys.dont_write_bytecode
    sys.dont_write_bytecode = False
    try:
        from lback_planner.planner import Planner
    finally:
        sys.dont_write_bytecode = write
        sys.path.remove(FOLDER)
    return Planner(channel, request)
