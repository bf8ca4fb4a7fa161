"""Hands the process over to Alembic, which runs as if it had been started without lback."""

from __future__ import annotations

import gc
import os
import sys

from . import diagnostics
from .alembic_entry import CannotLaunch, find_entry
from .channel import Channel
from .import_cache.cache import ImportCache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, NoReturn

    from .agreement import Agreement
    from .alembic_entry import Entry, Start
    from .instructions import Instructions

#: The exit code of a run that may be tried again; EX_TEMPFAIL of sysexits.
TEMPORARY_FAILURE = 75

#: The oldest Alembic that the observer was tried with.
OLDEST_ALEMBIC = (1, 13)

#: Modules of the launcher that have something to do at the end of a run, if they were needed at
#: all.
WITH_AN_END = ("cancel", "locks.base", "scripts.script_cache")

#: Set by `prepare`.
channel: Channel
import_cache: ImportCache
#: The plan that the run must keep to; none if none was agreed to.
agreement: Agreement | None = None
#: Whether lback may start Alembic again after an error that a lock has caused.
may_retry = False


def prepare(launcher: ModuleType, blank: dict[str, Any], collecting: bool) -> Start:
    """Waits until lback allows the run, and answers its requests for plans.

    Returns what starts Alembic: a function, and its arguments.
    """
    global channel, import_cache
    channel = Channel.from_stdin()
    import_cache = ImportCache(channel.folder())
    try:
        entry = greet(launcher, blank)
        asked = decision(entry)
    except CannotLaunch as why:
        channel.report("unable", why=str(why))
        channel.receive()
        os._exit(0)
    except KeyboardInterrupt:
        end_by_interrupt()
    if asked is None:
        # lback has decided against the run, or has ended.
        os._exit(0)
    prepare_run(entry, asked)
    # What was imported so far stays until the end: the collector need not look at it again, neither
    # during the run nor at exit. From here on it works as usual, since the project's code may count
    # on it.
    gc.freeze()
    if collecting:
        gc.enable()
    return entry.start()


def greet(launcher: ModuleType, blank: dict[str, Any]) -> Entry:
    """Reports that the launcher is ready, and imports Alembic meanwhile.

    Alembic is not imported yet if that could run code of the project.
    """
    with import_cache:
        # Imported while no module of the project can be found in the place of what this imports.
        from . import observe  # noqa: F401

        entry = find_entry(sys.argv[1:], launcher, blank)
        channel.report("hello", python=python_version())
        entry.enter()
        if not entry.is_shadowed():
            import_alembic(entry)
    return entry


def decision(entry: Entry) -> Instructions | None:
    """Answers requests for plans until lback allows the run. Returns `None` if it doesn't."""
    from .instructions import PLAN, instructions_of

    while True:
        message = channel.receive()
        if message is None:
            return None
        asked = instructions_of(message)
        if asked.task != PLAN:
            return asked
        make_plan(entry, asked)


def make_plan(entry: Entry, asked: Instructions) -> None:
    """Makes a plan before lback decides."""
    from . import plan_process

    def run() -> None:
        prepare_run(entry, asked)
        start, arguments = entry.start()
        try:
            start(*arguments)
        finally:
            at_end()

    plan_process.make(channel, asked, run)


def prepare_run(entry: Entry, asked: Instructions) -> None:
    """Imports Alembic, and prepares to observe what it does."""
    global may_retry
    from .instructions import RUN

    may_retry = asked.may_retry

    if asked.task != RUN:
        discard_output()
    import_alembic_if_needed(entry)
    if asked.expected is not None:
        hold_to_plan(asked)
    if asked.arguments is not None:
        # What is to be done is known only now.
        entry.arguments = asked.arguments
    watch(asked)


def hold_to_plan(asked: Instructions) -> None:
    """Compares the project's code with that of the plan, from the first module on."""
    global agreement
    from .agreement import Agreement

    agreement = Agreement(channel, asked.files)
    agreement.install()


