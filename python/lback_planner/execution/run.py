"""One run: calls ``upgrade()`` or ``downgrade()`` of a script on a fake database, and returns what
was recorded.
"""

import contextlib
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, List, Optional, Set

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from ..compat import alembic_internals
from ..model import Effect, Reason
from ..schema.state import Schema
from . import context as recording_context
from . import fake_engine, hooks
from .arguments import Arguments
from .event import Event
from .recorder import Recorder
from .run_steps import RunSteps, TooManySteps
from .sandbox import Forbidden, Sandbox, TooLong
from .scenarios import Scenario
from .watched_options import WatchedOptions

if TYPE_CHECKING:
    from alembic.runtime.environment import EnvironmentContext


class Outcome:
    """The outcome of one run."""

    def __init__(self, recorder: Recorder, sandbox: Sandbox) -> None:
        self.effects: List[Effect] = recorder.effects
        self.reasons: List[Reason] = recorder.reasons
        self.nameless = recorder.nameless
        #: Operations that can't work.
        self.failures = recorder.failures.found
        self.events: List[Event] = recorder.events
        self.statements = recorder.log.all()
        self.scenario = recorder.scenario
        #: What the script asked of which the answer isn't known.
        self.asked: Set[str] = recorder.scenario.asked
        #: What the sandbox forbade, as a fragment of a sentence.
        self.forbidden = sandbox.forbidden
        #: All that it forbade, each with the line of the script.
        self.attempts = sandbox.attempts
        #: Files, variables of the environment, and other surroundings on which the result depends.
        self.files = sandbox.files
        self.environ = sandbox.environ
        self.volatile = sandbox.volatile
        #: The error that ended it.
        self.error: Optional[BaseException] = None
        #: The line of the script at which it was ended from outside.
        self.line: Optional[int] = None
        #: Whether the clock ended it: then what it comes to depends on the machine.
        self.by_clock = False
        #: Whether it took more steps than it may.
        self.by_steps = False
        self.steps = recorder.steps.taken


def run(
    function: Callable[..., Any],
    arguments: Arguments,
    context: MigrationContext,
    schema: Schema,
    scenario: Scenario,
    path: str,
    steps: RunSteps,
    tracer: "Optional[contextlib.AbstractContextManager[Any]]" = None,
) -> Outcome:
    """Calls a script's function in a scenario. The run changes the schema that it is given."""
    hooks.install()
    dialect = context.dialect
    recorder = Recorder(dialect, schema, scenario, path, context.opts.get("target_metadata"), steps)
    sandbox = Sandbox(path)
    error: Optional[BaseException] = None
    ended: Optional[BaseException] = None
    url = getattr(getattr(context.connection, "engine", None), "url", None)
    with proxies(context) as environment:
        # Before the run begins: what SQLAlchemy asks of a new connection is no question of the
        # script's.
        connection = fake_engine.connect(dialect, url, recorder)
        connection = recorder.connection = translating(connection, context.connection)
        opts = WatchedOptions(dict(context.opts, as_sql=False, fn=None), sandbox.depends)
        fake = MigrationContext(connection.dialect, connection, opts, environment)
        recorder.transaction.is_transactional = bool(fake.impl.transactional_ddl)
        with recording_context.recording(recorder):
            try:
                if environment is not None:
                    alembic_internals.set_migration_context(environment, fake)
                with sandbox(), transactions(fake), tracer or contextlib.nullcontext():
                    try:
                        arguments.call(function, context.connection, fake.connection)
                    except Exception as raised:
                        error = raised
                    sandbox.note_threads()
            except (Forbidden, TooManySteps) as raised:
                ended = raised
            except SystemExit as raised:
                error = raised
            except Exception as raised:
                error = error or raised
    recorder.finish()
    outcome = Outcome(recorder, sandbox)
    outcome.error = error
    if ended is not None:
        outcome.forbidden = outcome.forbidden or str(ended)
        outcome.line = line_in(ended, path)
        outcome.by_clock = isinstance(ended, TooLong)
        outcome.by_steps = isinstance(ended, TooManySteps)
    return outcome


def translating(connection: Any, live: Any) -> Any:
    """Returns a connection that translates schemas as the live one does."""
    options: Dict[str, Any] = getattr(live, "get_execution_options", dict)()
    names = options.get("schema_translate_map")
    return connection.execution_options(schema_translate_map=names) if names else connection


@contextlib.contextmanager
def transactions(context: MigrationContext) -> Iterator[None]:
    """Does what Alembic does around a script: ``op`` works, and transactions are open."""
    outer = context.begin_transaction()
    with Operations.context(context), outer, context.begin_transaction(_per_migration=True):
        yield


def line_in(error: BaseException, path: str) -> Optional[int]:
    """Returns the line of a script at which a run was ended."""
    found = None
    place = error.__traceback__
    while place is not None:
        if place.tb_frame.f_code.co_filename == path:
            found = place.tb_lineno
        place = place.tb_next
    return found


@contextlib.contextmanager
def proxies(context: MigrationContext) -> "Iterator[Optional[EnvironmentContext]]":
    """Puts ``alembic.op`` and ``alembic.context`` back as they were."""
    operations = alembic_internals.operations_proxy()
    environment = alembic_internals.environment_of(context)
    before = alembic_internals.migration_context_of(environment)
    try:
        yield environment
    finally:
        if environment is not None:
            alembic_internals.set_migration_context(environment, before)
        if operations is not None:
            alembic_internals.restore_operations_proxy(operations)
