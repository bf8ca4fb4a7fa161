"""Tests of scripts that were in doubt without need: nothing that they do is unclear."""

import pytest
from project import Project, kinds
from sqlalchemy.dialects import postgresql


def server():
    dialect = postgresql.psycopg2.dialect()
    dialect.default_schema_name = "public"
    dialect.server_version_info = (15, 4)
    return dialect


def upgrade(*bodies, dialect=None, before="", **options):
    """The upgrade of the last of several scripts."""
    with Project(**options) as project:
        for body in bodies[:-1]:
            project.revision(body)
        project.revision(bodies[-1], before=before)
        return project.analysis(dialect=dialect)[project.revisions[-1]]["upgrade"]


def check(expected, *bodies, dialect=None, before="", **options):
    """Complete, and with these operations alone; those that only read don't count."""
    found = upgrade(*bodies, dialect=dialect, before=before, **options)
    assert found["reasons"] == []
    shown = [each for each in kinds(found) if not each.startswith(("execute", "select"))]
    assert shown == expected


def sql(text):
    return "op.execute(%r)" % text


MAKE = 'op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))'
TEXTS = {
    "with ordinality": "insert into t select x.id, x.nr from unnest(array[1, 2]) with ordinality as x(id, nr)",
    "with ordinality joined": "update t set n = o.nr from (select id from t) s, jsonb_array_elements('[1]') with ordinality o(v, nr) where t.id = s.id",
    "with ordinality lateral": "insert into t select a.id, nr from t a cross join lateral unnest(array[a.n]) with ordinality as u(n, nr)",
    "with ordinality rows from": "insert into t select a, nr from rows from (unnest(array[1]), generate_series(1, 2)) with ordinality as u(a, b, nr)",
    "index that no script makes": "drop index if exists missing; insert into t values (1, 1)",
    "index that no script makes, of a schema": "drop index concurrently if exists s.missing, other; insert into t values (1, 1)",
    "current_schema": "insert into t select 1, 2 where current_schema() = 'public'",
    "raise over two lines": "do $$ begin raise exception 'no %, it is\n not', 1\n using hint = 'delete from t'; insert into t values (1, 1); end $$",
    "raise notice": "do $$ begin raise notice 'x',\n format('%s', 1); raise notice using message = 'a', detail = 'b'; insert into t values (1, 1); end $$",
    "raise after if": "do $$ begin if exists (select 1 from t) then\n raise exception\n 'there are rows: %',\n (select count(*) from t); end if; insert into t values (1, 1); end $$",
    "raise with a case": "do $$ declare n int; begin select count(*) into n from t; raise warning 'a ; b' , n; insert into t values (1, 1); end $$",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_sql(text):
    kind = "update t" if text.startswith("update") else "insert t"
    found = upgrade(MAKE, sql(text), dialect=server())
    assert found["reasons"] == []
    assert kind in [each.replace("?", "") for each in kinds(found)]


FUNCTIONS = (
    "pg_get_userbyid(1)", "txid_current_if_assigned()", "pg_encoding_to_char(6)", "age(now())",
    "array_to_tsvector('{a}')", "inet_same_family('::1', '::1')", "pg_column_size(1)", "isfinite(now())",
    "numrange(1, 2)", "tsmultirange()", "ts_headline('a', to_tsquery('a'))", "quote_ident('a')",
    "pg_collation_for('a')", "to_regrole('a')", "scale(1.0)", "min_scale(1.0)", "gcd(2, 4)", "lower_inc(int4range(1, 2))",
    "strict_word_similarity('a', 'b')", "jsonb_path_match('{}', '$.a')", "convert_from('a', 'UTF8')", "masklen('::1')",
    "family('::1')", "set_masklen('::1', 8)", "bit_count('a')", "pg_table_is_visible(1)", "has_sequence_privilege('a', 'USAGE')",
    "acldefault('r', 10)", "makeaclitem(1, 1, 'a', true)", "format('%s', 1)", "erf(1)", "sha512('a')", "current_schema()",
    "pg_get_partkeydef(1)", "row_security_active(1)", "xpath('/a', '<a/>')", "point(1, 2)", "area(box '(0,0),(1,1)')",
)  # fmt: skip


@pytest.mark.parametrize("call", FUNCTIONS)
def test_functions_of_the_server(call):
    check(
        ["insert t"],
        MAKE,
        sql("insert into t select 1, 2 where (%s) is null" % call),
        dialect=server(),
    )


@pytest.mark.parametrize(
    "call",
    (
        "lo_unlink(1)",
        "dblink_exec('a', 'b')",
        "query_to_xml('delete from t', true, true, '')",
        "cursor_to_xml('c', 1, true, true, '')",
        "ts_stat('select f()')",
        "pg_import_system_collations('a')",
        "pg_logical_emit_message(true, 'a', 'b')",
    ),
)
def test_functions_of_the_server_that_may_write(call):
    found = upgrade(MAKE, sql("select %s" % call), dialect=server())
    assert found["reasons"]


def test_a_missing_index_leaves_the_names_of_tables_known():
    look = 'for name in sa.inspect(op.get_bind()).get_table_names():\n    assert isinstance(name, str)\nif "t" in sa.inspect(op.get_bind()).get_table_names():\n    op.drop_column("t", "n")'
    for drop in ("drop index if exists missing", "drop index missing"):
        with Project() as project:
            for body in (MAKE, sql(drop), look):
                project.revision(body)
            found = project.analysis()
        assert found["3"]["upgrade"]["raises"] is None
        assert "drop_column t" in [each.replace("?", "") for each in kinds(found["3"]["upgrade"])]
        if "if exists" in drop:
            assert found["2"]["upgrade"]["complete"] and found["3"]["upgrade"]["complete"]


PYTHON = {
    "op.drop_index": (["drop_index None"], 'op.drop_index("missing", if_exists=True)\n', ""),
    "current_schema": (
        ["insert t"],
        'schema = op.get_bind().execute(sa.text("SELECT current_schema()")).scalar()\n'
        'op.execute("insert into " + schema + ".t values (1, 1)")',
        "",
    ),
    "current_schema, as a condition": (
        ["insert t"],
        'schema = op.get_bind().execute(sa.text("SELECT current_schema()")).scalar()\n'
        'if schema == "public":\n    op.execute("insert into t values (1, 1)")\n'
        'else:\n    op.execute("delete from t")',
        "",
    ),
    "current_schema of the expression": (
        ["insert t"],
        "schema = op.get_bind().scalar(sa.select(sa.func.current_schema()))\n"
        'op.execute("insert into \\"%s\\".t values (1, 1)" % schema)',
        "",
    ),
    "show search_path": (
        ["insert t"],
        'path = op.get_bind().execute(sa.text("SHOW server_version")).scalar()\n'
        'op.execute("insert into t values (1, 1)")',
        "",
    ),
    "two connections": (
        ["insert t", "insert t"],
        'with op.get_bind().engine.connect() as one:\n    one.execute(sa.text("insert into t values (1, 1)"))\n'
        'with op.get_bind().engine.connect() as two:\n    two.execute(sa.text("insert into t values (2, 2)"))',
        "",
    ),
    "two connections of begin": (
        ["insert t", "insert t"],
        'with op.get_bind().engine.begin() as one:\n    one.execute(sa.text("insert into t values (1, 1)"))\n'
        'with op.get_bind().engine.connect().execution_options(isolation_level="AUTOCOMMIT") as two:\n    two.execute(sa.text("insert into t values (2, 2)"))',
        "",
    ),
    "values of keywords": (
        ["update t"],
        'values = {"n": 1}\nop.execute(TABLE.update().values(**values))',
        'TABLE = sa.table("t", sa.column("id"), sa.column("n"))',
    ),
    "values of keywords of rows": (
        ["update? t"],
        "bind = op.get_bind()\nfor row in bind.execute(sa.select(TABLE.c.id, TABLE.c.n)):\n"
        '    values = {}\n    if row.n:\n        values["n"] = row.n + 1\n    if values:\n'
        "        bind.execute(TABLE.update().where(TABLE.c.id == row.id).values(**values))",
        'TABLE = sa.table("t", sa.column("id", sa.Integer), sa.column("n", sa.Integer))',
    ),
    "execute_values": (
        ["insert t"],
        "from psycopg2.extras import execute_values\n"
        "cursor = op.get_bind().connection.cursor()\n"
        'execute_values(cursor, "insert into t (id, n) values %s", [(1, 2), (2, 3)])',
        "",
    ),
    "execute_values with rows": (
        ["insert t"],
        "import psycopg2.extras\n"
        "cursor = op.get_bind().connection.cursor()\n"
        'found = psycopg2.extras.execute_values(cursor, "insert into t (id, n) values %s returning id", [(1, 2)], template="(%s, %s)", fetch=True)\n',
        "",
    ),
    "execute_batch": (
        ["insert t"],
        "from psycopg2 import extras\n"
        "with op.get_bind().connection.cursor() as cursor:\n"
        '    extras.execute_batch(cursor, "insert into t (id, n) values (%s, %s)", [(1, 2), (2, 3)], page_size=100)',
        "",
    ),
    "copy_from": (
        ["insert t"],
        "import io\ncursor = op.get_bind().connection.cursor()\n"
        'cursor.copy_from(io.StringIO("1\\t2"), "t", columns=("id", "n"))',
        "",
    ),
    "copy_to": (
        [],
        'import io\ncursor = op.get_bind().connection.cursor()\ncursor.copy_to(io.StringIO(), "t")',
        "",
    ),
    "copy_expert": (
        ["insert t"],
        "import io\ncursor = op.get_bind().connection.cursor()\n"
        'cursor.copy_expert("COPY t FROM STDIN WITH CSV", io.StringIO("1,2"))',
        "",
    ),
    "psycopg2.sql": (
        ["insert t"],
        "from psycopg2 import sql\ncursor = op.get_bind().connection.cursor()\n"
        'cursor.execute(sql.SQL("insert into {} ({}) values ({})").format(sql.Identifier("t"), sql.SQL(", ").join(map(sql.Identifier, ["id", "n"])), sql.SQL(", ").join(sql.Placeholder() * 2)), (1, 2))',
        "",
    ),
    "psycopg2.sql of a schema": (
        ["insert t"],
        "from psycopg2 import sql\ncursor = op.get_bind().connection.cursor()\n"
        'query = sql.SQL("insert into {} values ({})").format(sql.Identifier("public", "t"), sql.Literal(1))\n'
        "cursor.execute(query.as_string(cursor.connection))",
        "",
    ),
    "psycopg.sql": (
        ["insert t"],
        "from psycopg import sql\ncursor = op.get_bind().connection.cursor()\n"
        'cursor.execute(sql.SQL("insert into {} values ({}, {})").format(sql.Identifier("t"), sql.Placeholder(), sql.Literal(2)), (1,))',
        "",
    ),
    "psycopg.sql as text": (
        ["insert t"],
        "from psycopg import sql\ncursor = op.get_bind().connection.cursor()\n"
        'query = sql.SQL("insert into {} values ({})").format(sql.Identifier("public", "t"), 1)\n'
        "op.get_bind().exec_driver_sql(query.as_string(cursor.connection))",
        "",
    ),
    "run_async": (
        ["insert t"],
        'async def act(connection):\n    await connection.execute(sa.text("insert into t values (1, 1)"))\n'
        "op.run_async(act)",
        "",
    ),
    "run_async with arguments": (
        ["insert t"],
        "async def act(connection, table):\n    result = await connection.execute(sa.text('select id from t'))\n"
        "    result.fetchall()\n    await connection.execute(sa.text('insert into %s values (1, 1)' % table))\n"
        'op.run_async(act, "t")',
        "",
    ),
}


@pytest.mark.parametrize("title", PYTHON)
def test_python(title):
    expected, body, before = PYTHON[title]
    name = title.split(".")[0].split()[0]
    needed = {
        "execute_values": "psycopg2",
        "execute_batch": "psycopg2",
        "run_async": "greenlet",
        "psycopg2": "psycopg2",
        "psycopg": "psycopg",
    }
    if name in needed:
        pytest.importorskip(needed[name])
    dialect = postgresql.asyncpg.dialect() if name == "run_async" else server()
    dialect.default_schema_name = "public"
    check(expected, MAKE, body, dialect=dialect, before=before)


def test_a_loop_that_returns_rows_is_kept_once():
    body = (
        "bind = op.get_bind()\nwhile True:\n"
        '    found = bind.execute(sa.text("update t set n = 1 where id in (select id from t where n is null limit 100) returning id")).fetchall()\n'
        "    if not found:\n        break"
    )
    found = upgrade(MAKE, body, dialect=server())
    assert found["reasons"] == []
    assert len(found["operations"]) < 5 and len(repr(found["statements"])) < 2000
    body = (
        "bind = op.get_bind()\nlast = 0\nwhile True:\n"
        '    found = bind.execute(sa.text("update t set n = 1 where id > %d returning id" % last)).fetchall()\n'
        "    if not found:\n        break\n    last += 1000"
    )
    found = upgrade(MAKE, body, dialect=server())
    assert found["reasons"] == []
    assert len(found["statements"]) <= 20


def test_nothing_sleeps():
    body = (
        "import time\nfrom time import sleep\ntime.sleep(3600)\nsleep(3600)\nnap(1000)\n"
        'op.execute("insert into t values (1, 1)")'
    )
    # A real sleep ends at the limit of a function, which is a reason.
    check(["insert t"], MAKE, body, before="from time import sleep as nap")
