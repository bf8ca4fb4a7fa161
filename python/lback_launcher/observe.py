"""Sees what Alembic does to a database: heads, steps, transactions that are left.

Nothing of this is on the stack while a migration runs, so that tracebacks, warnings and debuggers show what they always do: a context is prepared
when it is made, by replacing some of its attributes, and steps are counted by a generator, which only works between them.
"""

import functools
import time

from . import cancel
from .locks import base

#: Functions of `alembic.command` that a run hands to its context, of the commands that write. All others only read.
WRITERS = {"upgrade", "downgrade", "do_stamp", "do_ensure_version"}


#: The status that says that the command line can't be meant; EX_USAGE of sysexits.
USAGE_ERROR = 64


def install(channel, go):
    """Prepares every `MigrationContext` that is made from now on."""
    from alembic.runtime.migration import MigrationContext

    original = MigrationContext.__init__

    @functools.wraps(original)
    def __init__(self, *args, **kwargs):
        original(self, *args, **kwargs)
        try:
            Observer(channel, go, self)
        except Exception as error:
            channel.report("blind", why="%s: %s" % (type(error).__name__, error))

    MigrationContext.__init__ = __init__


class Observer:
    """One context: one run of migrations on one database."""

    runs = 0

    def __init__(self, channel, go, context):
        self.channel = channel
        self.go = go
        self.context = context
        self.number = None
        self.heads = ()
        self.work = context._migrations_fn
        if self.work is None or context.as_sql:
            # Made for something else than to run migrations, or to print them.
            return
        start = context.impl.start_migrations
        block = context.autocommit_block
        callbacks = tuple(context.on_version_apply_callbacks)

        # Called first thing by `run_migrations`, before it reads the heads.
        def start_migrations():
            start()
            self.begin()

        def autocommit_block():
            self.report("left_transaction")
            return block()

        # All or nothing: from here on nothing can fail.
        context.impl.start_migrations = start_migrations
        context.autocommit_block = autocommit_block
        context.on_version_apply_callbacks = callbacks + (self.applied,)
        context._migrations_fn = self.migrations

    def report(self, kind, **values):
        self.channel.report(kind, database=self.number, **values)

    def begin(self):
        Observer.runs += 1
        self.number = Observer.runs
        context = self.context
        try:
            self.report("database", **description(context))
        except Exception as error:
            self.report("blind", why="%s: %s" % (type(error).__name__, error))
        if self.writes() and self.go["type"] == "go" and not self.go.get("probe"):
            base.take(self)

    def writes(self):
        if self.context.opts.get("dont_mutate"):
            return False
        if getattr(self.work, "__module__", None) == "alembic.command":
            return self.work.__name__ in WRITERS
        # A command of the project's own may do anything.
        return True

    def migrations(self, heads, context):
        """Stands in the place of what the command does: for upgrades and downgrades, it gives the steps."""
        self.heads = heads
        self.report("heads_before", heads=sorted(heads))
        if self.go["type"] == "plan":
            self.plan(heads)
            return []
        if self.go.get("probe"):
            return []
        if self.go.get("single_head") and len(heads) > 1:
            self.report("ambiguous", heads=sorted(heads))
            raise SystemExit(USAGE_ERROR)
        steps = self.work(heads, context)
        if self.go.get("expected") is not None:
            steps = self.expected(steps)
        return self.watched(steps)

    def expected(self, steps):
        """Ends Alembic where it would do something else than what was planned, and agreed to."""
        steps = list(steps)
        databases = self.go["expected"]
        plan = databases[self.number - 1] if self.number <= len(databases) else {"heads": [], "steps": []}
        # Where another run has done all of it meanwhile, there is nothing to be wrong about.
        if steps and [revision(step) for step in steps] != plan["steps"]:
            self.report("drifted", heads=sorted(self.heads), planned=plan["heads"])
            raise SystemExit(base.TEMPORARY_FAILURE)
        return steps

    def plan(self, heads):
        from . import plan_process

        known = description(self.context)
        database = {name: known[name] for name in ("dialect", "name", "transactional_ddl")}
        plan_process.planner(self.channel, self.go).plan(self.context, heads, database)

    def watched(self, steps):
        total = len(steps) if hasattr(steps, "__len__") else None
        self.report("steps", total=total)
        number = 0
        for step in steps:
            number += 1
            began = time.monotonic()
            self.report("step_started", number=number, of=total, **described(step))
            self.stoppable()
            yield step
            # Alembic asks for the next one: this one is over, with its entry in the version table and a transaction of its own, if it had one.
            cancel.step_ended()
            self.report("step_ended", number=number, seconds=round(time.monotonic() - began, 6), heads=sorted(self.heads))
        self.report("heads_after", heads=sorted(self.heads))

    def stoppable(self):
        try:
            cancel.step_begins(self.channel, self.context)
        except Exception:
            # Then a statement ends when it ends, as without lback.
            pass

    def applied(self, heads=(), **_):
        """Alembic's own hook, called at the end of each step."""
        self.heads = heads


def description(context):
    """What is known of a database without asking it."""
    dialect = context.dialect
    engine = getattr(context.connection, "engine", None)
    url = getattr(engine, "url", None)
    version = getattr(dialect, "server_version_info", None)
    return {
        "dialect": dialect.name,
        "driver": getattr(dialect, "driver", None),
        "server_version": ".".join(map(str, version)) if version else None,
        "name": getattr(url, "database", None),
        "transactional_ddl": bool(context.impl.transactional_ddl),
        "transaction_per_migration": bool(context._transaction_per_migration),
    }


def revision(step):
    """The revision that a step applies or reverts."""
    script = getattr(step, "revision", None)
    return getattr(script, "revision", None)


def described(step):
    """A step of an upgrade or downgrade, or of a stamp."""
    try:
        direction = "upgrade" if step.is_upgrade else "downgrade"
        revision = getattr(step, "revision", None)
        if revision is None:
            ends = step.to_revisions or step.from_revisions
            return {"direction": "stamp", "revision": ",".join(ends), "down_revisions": list(step.from_revisions), "doc": None}
        return {
            "direction": direction,
            "revision": revision.revision,
            "down_revisions": list(revision._versioned_down_revisions),
            "doc": step.doc,
        }
    except Exception:
        return {"direction": "unknown", "revision": "", "down_revisions": [], "doc": None}