def discard_output() -> None:
    """Discards all output of this process, also to the project's log files.

    lback only reads the heads, or makes a plan: users must not see anything of it. Log files have
    the output of the run before. With `LBACK_DEBUG=1` standard error remains.
    """
    import logging

    from .compat.cpython import discard_log_files

    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    if not diagnostics.LOUD:
        os.dup2(null, 2)
    os.close(null)
    logging.disable(logging.CRITICAL)
    discard_log_files()


def import_alembic(entry: Entry) -> None:
    """Imports what the entry point imports."""
    try:
        import alembic.config  # noqa: F401

        entry.import_program()
    except Exception as error:
        diagnostics.ignored(
            error, "the import fails again in the program's own entry point, as the user knows it"
        )
        return
    # Modules of the launcher that every run needs: the import cache covers them as well.
    from . import failure, instructions, passwords  # noqa: F401
    from .scripts import script_cache  # noqa: F401


def import_alembic_if_needed(entry: Entry) -> None:
    """Imports Alembic unless that was done early."""
    if "alembic.config" not in sys.modules:
        with import_cache:
            import_alembic(entry)


def watch(asked: Instructions) -> None:
    """Prepares to observe Alembic. If that fails, the run goes on without it."""
    alembic = sys.modules.get("alembic")
    if alembic is None or not observe_contexts(asked, getattr(alembic, "__version__", "unknown")):
        if asked.expected is not None:
            # What can't be observed can't be compared with the plan either.
            raise SystemExit(TEMPORARY_FAILURE)
        return
    observe_passwords()
    if asked.bodies:
        from . import script_bodies

        script_bodies.install(asked.bodies)
    if asked.scripts:
        try:
            from .scripts import script_cache

            script_cache.install(asked.scripts)
        except Exception as error:
            diagnostics.ignored(
                error, "an Alembic that loads its scripts in another way runs all of them"
            )


def observe_passwords() -> None:
    """Prepares to report the passwords of engines."""
    from . import passwords

    try:
        passwords.install(channel)
    except Exception as error:
        diagnostics.ignored(error, "lback hides the passwords that it finds by itself")


def observe_contexts(asked: Instructions, version: str) -> bool:
    """Reports the versions and prepares Alembic's contexts.

    Returns whether this Alembic is new enough.
    """
    from . import observe

    try:
        channel.report(
            "versions",
            python=python_version(),
            alembic=version,
            sqlalchemy=sys.modules["sqlalchemy"].__version__,
            remembered=import_cache.modules,
        )
        numbers = tuple(int(part) if part.isdigit() else 0 for part in version.split(".")[:2])
        if numbers < OLDEST_ALEMBIC:
            channel.report("blind", why="Alembic %s is older than 1.13" % version)
            return False
        observe.install(channel, asked, agreement)
    except Exception as error:
        channel.report("blind", why=diagnostics.summary(error))
        return asked.expected is None
    return True


def python_version() -> str:
    """Returns the version of Python, as `3.11.7`."""
    return ".".join(map(str, sys.version_info[:3]))


def failed(error: BaseException) -> None:
    """Reports the error that ends the run.

    Python then ends the process, prints what it prints and chooses the status; only the launcher's
    frames are hidden.
    """
    from . import failure

    failure.report(channel, error)
    failure.hide_launcher(error)
    if may_retry:
        from .waits import lock_error, short_error

        if lock_error.lock_error(error) is not None:
            short_error.install()


def at_end() -> None:
    """Releases what is still held, and writes what was learned."""
    for name in WITH_AN_END:
        module = sys.modules.get("%s.%s" % (__package__, name))
        if module is not None:
            module.at_end()
    import_cache.at_end()


def end_by_interrupt() -> NoReturn:
    """Ends as a process that was interrupted before it did anything."""
    from .compat import cpython

    cpython.end_by_interrupt()
