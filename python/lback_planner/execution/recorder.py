"""The recorder: keeps the effects of every operation and every statement of a run."""

import contextlib
from types import FrameType
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple

from alembic.operations import ops

from ..compat import alembic_internals, cpython_internals
from ..coverage.caught import may_be_caught
from ..diagnostics import ignored
from ..isolation import attempts
from ..locks.statement_locks import locks_of
from ..model import Effect, Name, Reason
from ..schema.consequences import Consequences
from ..schema.search_path import SetPath, is_elsewhere
from ..schema.state import Schema
from ..sql import statements
from ..sql.reader import is_marked
from ..writing.statements import is_transaction
from .enforced_keys import EnforcedKeys
from .event import Event, tables_of
from .failures import Failures, is_mistake
from .fake_numbers import FakeCount
from .fake_rows import Query
from .operation_effects import Describer
from .path_parameters import with_path
from .run_steps import STATEMENT, RunSteps
from .scenarios import ROWS_PER_STATEMENT, Scenario
from .statement_log import Sending, Statement, StatementLog, remade
from .transaction_state import TransactionState

#: What Alembic's own operations do is said by the operation; of their SQL only these kinds are
#: added.
BESIDE = {
    "create_type", "drop_type", "alter_type", "create_sequence", "drop_sequence", "alter_sequence",
    "create_trigger", "drop_trigger", "create_function",
}  # fmt: skip
#: Verbs of statements that give rows of what they write.
RETURNING = ("INSERT", "MERGE", "REPLACE")


#: Why a table can't be told.
FROM_ROWS = "takes the name of a table from rows of the database"
#: What becomes of a name that isn't there.
NO_NAMES = ("None", "none")


