"""A database in which a revision is inverted by a new one, as `--as-migration` writes it.

SQLite always takes part. `LBACK_TEST_POSTGRES` and `LBACK_TEST_MARIADB` name the servers of the
suite.
"""

import contextlib
import os
import shutil
import sqlite3
import sys
import tempfile
import textwrap
import uuid

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from lback_planner.planner import Planner

SERVERS = {"postgresql": "LBACK_TEST_POSTGRES", "mariadb": "LBACK_TEST_MARIADB"}
KINDS = ["sqlite"] + [kind for kind, variable in SERVERS.items() if os.environ.get(variable)]

ENV = """
import sqlalchemy as sa
from alembic import context
from sqlalchemy import event
engine = sa.create_engine(context.config.attributes["url"], poolclass=sa.pool.NullPool)
if context.config.attributes["keys"] and engine.dialect.name == "sqlite":
    @event.listens_for(engine, "connect")
    def keys(connection, _):
        connection.execute("PRAGMA foreign_keys=ON")
with engine.connect() as connection:
    context.configure(connection=connection, **context.config.attributes["options"])
    with context.begin_transaction():
        context.run_migrations()
"""
SCRIPT = '''"""${message}"""
from alembic import op
import sqlalchemy as sa
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
'''


class Answers:
    """A channel that keeps what the planner reports."""

    def __init__(self):
        self.plan = None
        self.refused = None

    def report(self, kind, /, **values):
        if kind == "database_plan":
            self.plan = values
        elif kind == "refused":
            self.refused = values


class Site:
    """One database, and a project with revisions."""

    def __init__(self, kind, keys=False, template=SCRIPT, **options):
        self.kind = kind
        self.folder = os.path.realpath(tempfile.mkdtemp())
        self.name = "inverse_" + uuid.uuid4().hex[:12]
        self.config = Config()
        self.config.set_main_option("script_location", self.folder)
        self.config.attributes.update(keys=keys, options=options)
        os.makedirs(os.path.join(self.folder, "versions"))
        self.write("env.py", ENV)
        self.write("script.py.mako", template)
        self.count = 0

    def __enter__(self):
        sys.path.insert(0, self.folder)
        if self.kind == "sqlite":
            self.url = "sqlite:///%s/test.db" % self.folder
        else:
            url = sa.make_url(os.environ[SERVERS[self.kind]])
            if self.kind == "mariadb":
                # The server has no database of its own.
                url = url.set(database="")
            self.server = sa.create_engine(url, isolation_level="AUTOCOMMIT")
            with self.server.connect() as connection:
                connection.execute(sa.text("create database %s" % self.name))
            self.url = self.server.url.set(database=self.name).render_as_string(False)
        self.config.attributes["url"] = self.url
        self.engine = sa.create_engine(self.url, poolclass=sa.pool.NullPool)
        return self

    def __exit__(self, *_):
        sys.path.remove(self.folder)
        shutil.rmtree(self.folder)
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", "")).startswith(self.folder):
                del sys.modules[name]
        if self.kind != "sqlite":
            force = " with (force)" if self.kind == "postgresql" else ""
            with self.server.connect() as connection:
                connection.execute(sa.text("drop database %s%s" % (self.name, force)))
            self.server.dispose()

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w") as file:
            file.write(text)

    def revision(self, up, down, imports="", after=None):
        self.count += 1
        down_revision = after or (str(self.count - 1) if self.count > 1 else None)
        text = SCRIPT.split("${imports")[0].replace("${message}", "r")
        text += "%s\nrevision = %r\ndown_revision = %r\n" % (
            textwrap.dedent(imports),
            str(self.count),
            down_revision,
        )
        for name, body in (("upgrade", up), ("downgrade", down)):
            text += "\ndef %s():\n%s\n" % (
                name,
                textwrap.indent(textwrap.dedent(body).strip("\n") or "pass", "    "),
            )
        self.write("versions/%s_.py" % self.count, text)
        return str(self.count)

    def upgrade(self, target="head"):
        command.upgrade(self.config, target)

    def downgrade(self, target):
        command.downgrade(self.config, target)

    def execute(self, *statements):
        with self.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def inverse(self, table, **question):
        """Returns what the planner writes."""
        asked = {"type": "table", "name": table, "reading": "table", "to_before": None}
        asked.update(count=1, include_references=False, as_migration=True, only_table=False)
        asked.update(question)
        return self.answer(asked)["migration"]

    def plan(self, target):
        """Returns the plan of a downgrade."""
        return self.answer({"type": "downgrade", "target": target})

    def answer(self, question):
        """Returns what the planner answers."""
        answers = Answers()
        request = {"question": question, "root": self.folder, "cache": None, "declared": {}}
        planner = Planner(answers, request)
        config = Config()
        config.set_main_option("script_location", self.folder)
        config.attributes.update(self.config.attributes)
        script = ScriptDirectory.from_config(config)
        from alembic.runtime.environment import EnvironmentContext

        def plan(heads, context):
            planner.look(context)
            planner.plan(context, heads, {"dialect": context.dialect.name})
            return []

        with EnvironmentContext(config, script, fn=plan):
            script.run_env()
        if answers.refused:
            raise AssertionError(answers.refused)
        return answers.plan

    def written(self, table, **question):
        """Writes the new revision into the project, and returns what the planner wrote."""
        made = self.inverse(table, **question)
        script = ScriptDirectory.from_config(self.config)
        script.generate_revision(
            "written",
            made["message"],
            head=made["head"],
            upgrades=made["upgrades"],
            downgrades=made["downgrades"],
            imports=made["imports"],
        )
        return made

    def state(self):
        """Returns the schema and the rows of the database."""
        return {"schema": sorted(SCHEMAS[self.kind](self)), "rows": self.rows()}

    def rows(self):
        found = {}
        with self.engine.connect() as connection:
            for table in sorted(sa.inspect(connection).get_table_names()):
                if table != "alembic_version":
                    lines = connection.exec_driver_sql("select * from %s" % self.quoted(table))
                    names = list(lines.keys())
                    found[table] = sorted(
                        repr(sorted(zip(names, map(repr, line)))) for line in lines
                    )
        return found

    def quoted(self, name):
        return self.engine.dialect.identifier_preparer.quote(name)

    def query(self, text):
        with self.engine.connect() as connection:
            return [tuple(map(str, row)) for row in connection.exec_driver_sql(text)]


