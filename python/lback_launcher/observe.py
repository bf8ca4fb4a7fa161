"""Observes what Alembic does to a database: heads, steps, transactions that are left.

No function of this module is on the stack while a migration runs, so that tracebacks, warnings and
debuggers show what they always do. A context is prepared when it is made, by replacing some of its
attributes, and a generator that only works between steps counts them.
"""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Sized

from . import cancel, completeness, environment_check, flask_variables, passwords, watchdog
from .compat import alembic_internals
from .diagnostics import ignored, summary
from .instructions import PLAN, PROBE, RUN, PlannedDatabase
from .locks import acquire
from .locks.current_schema import schema_of
from .sessions import report as sessions
from .step_report import revision_of, step_description
from .transactions import postgresql, settled
from .transactions.watch import TransactionWatch
from .waits.statement_hook import StatementHook

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, Iterator

    from alembic.runtime.migration import MigrationContext

    from .agreement import Agreement
    from .channel import Channel
    from .instructions import Instructions
    from .locks.base import DatabaseLock

#: The functions that commands which write pass to their context. All other functions of
#: `alembic.command` only read.
WRITERS = {"upgrade", "downgrade", "do_stamp", "do_ensure_version"}

#: The exit code of a command line that is ambiguous; EX_USAGE of sysexits.
USAGE_ERROR = 64