class Recorder:
    """Records one run. It is the run's `context.Recording`."""

    def __init__(
        self,
        dialect: Any,
        schema: Schema,
        scenario: Scenario,
        path: str,
        metadata: Any,
        steps: RunSteps,
    ) -> None:
        self.schema = schema
        self.scenario = scenario
        self.path = path
        self.dialect = dialect
        self.metadata = metadata
        self.steps = steps
        self.default_schema: Optional[str] = getattr(dialect, "default_schema_name", None)
        self.describer = Describer(dialect, schema, self.default_schema)
        self.effects: List[Effect] = []
        self.reasons: List[Reason] = []
        #: The lines at which the name of a table was nothing.
        self.nameless: List[Optional[int]] = []
        #: The lines at which objects were changed that are mapped to a table.
        self._changed: Dict[Tuple[Name, str], Optional[int]] = {}
        #: The run's own connection.
        self.connection: Any = None
        #: What happened, in order.
        self.events: List[Event] = []
        self.log = StatementLog()
        #: The operations whose SQL is sent now, and those whose SQL their batch sends later.
        self._sending = Sending([], schema)
        self._batched: Optional[Sending] = None
        #: Above zero while what SQLAlchemy sends is explained by an operation.
        self._explained = 0
        self._counts: Dict[str, int] = {}
        #: Operations that can't work.
        self.failures = Failures(scenario, dialect, schema)
        driver = str(getattr(dialect, "driver", ""))
        self.transaction = TransactionState(driver, schema.in_transaction)
        self.keys = EnforcedKeys(schema, dialect.name == "sqlite")

    def line(self) -> Optional[int]:
        """Returns the line of the script from which the recorder was called."""
        frame: Optional[FrameType] = cpython_internals.caller(2)
        while frame is not None:
            if frame.f_code.co_filename == self.path:
                return frame.f_lineno
            frame = frame.f_back
        # An asynchronous function waits for the greenlet that asks.
        stacks = map(attempts.places_of, attempts.waiting_greenlets())
        places = (place for stack in stacks for place in stack)
        return next((line for file, line in places if file == self.path), None)

    def table_name(self, name: str, schema: Optional[str]) -> Name:
        return self.describer.name(name, schema)

    def add(self, effect: Effect, found_by: str, line: Optional[int]) -> None:
        """Records an effect, with what follows from it."""
        tables = (effect.table, effect.new_table)
        if any(name is not None and is_from_rows(name) for name in tables):
            self.problem(FROM_ROWS, line)
            return
        if any(name is not None and name.name in NO_NAMES for name in tables):
            # Nothing was looked up, and the statement is made of that.
            self.nameless.append(line)
            return
        following, problems = Consequences(self.schema).of(effect)
        if effect.kind == "drop_table" and effect.table is not None:
            by_keys, problems_of_keys = self.keys.following(effect.table)
            following, problems = by_keys + following, problems_of_keys + problems
        self._follow([effect] + following, problems, line, found_by)

    def _follow(
        self, effects: List[Effect], problems: List[str], line: Optional[int], found_by: str
    ) -> None:
        for effect in effects:
            effect.found_by = [found_by]
            effect.line = line
            self.effects.append(effect)
            if effect.change is not None:
                self.schema.apply(effect.change)
        for why in problems:
            self.problem(why, line)

    def changed(self, table: Name, kind: str = "update") -> None:
        self._changed.setdefault((table, kind), self.line())

    def finish(self) -> None:
        """Records changes of mapped objects that have led to no statement, and a search path that
        stays.
        """
        if is_elsewhere(self.schema, self.default_schema) and not self.schema.path_is_left:
            lines = [each.line for each in self.effects if isinstance(each.change, SetPath)]
            path = ", ".join(self.schema.path or ())
            self.problem("leaves the search path at `%s`" % path, lines[-1] if lines else None)
        written = {
            (table, effect.kind if effect.kind == "delete" else "update")
            for effect in self.effects
            if effect.kind in ("insert", "update", "delete")
            for table in effect.written()
        }
        for (table, kind), line in self._changed.items():
            if (table, kind) not in written:
                self.add(Effect(kind, table), "recorder", line)

    def url(self) -> Any:
        return self.connection.engine.url

    def send(self, method: str, *args: Any, **kwargs: Any) -> Any:
        return getattr(self.connection, method)(*args, **kwargs)

    def problem(self, why: str, line: Optional[int]) -> None:
        """Records why the effects aren't all that the run may do."""
        self.reasons.append(Reason(why, self.path, line))

    @contextlib.contextmanager
    def _explaining(self) -> Iterator[None]:
        listening, self.scenario.listening = self.scenario.listening, False
        self._explained += 1
        try:
            yield
        finally:
            self._explained -= 1
            self.scenario.listening = listening

    # What Alembic reports.

    def operation(self, operation: Any, invoke: Callable[[], Any]) -> Any:
        """Records an operation, and runs it on the fake database."""
        self.steps.take(STATEMENT)
        line = self.line()
        if isinstance(operation, ops.ExecuteSQLOp):
            self.events.append(Event(operation, (), None))
            return invoke()
        effects = None if self.translates() else self._described(operation, line)
        if effects is None:
            # An operation of the project's own comes to others, or to SQL.
            return self.failures.attempt(invoke, line)
        for effect in effects:
            for table in effect.written():
                if table in self.describer.unclear:
                    self.problem(self.describer.unclear[table], line)
            if effect.table is None and not self.may_be_missing(operation):
                why = "drops the index `%s`, and no script says of which table it is" % effect.name
                self.problem(why, line)
        self.failures.contradict(operation, effects, line)
        self.events.append(Event(operation, tables_of(effects), None, effects=effects))
        sent = self.log.sent
        with self._sends(Sending(effects, self.schema)):
            result = self._invoked(invoke)
        if self.log.sent == sent:
            if self._batched is None:
                self._batched = Sending([], self.schema.copy())
            self._batched.effects.extend(effects)
        for effect in effects:
            self.add(effect, "recorder", line)
        return result

    @contextlib.contextmanager
    def _sends(self, sending: Sending) -> Iterator[None]:
        outer, self._sending = self._sending, sending
        try:
            yield
        finally:
            self._sending = outer

    def translates(self) -> bool:
        """Returns whether the connection translates schemas: then SQL says which ones are meant, of
        some operations only.
        """
        return bool(self.connection.get_execution_options().get("schema_translate_map"))

    def may_be_missing(self, operation: Any) -> bool:
        """Returns whether an operation drops what isn't there, as far as is known."""
        return bool(getattr(operation, "if_exists", None)) and not self.schema.unsure

    def _described(self, operation: Any, line: Optional[int]) -> Optional[List[Effect]]:
        try:
            return self.describer.effects(operation)
        except Exception as error:
            why = "calls an operation that can't be described (%s: %s)"
            self.problem(why % (type(error).__name__, error), line)
            return None

    def _invoked(self, invoke: Callable[[], Any]) -> Any:
        with self._explaining():
            try:
                return invoke()
            except Exception as error:
                if is_mistake(error) or self.failures.raised(error):
                    raise
                self.failures.refuse(error, self.line())
                ignored(error, "the operation says what it does, whether or not it can be faked")
                return None

    def flush(self, batch: Any, flush: Callable[[], Any]) -> Any:
        """Records that a batch is applied to its table."""
        self._remade(batch, self.line())
        batched, self._batched = self._batched or Sending([], self.schema), None
        with self._explaining(), self._sends(batched):
            try:
                return flush()
            except Exception as error:
                if self.failures.raised(error):
                    raise
                self.failures.refuse(error, self.line())
                ignored(error, "a table that is made anew isn't known well enough")
                self.keys.made_anew(is_sure=not may_be_caught(cpython_internals.caller(1)))
                if self.dialect.name == "sqlite" and batched.effects:
                    self.log.add(remade(batched.effects, self.transaction.kind()))
                return None

    def _remade(self, batch: Any, line: Optional[int]) -> None:
        """Records what follows from dropping a table that is made anew."""
        self.schema.use.kin = True
        try:
            if not alembic_internals.recreates_table(batch):
                return
            table = self.describer.name(batch.table_name, batch.schema)
        except Exception as error:
            why = "changes a table in a batch that can't be described (%s: %s)"
            self.problem(why % (type(error).__name__, error), line)
            return
        self._follow(*self.keys.following(table), line, "recorder")

    # What the driver reports.

    def statement(self, text: str, parameters: Any, compiled: Any) -> Optional[Query]:
        """Records a statement, and returns what its rows look like."""
        self.steps.take(STATEMENT)
        line = self.line()
        query = None
        try:
            query = Query(text, compiled, self.dialect, self.schema)
        except Exception as error:
            self.problem("runs SQL that can't be read (%s)" % type(error).__name__, line)
        self.failures.run(text, parameters, line)
        said = with_path(text, parameters)
        reading = statements.read(said, self.dialect.name, self.default_schema, self.schema)
        self.keys.take(text, reading.effects)
        if is_transaction(text):
            self.transaction.is_ended = True
        self._log(text, line, reading.effects)
        if self._explained:
            for effect in reading.effects:
                if effect.kind in BESIDE:
                    self.add(effect, "sql", line)
            return query
        self._sent(text, parameters, compiled, reading.effects)
        for problem in reading.problems:
            self.problem(problem, line)
        for effect in reading.effects:
            self.add(effect, "sql", line)
        return query

    def _log(self, text: str, line: Optional[int], effects: List[Effect]) -> None:
        """Adds a statement to the log, with the operations that send it."""
        sending = self._sending if self._explained else Sending(effects, self.schema)
        senders = sending.of(effects)
        if len(senders) == 1 and senders[0].line is not None:
            # Its batch sends it at a later line.
            line = senders[0].line
        beside = [effect for effect in effects if self._explained and effect.kind in BESIDE]
        locks = locks_of(effects, sending.schema, self.dialect.name)
        kind = self.transaction.kind()
        self.log.add(Statement(text, line, kind, senders + beside, locks))
        if sending.schema is not self.schema:
            sending.sent(effects)

    def _sent(self, text: str, parameters: Any, compiled: Any, effects: Sequence[Effect]) -> None:
        last = self.events[-1] if self.events else None
        if last is None or last.tables or last.text is not None or last.effects:
            last = Event(ops.ExecuteSQLOp(text), (), None)
            self.events.append(last)
        # What `op.execute` was called with is said by its operation.
        last.tables, last.text, last.effects = tables_of(effects), text, effects
        last.parameters, last.compiled = parameters, compiled

    def rows(self, query: Query) -> Sequence[Tuple[Any, ...]]:
        """Returns the rows that a statement gives in this scenario."""
        if query.asked_schema is not None:
            return [(query.asked_schema,)]
        if query.verb in RETURNING and not query.may_make_none:
            return query.made(self.scenario, self.dialect)
        if self._explained:
            return []
        if self.scenario.gives_rows(query.text):
            return query.full(self.scenario, self.dialect)
        return query.empty() if query.counts or not self.scenario.rows else []

    def rowcount(self, text: str) -> FakeCount:
        """Returns how many rows a statement changed. A loop until that is none ends."""
        count = self._counts[text] = self._counts.get(text, 0) + 1
        changed = self.scenario.rows and count <= ROWS_PER_STATEMENT
        return FakeCount(self.scenario, 1 if changed else 0)


def is_from_rows(name: Name) -> bool:
    """Returns whether the name of a table has a mark of fake rows in it."""
    return bool(is_marked(name.name) or is_marked(name.schema or ""))