def sqlite_schema(site):
    with contextlib.closing(sqlite3.connect(site.engine.url.database)) as connection:
        found = []
        text = "select type, name, tbl_name, sql from sqlite_master"
        for kind, name, table, sql in connection.execute(text):
            if table == "alembic_version":
                continue
            if kind == "table":
                for column in connection.execute("pragma table_xinfo(%s)" % site.quoted(name)):
                    found.append(("column", name) + tuple(map(str, column[1:])))
                for key in connection.execute("pragma foreign_key_list(%s)" % site.quoted(name)):
                    found.append(("key", name) + tuple(map(str, key[2:])))
                for part in ("CHECK", "UNIQUE"):
                    found.append((part, name, str((sql or "").upper().count(part))))
            else:
                found.append((kind, name, table, " ".join(str(sql).split())))
        return found


def postgresql_schema(site):
    own = "n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')"
    return [
        row
        for text in (
            "select 'column', c.relname, attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated, pg_get_expr(adbin, adrelid), col_description(c.oid, attnum) from pg_attribute a join pg_class c on c.oid = attrelid join pg_namespace n on n.oid = relnamespace left join pg_attrdef f on adrelid = attrelid and adnum = attnum where attnum > 0 and not attisdropped and relkind in ('r', 'v', 'm', 'p') and relname <> 'alembic_version' and " + own,
            "select 'class', relname, relkind, obj_description(c.oid, 'pg_class') from pg_class c join pg_namespace n on n.oid = relnamespace where relname not like 'alembic_version%%' and " + own,
            "select 'constraint', conrelid::regclass, conname, pg_get_constraintdef(o.oid) from pg_constraint o join pg_namespace n on n.oid = connamespace where conrelid::regclass::text <> 'alembic_version' and contype <> 'n' and " + own,
            "select 'index', tablename, indexname, indexdef from pg_indexes where schemaname not in ('pg_catalog') and tablename <> 'alembic_version'",
            "select 'trigger', tgrelid::regclass, tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal",
            "select 'view', schemaname, viewname, definition from pg_views where schemaname = 'public'",
            "select 'type', typname, typtype, (select string_agg(enumlabel, ',' order by enumsortorder) from pg_enum where enumtypid = t.oid) from pg_type t join pg_namespace n on n.oid = typnamespace where typtype in ('e', 'd') and " + own,
            "select 'function', proname, prosrc from pg_proc p join pg_namespace n on n.oid = pronamespace where " + own,
        )
        for row in site.query(text)
    ]  # fmt: skip


def mariadb_schema(site):
    own = "= '%s' and table_name <> 'alembic_version'" % site.name
    return [
        row
        for text in (
            "select 'column', table_name, column_name, column_type, is_nullable, column_default, extra, column_comment, collation_name from information_schema.columns where table_schema %s",
            "select 'table', table_name, table_type, engine, table_comment from information_schema.tables where table_schema %s",
            "select 'constraint', table_name, constraint_name, constraint_type from information_schema.table_constraints where table_schema %s",
            "select 'index', table_name, index_name, seq_in_index, column_name, non_unique, index_type from information_schema.statistics where table_schema %s",
            "select 'key', table_name, constraint_name, column_name, referenced_table_name, referenced_column_name from information_schema.key_column_usage where table_schema %s",
            "select 'check', table_name, constraint_name, check_clause from information_schema.check_constraints where constraint_schema %s",
            "select 'view', table_name, view_definition from information_schema.views where table_schema %s",
        )
        for row in site.query(text % own)
    ]  # fmt: skip


SCHEMAS = {"sqlite": sqlite_schema, "postgresql": postgresql_schema, "mariadb": mariadb_schema}
