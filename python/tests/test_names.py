"""Tests of scripts that rename what others use, and of names that mean something else by the search
path: held against what they do to a real PostgreSQL that has rows.

`LBACK_TEST_POSTGRES` names the server of the suite; without it, nothing is tested.
"""

import os
import re
import uuid
from typing import Any, Dict, Iterator, List, NamedTuple, Set, Tuple

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from project import Project

SERVER = os.environ.get("LBACK_TEST_POSTGRES")
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "postgresql")
FILES = sorted(name for name in os.listdir(FOLDER) if name.endswith(".txt"))

#: A table: schema, `None` for the default one, and name.
TableName = Tuple[Any, str]


class Case(NamedTuple):
    """Scripts, one after another, as bodies of `upgrade()`.

    A doubt is expected of the revisions in `doubts`, by their numbers.
    """

    title: str
    bodies: List[str]
    doubts: Set[int]


def cases() -> List[Any]:
    """Reads the scripts: `=== title`, then bodies between lines of `---`.

    `---?` precedes a script of which a doubt is expected. A body is SQL, or Python after `#python`.
    """
    found = []
    for name in FILES:
        with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
            texts = re.split("^=== ", file.read(), flags=re.MULTILINE)[1:]
        for text in texts:
            title, _, rest = text.partition("\n")
            parts = re.split(r"^---(\??)\n", "\n---\n" + rest, flags=re.MULTILINE)[1:]
            bodies = [body_of(part) for part in parts[1::2]]
            doubts = {number for number, mark in enumerate(parts[::2]) if mark}
            found.append(pytest.param(Case(title, bodies, doubts), id=name[:-4] + "-" + title))
    return found


def body_of(text: str) -> str:
    text = text.strip("\n")
    if text.startswith("#python"):
        return text.replace("#python\n", "", 1)
    return "op.get_bind().exec_driver_sql(%r)" % text


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A database of its own for all scripts: each test takes back what it did."""
    if SERVER is None:
        pytest.skip("LBACK_TEST_POSTGRES names no server")
    server = sa.engine.make_url(SERVER)
    name = "names_%s" % uuid.uuid4().hex[:12]
    administer(server, "create database %s" % name)
    yield server.set(database=name).render_as_string(hide_password=False)
    administer(server, "drop database %s with (force)" % name)


def administer(server: Any, statement: str) -> None:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


RELATIONS = """
select n.nspname, c.relname, c.oid, c.relkind::text, concat_ws(' ', c.relrowsecurity,
    c.reloptions, c.relispartition, c.relreplident, obj_description(c.oid, 'pg_class'))
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not like 'pg\\_%%'
    and n.nspname <> 'information_schema'
