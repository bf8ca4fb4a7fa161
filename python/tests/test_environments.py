"""Tests of what env.py and scripts connect to: keyword arguments, and engines of scripts."""

import pytest
from project import Project, kinds
from test_needless_doubts import MAKE, upgrade


def test_keywords_of_run_migrations():
    for kwargs, parameters, body in (
        ({"engine": "x"}, "engine", "pass"),
        ({"tenant": "t"}, "tenant", 'op.execute("insert into %s values (1, 1)" % tenant)'),
        (
            {"tenant": "t", "more": 1},
            "tenant, **kw",
            'op.execute("insert into %s values (%s, 1)" % (tenant, kw["more"]))',
        ),
        ({"tenant": "t"}, "*, tenant", 'op.execute("insert into %s values (1, 1)" % tenant)'),
        ({"tenant": "t"}, "**kw", 'op.execute("insert into %s values (1, 1)" % kw["tenant"])'),
    ):
        with Project() as project:
            project.keywords = kwargs
            first = project.revision(MAKE)
            name = project.revision(body)
            for file in (first, name):
                path = "%s/versions/%s.py" % (project.folder, file)
                with open(path) as source:
                    text = source.read()
                for function in ("upgrade", "downgrade"):
                    text = text.replace(
                        "def %s()" % function, "def %s(%s)" % (function, parameters)
                    )
                with open(path, "w") as target:
                    target.write(text)
            found = project.analysis()[name]["upgrade"]
        assert found["reasons"] == [] and found["raises"] is None
        assert body == "pass" or kinds(found) == ["insert t"]


@pytest.fixture
def url(tmp_path):
    """A database of this test's own: Alembic makes a table in it."""
    return "sqlite:///%s" % (tmp_path / "test.db")


def test_a_helper_that_inspects_by_the_same_url(url):
    helper = """
        def table_exists(table, schema=None):
            config = op.get_context().config
            engine = sa.engine_from_config(config.get_section(config.config_ini_section), prefix="sqlalchemy.")
            inspector = sa.inspect(engine)
            return table in inspector.get_table_names(schema)

        def by_url(table):
            engine = sa.create_engine(op.get_bind().engine.url)
            with engine.connect() as connection:
                return connection.dialect.has_table(connection, table)
    """
    for call in ('table_exists("t")', 'by_url("t")', 'not table_exists("missing")'):
        body = "if %s:\n    op.execute('insert into t values (1, 1)')" % call
        found = upgrade(MAKE, body, before=helper, url=url)
        assert found["reasons"] == []
        assert [each.replace("?", "") for each in kinds(found)] == ["insert t"]


def test_an_engine_by_the_same_url_only_reads(url):
    for engine, text in (
        ("sa.create_engine(%r)" % url, "delete from t"),
        ("sa.create_engine(%r)" % url, "select unknown()"),
        ("sa.create_engine(%r)" % url, "drop table t"),
        ("sa.create_engine(%r)" % (url + ".other"), "select 1"),
        ("sa.create_engine('sqlite://')", "select 1"),
    ):
        body = "with %s.begin() as own:\n    own.execute(sa.text(%r))" % (engine, text)
        found = upgrade(MAKE, body, url=url)
        assert [reason["line"] is not None for reason in found["reasons"]] == [True], body
        assert found["writes"] == []


def test_answers_of_another_connection_are_tried_both_ways(url):
    body = (
        "if sa.inspect(sa.create_engine(op.get_bind().engine.url)).has_table('t'):\n"
        "    op.drop_column('t', 'n')\nelse:\n    op.create_table('t', sa.Column('n', sa.Integer))"
    )
    found = upgrade(MAKE, body, url=url)
    assert found["reasons"] == []
    assert sorted(kinds(found)) == ["create_table? t", "drop_column? t"]


def test_a_live_connection_as_a_keyword_is_replaced():
    with Project() as project:
        project.revision("pass")
        path = "%s/versions/1.py" % project.folder
        with open(path) as source:
            text = source.read()
        acts = (
            "def upgrade(connection, engine):\n    connection.execute(sa.text('delete from a'))\n"
        )
        acts += (
            "    with engine.connect() as other:\n        other.execute(sa.text('delete from b'))\n"
        )
        with open(path, "w") as target:
            target.write(text.replace("def upgrade():\n", acts))

        def prepare(connection):
            project.keywords = {"connection": connection, "engine": connection.engine}
            return connection

        project.prepare = prepare
        found = project.analysis()["1"]["upgrade"]
    assert found["reasons"] == []
    assert kinds(found) == ["delete a", "delete b"]
