"""Runs `upgrade()` or `downgrade()` of one script on a pretended database, and writes down what it asks for."""

import contextlib
import inspect
import sys

from . import fake_engine
from ..sql import statements
from . import fake_columns as columns
from ..schema.consequences import Consequences
from .fake_values import Count, install_in
from ..model import Reason
from .operation_effects import Describer
from ..sql.reader import is_marked
from .fake_reflection import Asker
from .fake_rows import Query
from .sandbox import Forbidden, Sandbox, TooLong
from .scenarios import TIMES

#: What Alembic's own operations do is said by the operation; of their SQL only this is added.
BESIDE = {"create_type", "drop_type", "alter_type", "create_sequence", "drop_sequence", "alter_sequence", "create_trigger", "drop_trigger", "create_function"}

recorder = None


def install():
    """Has every operation told to the recorder that is at work. Once in a process."""
    from alembic.operations.base import AbstractOperations
    from alembic.operations.batch import BatchOperationsImpl

    for name in ("json", "simplejson"):
        if name in sys.modules:
            install_in(sys.modules[name].JSONDecoder)

    if getattr(AbstractOperations.invoke, "of_lback", False):
        return
    invoke, flush = AbstractOperations.invoke, BatchOperationsImpl.flush

    def invoked(self, operation):
        if recorder is None:
            return invoke(self, operation)
        return recorder.operation(operation, lambda: invoke(self, operation))

    def flushed(self):
        if recorder is None:
            return flush(self)
        return recorder.flush(self, lambda: flush(self))

    invoked.of_lback = True
    AbstractOperations.invoke, BatchOperationsImpl.flush = invoked, flushed
    columns.install(lambda: recorder)


class Recorder:
    """One run."""

    def __init__(self, dialect, schema, world, path, metadata=None):
        self.schema = schema
        self.world = world
        self.path = path
        self.dialect = dialect
        self.default_schema = getattr(dialect, "default_schema_name", None)
        self.asker = Asker(schema, world, self.default_schema, metadata)
        self.describer = Describer(dialect, schema, self.default_schema)
        self.effects = []
        self.reasons = []
        #: What happened, in order: `(operation or None, table, statement or None)`.
        self.events = []
        self.sql = []
        #: Above zero while what SQLAlchemy sends is explained by an operation.
        self.explained = 0
        self.counts = {}

    def line(self):
        frame = sys._getframe(2)
        while frame is not None:
            if frame.f_code.co_filename == self.path:
                return frame.f_lineno
            frame = frame.f_back
        return None

    def add(self, effect, found_by, line):
        if any(name is not None and is_from_rows(name) for name in (effect.table, effect.new_table)):
            self.problem("takes the name of a table from rows of the database", line)
            return
        following, problems = Consequences(self.schema, self.drops_delete()).of(effect)
        self.follow([effect] + following, problems, line, found_by)

    def follow(self, effects, problems, line, found_by):
        for effect in effects:
            effect.found_by = [found_by]
            effect.line = line
            self.effects.append(effect)
            if effect.change is not None:
                self.schema.apply(change_of(effect))
        for why in problems:
            self.problem(why, line)

    def problem(self, why, line):
        self.reasons.append(Reason(why, self.path, line))

    @contextlib.contextmanager
    def explaining(self):
        listening, self.world.listening = self.world.listening, False
        self.explained += 1
        try:
            yield
        finally:
            self.explained -= 1
            self.world.listening = listening

    # Told by Alembic.

    def operation(self, operation, invoke):
        from alembic.operations import ops

        line = self.line()
        effects = None
        if not isinstance(operation, ops.ExecuteSQLOp):
            try:
                effects = self.describer.effects(operation)
            except Exception as error:
                self.problem("calls an operation that can't be described (%s: %s)" % (type(error).__name__, error), line)
        if effects is None:
            if isinstance(operation, ops.ExecuteSQLOp):
                self.events.append((operation, (), None))
            # An operation of the project's own comes to others, or to SQL.
            return invoke()
        for effect in effects:
            if effect.table is None:
                self.problem("drops the index `%s`, and no script says of which table it is" % effect.name, line)
        self.events.append((operation, tables_of(effects), None))
        with self.explaining():
            try:
                result = invoke()
            except Exception as error:
                result = None
                self.sql = None
                if is_mistake(error):
                    raise
        for effect in effects:
            self.add(effect, "recorder", line)
        return result

    def flush(self, batch, flush):
        self.remade(batch, self.line())
        with self.explaining():
            try:
                return flush()
            except Exception:
                # A table that is made anew isn't known well enough.
                self.sql = None
                return None

    def remade(self, batch, line):
        """A table that is made anew is dropped on the way."""
        self.schema.use.kin = True
        if not self.drops_delete():
            return
        try:
            if not batch._should_recreate():
                return
            table = self.describer.name(batch.table_name, batch.schema)
        except Exception as error:
            self.problem("changes a table in a batch that can't be described (%s: %s)" % (type(error).__name__, error), line)
            return
        self.follow(*Consequences(self.schema, True).remade(table), line=line, found_by="recorder")

    def drops_delete(self):
        return self.dialect.name == "sqlite" and self.schema.enforces_keys

    # Told by the driver.

    def statement(self, text, parameters, compiled):
        line = self.line()
        query = None
        try:
            query = Query(text, compiled, self.dialect, self.schema)
        except Exception as error:
            self.problem("runs SQL that can't be read (%s)" % type(error).__name__, line)
        if self.sql is not None:
            self.sql.append(text)
        reading = statements.read(text, self.dialect.name, self.default_schema, self.schema)
        if self.explained:
            for effect in reading.effects:
                if effect.kind in BESIDE:
                    self.add(effect, "sql", line)
            return query
        tables = tables_of(reading.effects)
        operation = self.events[-1] if self.events else None
        if operation is not None and operation[0] is not None and not operation[1] and operation[2] is None:
            # What `op.execute` was called with is said by its operation.
            self.events[-1] = (operation[0], tables, text)
        else:
            from alembic.operations import ops

            self.events.append((ops.ExecuteSQLOp(text), tables, text))
        for problem in reading.problems:
            self.problem(problem, line)
        for effect in reading.effects:
            self.add(effect, "sql", line)
        return query

    def rows(self, query):
        if query.verb in ("INSERT", "MERGE", "REPLACE"):
            return query.full(self.world, self.dialect)
        if self.explained:
            return []
        if self.world.gives_rows(query.text):
            return query.full(self.world, self.dialect)
        return query.empty() if query.counts or not self.world.rows else []

    def rowcount(self, text):
        """A loop until nothing is changed any more shall end."""
        count = self.counts[text] = self.counts.get(text, 0) + 1
        return Count(self.world, 1 if self.world.rows and count <= TIMES else 0)