"""
DETAILS = (
    "select attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)"
    " from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum"
    " where attrelid = %d and attnum > 0 and not attisdropped order by attnum",
    "select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = %d order by 1",
    "select pg_get_indexdef(indexrelid) from pg_index where indrelid = %d order by 1",
    "select pg_get_triggerdef(oid), tgenabled::text from pg_trigger"
    " where tgrelid = %d and not tgisinternal order by 1",
    "select polname, pg_get_expr(polqual, polrelid) from pg_policy where polrelid = %d order by 1",
    "select rulename from pg_rewrite where ev_class = %d order by 1",
)


def snapshot(connection: Any) -> Dict[TableName, str]:
    """Returns all that can be seen of each table, and its rows."""

    def ask(text: str) -> List[Any]:
        return [tuple(row) for row in connection.exec_driver_sql(text)]

    found: Dict[TableName, str] = {}
    path = ask("show search_path")[0][0]
    # Definitions show no schema for what the path finds.
    connection.exec_driver_sql("set search_path to pg_catalog")
    for schema, name, oid, kind, rest in ask(RELATIONS):
        seen = [kind, rest] + [ask(detail % oid) for detail in DETAILS]
        if kind in "vm":
            seen.append(ask("select pg_get_viewdef(%d::oid)" % oid))
        if kind != "v":
            seen.append(sorted(map(repr, ask('select * from "%s"."%s"' % (schema, name)))))
        found[(None if schema == "public" else schema, name)] = repr(seen)
    connection.exec_driver_sql("select set_config('search_path', '%s', false)" % path)
    return found


def changes(url: str, case: Case, prepare: Any = None) -> List[Set[TableName]]:
    """Returns the tables that each script really changes."""
    engine = sa.create_engine(url)
    found = []
    with engine.connect() as connection:
        transaction = connection.begin()
        before = snapshot(connection)
        for body in case.bodies:
            connection = prepare(connection) if prepare is not None else connection
            with Operations.context(MigrationContext.configure(connection)) as op:
                exec(compile(body, "script_of_names.py", "exec"), {"op": op, "sa": sa})
            after = snapshot(connection)
            tables = set(before) | set(after)
            found.append({name for name in tables if before.get(name) != after.get(name)})
            before = after
        transaction.rollback()
    engine.dispose()
    return found


def planned(url: str, case: Case, prepare: Any = None) -> List[Any]:
    """Returns what the analysis says of each script."""
    # The schema of Alembic's own table would be translated, too.
    options = {"version_table_schema": "public"} if prepare is by_translation else {}
    with Project(url, **options) as project:
        project.prepare = prepare or project.prepare
        for body in case.bodies:
            project.revision(body)
        results = project.analysis()
        return [results[revision]["upgrade"] for revision in project.revisions]


@pytest.mark.parametrize("case", cases())
def test_nothing_is_missed_in_silence(url: str, case: Case) -> None:
    compare(case, changes(url, case), planned(url, case))


def compare(case: Case, really: List[Set[TableName]], said: List[Any]) -> None:
    """Holds what is planned of each script against what it did."""
    for number, (real, found) in enumerate(zip(really, said)):
        writes = {(each["schema"], each["name"]) for each in found["writes"]}
        reasons = [(each["why"], each["line"]) for each in found["reasons"]]
        missed = real - writes
        assert not missed or reasons, "script %d misses %s of %s" % (number, missed, real)
        if number in case.doubts:
            assert reasons, "script %d should be in doubt" % number
            assert all(line is not None for _, line in reasons)
        else:
            assert not reasons, "script %d: %s" % (number, reasons)
            # What a script does to rows may be nothing.
            assert not missed, "script %d misses %s of %s" % (number, missed, real)


MADE = """
create schema tenant; create schema shared; create table tenant.t (id int); create table t (id int);
create table shared.u (id int); create table tenant.twin (id int); create table shared.twin (id int)
"""
BODIES = (
    'op.execute("insert into t values (1)")',
    'op.execute("insert into u values (1)")',
    'op.execute("insert into twin values (1)")',
    'op.add_column("t", sa.Column("n", sa.Integer))',
    'op.create_table("made", sa.Column("id", sa.Integer))\nop.create_index("i", "made", ["id"])',
    'op.execute("insert into made values (1)")',
    'op.bulk_insert(sa.table("u", sa.column("id")), [{"id": 1}])',
    'op.rename_table("u", "w")',
    'op.execute("set search_path to shared")\nop.execute("delete from twin")\n'
    'op.execute("set search_path to tenant, shared")',
)


def by_setting(connection: Any) -> Any:
    """Sets the search path as env.py may."""
    connection.exec_driver_sql("set search_path to tenant, shared")
    return connection


def by_translation(connection: Any) -> Any:
    """Has SQLAlchemy translate schemas."""
    return connection.execution_options(schema_translate_map={None: "tenant"})


@pytest.fixture(scope="module")
def with_schemas(url: str) -> str:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(MADE)
    engine.dispose()
    return url


@pytest.mark.parametrize("body", BODIES)
def test_the_search_path_of_the_connection_counts(with_schemas: str, body: str) -> None:
    made = 'op.create_table("made", sa.Column("id", sa.Integer))'
    bodies = [made, body] if "into made" in body else [body]
    case = Case(body, bodies, {len(bodies) - 1} if "set search_path" in body else set())
    compare(case, changes(with_schemas, case, by_setting), planned(with_schemas, case, by_setting))


TRANSLATED = (
    'op.create_table("made", sa.Column("id", sa.Integer, sa.ForeignKey("other.id")))',
    'op.add_column("t", sa.Column("n", sa.Integer))',
    'op.create_index("i", "t", ["id"])',
    'op.bulk_insert(sa.table("t", sa.column("id")), [{"id": 1}])',
    'op.execute(sa.table("t", sa.column("id")).insert().values(id=1))',
    'op.execute("insert into t values (1)")',
    'op.drop_table("t")',
    'op.create_table_comment("t", "of a tenant")',
    'op.alter_column("t", "id", nullable=False)',
    'op.create_unique_constraint("c", "t", ["id"])',
    'op.rename_table("t", "v")',
)


@pytest.mark.parametrize("body", TRANSLATED)
def test_schemas_that_sqlalchemy_translates(with_schemas: str, body: str) -> None:
    first = 'op.create_table("other", sa.Column("id", sa.Integer, primary_key=True))'
    case = Case(body, [first, body], set())
    really = changes(with_schemas, case, by_translation)
    compare(case, really, planned(with_schemas, case, by_translation))
