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


def changes(url: str, case: Case) -> List[Set[TableName]]:
    """Returns the tables that each script really changes."""
    engine = sa.create_engine(url)
    found = []
    with engine.connect() as connection:
        transaction = connection.begin()
        before = snapshot(connection)
        for body in case.bodies:
            with Operations.context(MigrationContext.configure(connection)) as op:
                exec(compile(body, "script_of_names.py", "exec"), {"op": op, "sa": sa})
            after = snapshot(connection)
            tables = set(before) | set(after)
            found.append({name for name in tables if before.get(name) != after.get(name)})
            before = after
        transaction.rollback()
    engine.dispose()
    return found


def planned(url: str, case: Case) -> List[Any]:
    """Returns what the analysis says of each script."""
    with Project(url) as project:
        for body in case.bodies:
            project.revision(body)
        results = project.analysis()
        return [results[revision]["upgrade"] for revision in project.revisions]


@pytest.mark.parametrize("case", cases())
def test_nothing_is_missed_in_silence(url: str, case: Case) -> None:
    really = changes(url, case)
    said = planned(url, case)
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