def is_mistake(error):
    """Whether an operation fails on any database: Python's own errors say that it was called in a wrong way."""
    return isinstance(error, (TypeError, NotImplementedError))


def is_from_rows(name):
    return is_marked(name.name) or is_marked(name.schema or "")


def change_of(effect):
    table = effect.table
    verb, payload = effect.change
    return [verb, None if table is None else table.schema, None if table is None else table.name, payload]


class Outcome:
    """What one run came to."""

    def __init__(self, recorder, error, sandbox, line, too_long):
        self.effects = recorder.effects
        self.reasons = recorder.reasons
        self.events = recorder.events
        self.sql = recorder.sql
        self.asked = recorder.world.asked
        self.world = recorder.world
        self.error = error
        self.forbidden = sandbox.forbidden
        self.files = sandbox.files
        self.environ = sandbox.environ
        self.volatile = sandbox.volatile
        self.line = line
        self.too_long = too_long


@contextlib.contextmanager
def nothing():
    yield


def run(function, arguments, context, schema, world, path, tracer=None, limit=None):
    """Calls a script's function. `schema` is its own to change."""
    global recorder
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext

    install()
    metadata = context.opts.get("target_metadata")
    mine = Recorder(context.dialect, schema, world, path, metadata)
    error = line = None
    too_long = False
    live = getattr(context, "connection", None)
    url = getattr(getattr(live, "engine", None), "url", None)
    sandbox = Sandbox() if limit is None else Sandbox(limit)
    with proxies(context) as environment:
        connection = fake_engine.connect(context.dialect, url)
        opts = dict(context.opts, as_sql=False, fn=None)
        pretended = MigrationContext(connection.dialect, connection, opts, environment)
        outer, recorder = recorder, mine
        try:
            if environment is not None:
                environment._migration_context = pretended
            with sandbox(), Operations.context(pretended), pretended.begin_transaction(), pretended.begin_transaction(_per_migration=True):
                with tracer if tracer is not None else nothing():
                    try:
                        function(*arguments)
                    except Exception as raised:
                        error = raised
        except Forbidden as raised:
            line = line_in(raised, path)
            too_long = isinstance(raised, TooLong)
        except SystemExit as raised:
            error = raised
        except Exception as raised:
            error = error or raised
        finally:
            recorder = outer
    return Outcome(mine, error, sandbox, line, too_long)


def line_in(error, path):
    """The line of the script at which a run was ended."""
    found = None
    place = error.__traceback__
    while place is not None:
        if place.tb_frame.f_code.co_filename == path:
            found = place.tb_lineno
        place = place.tb_next
    return found


@contextlib.contextmanager
def proxies(context):
    """Puts `alembic.op` and `alembic.context` back as they were."""
    import alembic.context
    import alembic.op

    operations = getattr(alembic.op, "_proxy", None)
    environment = getattr(alembic.context, "_proxy", None) or getattr(context, "environment_context", None)
    before = getattr(environment, "_migration_context", None)
    try:
        yield environment
    finally:
        if environment is not None:
            environment._migration_context = before
        if operations is not None:
            operations._install_proxy()


def arguments_of(function, context):
    """What env.py hands to a script's functions: with several databases, the name of one. `None` where that isn't known."""
    try:
        parameters = [
            parameter
            for parameter in inspect.signature(function).parameters.values()
            if parameter.default is parameter.empty and parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        ]
    except (TypeError, ValueError):
        return ()
    if not parameters:
        return ()
    token = context.opts.get("upgrade_token") or ""
    if len(parameters) == 1 and token.endswith("_upgrades") and token != "_upgrades":
        return (token[: -len("_upgrades")],)
    return None


def tables_of(effects):
    """The tables that they write, each once."""
    return tuple(dict.fromkeys(table for effect in effects for table in effect.written()))
