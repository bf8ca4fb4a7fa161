"""Takes a project's database through its history, a revision at a time, and writes down what each one did. env.py runs each time, as it does for
Alembic's own commands."""

import os

import database
import definition
import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from watch import Watch


class Steps:
    def __init__(self, ini, section, url):
        self.url = url
        self.config = Config(ini, ini_section=section)
        self.script = ScriptDirectory.from_config(self.config)
        self.graph = self.script.revision_map
        self.watch = Watch()
        #: The names of the version tables, which no revision writes.
        self.version_tables = set()
        #: The tables of each applied revision whose schema or rows it changed, or would change
        #: with rows in them.
        self.touched = {}
        #: The schema at each set of applied revisions that was reached.
        self.schemas = {}
        #: The revisions that failed, each with the reason or the revision it depends on.
        self.dead = {}

    def in_order(self):
        """Each revision after those it stands on and depends on."""
        revisions = {revision.revision: revision for revision in self.script.walk_revisions()}
        placed, order = set(), []
        for start in sorted(revisions):
            stack = [start]
            while stack:
                missing = [name for name in sorted(revisions[stack[-1]]._all_down_revisions) if name not in placed]
                if missing:
                    stack.extend(missing)
                    continue
                name = stack.pop()
                if name not in placed:
                    placed.add(name)
                    order.append(name)
        return order

    def run(self, steps):
        """Runs env.py, and in it the steps that `steps(heads)` gives."""

        def chosen(heads, context):
            schema = context.version_table_schema
            self.version_tables.add((None if schema == "public" else schema, context.version_table))
            return steps(heads)

        with EnvironmentContext(self.config, self.script, fn=chosen, as_sql=False, starting_rev=None, destination_rev=None, tag=None):
            self.script.run_env()

    def up(self, revision):
        self.run(lambda heads: self.script._upgrade_revs(revision, heads))

    def all_up(self, progress, reached):
        """Applies what can be applied, and says `reached(applied, done, total)` after each."""
        order = self.in_order()
        applied = set()
        self.schemas[frozenset()] = self.schema()
        before = self.snapshot()
        for number, revision in enumerate(order):
            progress("up", number, len(order))
            missing = [parent for parent in self.graph.get_revision(revision)._all_down_revisions if parent in self.dead]
            if missing:
                self.dead[revision] = "stands on `%s`" % missing[0]
                continue
            self.watch.take()
            try:
                self.up(revision)
            except Exception as error:
                self.dead[revision] = "%s: %s" % (type(error).__name__, " ".join(str(error).split())[:160])
                before = self.snapshot()
                continue
            sent = self.watch.take()
            after = self.snapshot()
            there = set(before) | set(after)
            changed = {name for name in there if before.get(name) != after.get(name)}
            self.touched[revision] = (changed | sent & there) - self.version_tables
            applied.add(revision)
            self.schemas[frozenset(applied)] = self.schema()
            before = after
            reached(applied, number + 1, len(order))
        if not applied:
            raise SystemExit("nothing could be applied: %s" % next(iter(self.dead.values()), "there are no revisions"))
        return applied

    def schema(self):
        with definition.connect(self.url) as connection:
            return definition.of(connection)

    def snapshot(self):
        with definition.connect(self.url) as connection:
            return database.of(connection).snapshot()

    def heads(self):
        """Returns the heads in the version table."""
        with definition.connect(self.url) as connection:
            found = set()
            for schema, name in self.version_tables:
                if sa.inspect(connection).has_table(name, schema=schema):
                    table = sa.Table(name, sa.MetaData(), sa.Column("version_num", sa.String), schema=schema)
                    found.update(connection.execute(sa.select(table.c.version_num) if sa.__version__[0] != "1" else sa.select([table.c.version_num])).scalars())
            return found

    def applied_at(self, heads):
        """All revisions that are applied where these are the heads."""
        found = self.graph._get_ancestor_nodes([self.graph.get_revision(head) for head in heads], include_dependencies=True) if heads else ()
        return {revision.revision for revision in found if revision is not None}

    def is_below(self, revision, other):
        return revision in self.applied_at([other])

    def schema_of(self, applied, copies):
        """The schema with just these applied; made by applying them to an empty database, where the way up did not come by."""
        applied = frozenset(applied)
        if applied not in self.schemas:
            copies.restore("base")
            for revision in self.in_order():
                if revision in applied:
                    self.up(revision)
            self.schemas[applied] = self.schema()
        return self.schemas[applied]


def start(ini):
    """Alembic's commands are typed in the project's folder, where paths begin."""
    os.chdir(os.path.dirname(os.path.abspath(ini)))
