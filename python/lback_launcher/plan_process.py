"""Makes a plan in processes of its own, so that nothing of it is left in the one that runs Alembic.

The child is a copy of the launcher as it waits, with Alembic imported. It runs `alembic current`:
env.py connects as always, and Alembic reads the heads. There it forks once more, for each database:
the planner works in that process, behind a barrier and without a connection, and the child passes
on its reports. Whatever the project's code prints is discarded. Both end without running exit
handlers.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import sys

from . import FOLDER, failure, watchdog
from .diagnostics import LOUD, ignored

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, NoReturn

    from alembic.runtime.migration import MigrationContext

    from lback_planner.isolation.child import Sender
    from lback_planner.planner import Planner

    from .channel import Channel
    from .instructions import Instructions
    from .loaded_code import LoadedCode

#: The module of the script cache, which is there where the cache is used.
SCRIPT_CACHE = "%s.scripts.script_cache" % __package__

#: What the child has loaded of the project.
loaded: LoadedCode | None = None

#: The databases that the child has created.
created: CreatedDatabases | None = None


class PlannerFailed(BaseException):
    """The process of the planner ended before its work was done. `status` is that of `waitpid`."""

    #: The first such end. env.py may catch the exception.
    first: PlannerFailed | None = None

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status
        PlannerFailed.first = PlannerFailed.first or self


def make(channel: Channel, asked: Instructions, run: Callable[[], object]) -> None:
    """Makes a plan in a child, and reports its end. `run` runs Alembic; only the child calls it."""
    child = os.fork()
    if child == 0:
        make_in_child(channel, asked, run)
    _, status = os.waitpid(child, 0)
    channel.report("plan_ended", status=status)


def make_in_child(channel: Channel, asked: Instructions, run: Callable[[], object]) -> NoReturn:
    """Runs Alembic and ends the process."""
    global created
    status = 1
    try:
        watchdog.end_after(asked.limit, channel)
        record(asked)
        created = CreatedDatabases()
        run()
        status = 0
    except PlannerFailed as end:
        ignored(end, "this process ends as that one did")
    except SystemExit as end:
        failure.report(channel, end)
        status = 0 if end.code in (None, 0) else 1
    except BaseException as error:
        failure.report(channel, error)
    finally:
        if created is not None:
            created.remove()
        if PlannerFailed.first is not None:
            end_as(PlannerFailed.first.status)
        os._exit(status)


def end_as(status: int) -> None:
    """Ends this process as another one has ended: by an exit code, or by a signal."""
    if os.WIFSIGNALED(status):
        import resource
        import signal

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.signal(os.WTERMSIG(status), signal.SIG_DFL)
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 1)


def record(asked: Instructions) -> None:
    """Notes the code that is loaded from now on: the plan holds for that."""
    global loaded
    from .loaded_code import LoadedCode

    assert asked.request is not None
    loaded = LoadedCode(asked.request["root"])
    loaded.install()


class CreatedDatabases:
    """The empty files that SQLite creates when it opens databases that don't exist.

    A plan must leave none of them, not even one that is stopped: they are removed before the
    planner starts its work. A database that is open goes on without its name.
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


def plan(
    channel: Channel,
    asked: Instructions,
    context: MigrationContext,
    heads: tuple[str, ...],
    database: dict[str, Any],
    number: int,
) -> None:
    """Has the plan for one database made in a process of its own. Raises `PlannerFailed`.

    `number` is that of the database, from 1.
    """
    assert asked.request is not None
    planner = import_planner()(channel, asked.request, loaded)
    planner.look(context)
    from lback_planner.facts.receiver import WithFacts
    from lback_planner.isolation import child

    def work(sender: Sender, found: bytes) -> None:
        with behind_barrier(planner, sender, found):
            planner.plan(context, heads, database)

    receiver = WithFacts(channel, context, asked.request.get("facts"), number)
    if created is not None:
        created.remove()
    status = child.run(work, receiver, kept_files(asked.request["cache"], context))
    if status != 0:
        raise PlannerFailed(status)


def kept_files(cache: str | None, context: MigrationContext) -> set[str]:
    """Returns the files of the caches that the planner's process may have written.

    They are those of this project, worked out here, where none of its scripts has run.
    """
    from lback_planner.compat import alembic_internals
    from lback_planner.history import result_cache

    environment = alembic_internals.environment_of(context)
    if environment is None:
        return set()
    files = set()
    if cache is not None:
        files.add(result_cache.cache_file(cache, environment.script, context))
    scripts = sys.modules.get(SCRIPT_CACHE)
    if scripts is not None:
        files.update(scripts.files_of(environment.script))
    return files


@contextlib.contextmanager
def behind_barrier(planner: Planner, sender: Sender, found: bytes) -> Iterator[None]:
    """Prepares this process for the planner's work. It can change nothing from here on."""
    from lback_planner.history.spoilt import Spoilt
    from lback_planner.isolation import barrier, child

    try:
        # What was made before stays: collecting it would close connections.
        gc.freeze()
        sys.dont_write_bytecode = True
        lacking = barrier.put_up([sender.descriptor, *([2] if LOUD else [])])
        planner.isolate(sender, lacking, found)
        yield
        keep_scripts(sender)
    except Spoilt as spoilt:
        sender.send(child.AGAIN, "", json.dumps(spoilt.entries).encode())
    except BaseException as error:
        failure.report(sender, error)
        raise


def keep_scripts(sender: Sender) -> None:
    """Has the parent write what the script cache has learned."""
    scripts = sys.modules.get(SCRIPT_CACHE)
    if scripts is not None:
        scripts.at_end(sender.keep)


def import_planner() -> type[Planner]:
    """Imports the planner."""
    sys.path.insert(0, FOLDER)
    write = sys.dont_write_bytecode
    sys.dont_write_bytecode = False
    try:
        # All that the planner's process needs: it can't write compiled files.
        from lback_planner.isolation import barrier
        from lback_planner.planner import Planner

        barrier.import_parts()
    finally:
        sys.dont_write_bytecode = write
        sys.path.remove(FOLDER)
    return Planner