def install(channel: Channel, asked: Instructions, agreement: Agreement | None = None) -> None:
    """Prepares every `MigrationContext` that is made from now on."""
    from alembic.runtime.migration import MigrationContext

    if asked.task == PROBE:
        watchdog.end_with_lback(channel)
    original = MigrationContext.__init__

    @functools.wraps(original)
    def __init__(self: MigrationContext, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        try:
            Observer(channel, asked, self, agreement)
        except Exception as error:
            if asked.environment is not None:
                # Nothing would hold the database against its environment.
                raise
            channel.report("blind", why=summary(error))
            if asked.expected is not None:
                raise SystemExit(acquire.TEMPORARY_FAILURE) from None

    MigrationContext.__init__ = __init__  # type: ignore[method-assign]
    if asked.task == RUN:
        completeness.report_returns(channel)
    if asked.with_scripts:
        from . import scripts_report

        scripts_report.install(channel)


class Observer:
    """Observes one context: one run of migrations on one database."""

    #: The databases that this process has met.
    databases = 0
    #: Whether a step has begun, on any of them. From then on the run goes to its end.
    has_begun = False

    def __init__(
        self,
        channel: Channel,
        asked: Instructions,
        context: MigrationContext,
        agreement: Agreement | None = None,
    ) -> None:
        self.agreement = agreement
        self.channel = channel
        self.asked = asked
        self.context = context
        self.number: int | None = None
        self.heads: tuple[str, ...] = ()
        #: The heads after the last step, once it has ended.
        self.heads_after: list[str] | None = None
        #: Whether a step has begun on this database.
        self.has_stepped = False
        self.lock: DatabaseLock | None = None
        self.statements: StatementHook | None = None
        self.work: Callable[..., Any] | None = alembic_internals.migrations_function(context)
        if self.work is None:
            # Made for something other than to run migrations.
            return
        if context.as_sql:
            if asked.task == RUN:
                completeness.watch_printing(channel, context)
            return
        self.transactions = TransactionWatch(self, context)
        start = context.impl.start_migrations
        block = context.autocommit_block
        callbacks = tuple(context.on_version_apply_callbacks)

        # Called first by `run_migrations`, before it reads the heads.
        def start_migrations() -> None:
            start()
            self.begin()

        def autocommit_block() -> Any:
            self.report("left_transaction")
            sessions.report_left_transaction(self, self.lock)
            return block()

        # All or nothing: from here on nothing can fail.
        context.impl.start_migrations = start_migrations  # type: ignore[method-assign]
        context.autocommit_block = autocommit_block  # type: ignore[method-assign]
        context.on_version_apply_callbacks = (*callbacks, self.applied)
        alembic_internals.set_migrations_function(context, self.migrations)

    def report(self, kind: str, **values: Any) -> None:
        """Reports something of this database."""
        self.channel.report(kind, database=self.number, **values)

    def begin(self) -> None:
        """Reports the database, and takes its lock if the run may write."""
        if self.asked.task != RUN and "flask_migrate" in sys.modules:
            flask_variables.refuse()
        Observer.databases += 1
        self.number = Observer.databases
        context = self.context
        passwords.report_connection(self.channel, context.connection)
        try:
            self.report("database", **description(context))
        except Exception as error:
            self.report("blind", why=summary(error))
        if self.asked.task == RUN and self.may_write():
            self.watch_transactions()
            acquire.take(self)
            self.statements = StatementHook(self)
            self.statements.install()
            environment_check.refuse(self.channel, self.context, self.asked.environment)
            self.report_schema()
        if self.asked.task == PROBE:
            self.settle()
            self.report_schema()

    def watch_transactions(self) -> None:
        """Observes how the transactions of the steps end. Never raises."""
        # Before the lock is released, so that no other run comes between.
        settled.expect(self)
        if not alembic_internals.has_transactional_ddl(self.context):
            # Whatever a step has done stays anyway.
            return
        try:
            self.transactions.install()
        except Exception as error:
            ignored(error, "a connection without events shows what it commits at its end")

    def report_schema(self) -> None:
        """Reports the schema in which the connection finds and makes tables. Never raises."""
        try:
            schema = alembic_internals.translated_schema(self.context)
            schema = schema or schema_of(self.context.connection, self.lock)
            schema = schema or self.context.version_table_schema
        except Exception as error:
            ignored(error, "the database is named without its schema")
            return
        if schema is not None:
            self.report("schema", schema=schema)

    def end_without_lback(self) -> None:
        """Ends the process if lback has ended: its results could not be reported."""
        if not self.channel.is_connected():
            raise SystemExit(acquire.TEMPORARY_FAILURE)

    def begin_step(self) -> None:
        """Ends the process if lback has ended before the first step.

        From then on the run goes to its end, on all databases that it doesn't have to wait for.
        """
        if not Observer.has_begun:
            self.end_without_lback()
            Observer.has_begun = True

    def settle(self) -> None:
        """Waits until the session that an earlier process had here has ended.

        Then it reports which transactions of that process were committed.
        """
        session = (self.asked.sessions or {}).get(str(self.number))
        if session is not None:
            from .sessions import settle

            settle.settle(self, session, self.asked.patience)
        self.report_committed()

    def report_committed(self) -> None:
        """Reports which transactions of an earlier process were committed."""
        asked = (self.asked.transactions or {}).get(str(self.number))
        if not asked or not self.transactions.can_ask:
            return
        try:
            found = postgresql.committed(self.transactions.pooled(), asked)
            self.report("committed", transactions=found)
        except Exception as error:
            ignored(error, "what a step has committed is then known from its events alone")

    def may_write(self) -> bool:
        """Returns whether the command may write to the database."""
        if self.context.opts.get("dont_mutate"):
            return False
        if getattr(self.work, "__module__", None) == "alembic.command":
            return getattr(self.work, "__name__", None) in WRITERS
        # A command of the project's own may do anything.
        return True

    def migrations(self, heads: tuple[str, ...], context: MigrationContext) -> Iterable[Any]:
        """Replaces the function of the command: returns the steps of an upgrade or a downgrade."""
        self.heads = heads
        self.report("heads_before", heads=sorted(heads))
        if self.asked.task == PLAN:
            self.plan(heads)
            return []
        if self.asked.task == PROBE:
            if self.asked.with_scripts:
                from . import scripts_report

                self.report("pending", **scripts_report.pending(self.context, heads))
            if self.asked.with_facts:
                from . import facts_report

                self.report("facts", **facts_report.facts(self.context))
            return []
        if self.asked.single_head and len(heads) > 1:
            self.report("ambiguous", heads=sorted(heads))
            raise SystemExit(USAGE_ERROR)
        if not Observer.has_begun:
            self.end_without_lback()
        assert self.work is not None
        if self.may_write():
            completeness.began(self.channel)
        steps = self.work(heads, context)
        if self.asked.expected is not None:
            steps = self.expected(steps, self.asked.expected)
        return self.watched(steps)

    def expected(self, steps: Iterable[Any], databases: list[PlannedDatabase]) -> list[Any]:
        """Ends Alembic if its steps differ from the plan that was agreed to."""
        steps = list(steps)
        number = self.number or 1
        plan = databases[number - 1] if number <= len(databases) else PlannedDatabase([], [])
        # If another run has done all of it meanwhile, nothing is left to differ.
        if steps and [revision_of(step) for step in steps] != plan.steps:
            self.report("drifted", heads=sorted(self.heads), planned=plan.heads)
            raise SystemExit(acquire.TEMPORARY_FAILURE)
        if steps and self.agreement is not None:
            self.agreement.check(step.revision for step in steps)
        return steps

    def plan(self, heads: tuple[str, ...]) -> None:
        """Has the planner report what would be done."""
        from . import plan_process

        environment_check.refuse(self.channel, self.context, self.asked.environment)

        known = description(self.context)
        database = {name: known[name] for name in ("dialect", "name", "transactional_ddl")}
        number = self.number or 1
        plan_process.plan(self.channel, self.asked, self.context, heads, database, number)

    def watched(self, steps: Iterable[Any]) -> Iterator[Any]:
        """Yields the steps, and reports when each begins and ends."""
        total = len(steps) if isinstance(steps, Sized) else None
        self.report("steps", total=total)
        for number, step in enumerate(steps, 1):
            began = time.monotonic()
            self.begin_step()
            if number == 1:
                sessions.report_transaction(self, self.lock)
            self.report("step_started", number=number, of=total, **step_description(step))
            self.has_stepped = True
            self.transactions.step_begins(is_last=total is None or number == total)
            self.make_stoppable()
            if self.statements is not None:
                self.statements.step_begins()
            yield step
            # Alembic asks for the next step: this one is over, with its entry in the version table,
            # and its transaction if it had one of its own.
            cancel.step_ended()
            seconds = round(time.monotonic() - began, 6)
            self.report("step_ended", number=number, seconds=seconds, heads=sorted(self.heads))
        self.heads_after = sorted(self.heads)
        self.report("heads_after", heads=self.heads_after)
        if self.may_write():
            completeness.ended(self.channel)

    def make_stoppable(self) -> None:
        """Lets lback stop the statements of a step, if there is a way."""
        try:
            cancel.step_begins(self.channel, self.context)
        except Exception as error:
            ignored(error, "a statement that can't be stopped ends when it ends, as without lback")

    def applied(self, heads: tuple[str, ...] = (), **_: Any) -> None:
        """Notes the heads. Alembic calls this hook at the end of each step."""
        self.heads = heads
        self.transactions.step_applied()
        if self.statements is not None:
            self.statements.step_applied()


def description(context: MigrationContext) -> dict[str, Any]:
    """Returns what is known of a database without a query."""
    dialect = context.dialect
    engine = getattr(context.connection, "engine", None)
    url = getattr(engine, "url", None)
    version = getattr(dialect, "server_version_info", None)
    return {
        "dialect": dialect.name,
        "driver": getattr(dialect, "driver", None),
        "server_version": ".".join(map(str, version)) if version else None,
        "name": getattr(url, "database", None),
        "transactional_ddl": alembic_internals.has_transactional_ddl(context),
        "transaction_per_migration": alembic_internals.has_transaction_per_migration(context),
    }
