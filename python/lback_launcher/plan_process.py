"""Makes the plan in a process apart, so that nothing of it is left in the one that will run Alembic.

The child is a copy of the launcher as it waits, with Alembic imported. It runs `alembic current`: env.py connects as it always does, Alembic reads the heads, and
there the planner takes over. What the project's code prints is discarded. The child ends without any tidying up that is not its own.
"""

import os
import sys

from . import FOLDER, failure


def make(channel, request, run):
    """Forks, waits for the child, and says that it is done. `run` is called in the child, and runs Alembic with the given arguments."""
    child = os.fork()
    if child == 0:
        act(channel, request, run)
    _, status = os.waitpid(child, 0)
    channel.report("plan_ended", status=status)


def act(channel, request, run):
    status = 1
    created = None
    try:
        end_after(request["limit"])
        created = Created()
        run(request["arguments"])
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


#: The status of a child that was not done in time.
OVERDUE = 124


def end_after(seconds):
    """Ends this process when the time is over, whatever it waits for."""
    import threading
    import time

    def end():
        time.sleep(seconds)
        os._exit(OVERDUE)

    threading.Thread(target=end, daemon=True).start()


class Created:
    """The empty files that SQLite makes of databases that were not there: to look must not make one."""

    def __init__(self):
        self.files = []
        sys.addaudithook(self.hook)

    def hook(self, event, arguments):
        if event != "sqlite3.connect":
            return
        try:
            file = os.fsdecode(arguments[0])
            if file.startswith("file:"):
                file = file[len("file:") :].partition("?")[0]
            if file and file != ":memory:" and not os.path.exists(file):
                self.files.append(os.path.abspath(file))
        except Exception:
            pass

    def remove(self):
        for file in self.files:
            try:
                if os.path.getsize(file) == 0:
                    os.unlink(file)
            except OSError:
                pass


def planner(channel, request):
    """The part of the launcher that makes plans. It is imported only where one is asked for."""
    sys.path.insert(0, FOLDER)
    write = sys.dont_write_bytecode
    sys.dont_write_bytecode = False
    try:
        from lback_planner.planner import Planner
    finally:
        sys.dont_write_bytecode = write
        sys.path.remove(FOLDER)
    return Planner(channel, request)
