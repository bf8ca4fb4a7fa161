"""Downgrades and upgrades that can't work, and those that look like it and do."""

import pytest
import sqlalchemy
from inverse_site import KINDS, Site
from project import Project
from sqlalchemy.dialects import postgresql, sqlite

MAKE = """
op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))
op.create_table("u", sa.Column("id", sa.Integer, primary_key=True))
"""
NEVER = "op.drop_table('nothing_like_it')"


def server():
    dialect = postgresql.dialect()
    dialect.default_schema_name = "public"
    return dialect


def of(up, down, dialect=None, **options):
    with Project(**options) as project:
        project.revision(MAKE, "op.drop_table('u')\nop.drop_table('t')")
        project.revision(up, down)
        return project.analysis(dialect=dialect or server())["2"]


FAILING = {
    "no name": ("op.create_foreign_key(None, 't', 'u', ['n'], ['id'])", "op.drop_constraint(None, 't', type_='foreignkey')"),
    "no name, unique": ("op.create_unique_constraint(None, 't', ['n'])", "op.drop_constraint(None, 't', type_='unique')"),
    "no type": ("op.drop_column('t', 'n')", "op.add_column('t', sa.Column('n'))"),
    "twice": ("op.add_column('t', sa.Column('m', sa.Integer))", "op.drop_column('t', 'm')\nop.drop_column('t', 'm')"),
    "not there": ("op.add_column('t', sa.Column('m', sa.Integer))", "op.drop_column('t', 'other')"),
    "wrong index": ("op.create_index('a', 't', ['n'])", "op.drop_index('b', table_name='t')"),
    "index of a column that went": ("op.add_column('t', sa.Column('m', sa.Integer))\nop.create_index('a', 't', ['m'])", "op.drop_column('t', 'm')\nop.drop_index('a', table_name='t')"),
    "already there": ("op.drop_column('t', 'n')", "op.add_column('t', sa.Column('id', sa.Integer))"),
    "table twice": ("op.drop_table('u')", "op.create_table('t', sa.Column('id', sa.Integer))"),
    "index after its table": ("op.create_table('v', sa.Column('id', sa.Integer, index=True))", "op.drop_table('v')\nop.drop_index('ix_v_id', table_name='v')"),
    "own branch": ("op.add_column('t', sa.Column('m', sa.Integer))", "if op.get_bind().dialect.name == 'postgresql':\n    op.drop_constraint(None, 't', type_='unique')\nop.drop_column('t', 'm')"),
}  # fmt: skip
WORKING = {
    "caught": ("op.add_column('t', sa.Column('m', sa.Integer))", "try:\n    op.drop_constraint(None, 't', type_='unique')\nexcept Exception:\n    pass\nop.drop_column('t', 'm')"),
    "if exists": ("op.add_column('t', sa.Column('m', sa.Integer))", "op.drop_index('zz', table_name='t', if_exists=True)\nop.drop_column('t', 'm', if_exists=True)"),
    "other case": ("op.add_column('t', sa.Column('Mixed', sa.Integer))", "op.drop_column('t', 'mixed')"),
    "raw": ("op.execute('alter table t add m int')", "op.drop_column('t', 'm')"),
    "in a function": ("op.execute('do $$ begin alter table t add m int; end $$')", "op.drop_column('t', 'm')"),
    "unknown table": ("op.add_column('elsewhere', sa.Column('m', sa.Integer))", "op.drop_column('elsewhere', 'm')"),
    "unique as index": ("op.create_unique_constraint('q', 't', ['n'])", "op.drop_constraint('q', 't', type_='unique')"),
    "index among columns": ("op.drop_table('u')", "op.create_table('u', sa.Column('id', sa.Integer), sa.Index('u_id', 'id'))"),
    "renamed": ("op.alter_column('t', 'n', new_column_name='m')", "op.alter_column('t', 'm', new_column_name='n')"),
    "moved": ("op.rename_table('t', 'w')\nop.add_column('w', sa.Column('m', sa.Integer))", "op.drop_column('w', 'm')\nop.rename_table('w', 't')"),
    "asks": ("op.add_column('t', sa.Column('m', sa.Integer))", "if sa.inspect(op.get_bind()).has_table('old'):\n    op.drop_column('t', 'zz')\nop.drop_column('t', 'm')"),
}  # fmt: skip
if not sqlalchemy.__version__.startswith("1."):
    # Before version 2, the second column takes the place of the first.
    FAILING["column twice"] = ("op.drop_table('u')", "op.create_table('u', sa.Column('id', sa.Integer), sa.Column('m', sa.Text), sa.Column('m', sa.Text))")  # fmt: skip


@pytest.mark.parametrize("name", FAILING)
def test_downgrades_that_fail(name):
    found = of(*FAILING[name])
    assert (found["reversible"], found["upgrade"]["fails"]) == ("no", None)
    assert "can't work: " in found["irreversible_because"]
    assert "(line " in found["irreversible_because"]
    assert "0x" not in found["irreversible_because"]


@pytest.mark.parametrize("name", WORKING)
def test_downgrades_that_work(name):
    found = of(*WORKING[name])
    assert found["downgrade"]["fails"] is None
    assert found["reversible"] != "no"


@pytest.mark.parametrize("group", ["failing", "working"])
def test_the_database_agrees(group):
    if "postgresql" not in KINDS:
        pytest.skip("no PostgreSQL")
    for name, (up, down) in (FAILING if group == "failing" else WORKING).items():
        if name in ("unknown table", "other case"):
            continue
        with Site("postgresql") as site:
            site.revision(MAKE, "")
            site.revision(up, down)
            site.upgrade()
            try:
                site.downgrade("-1")
            except Exception as error:
                assert group == "failing", (name, error)
            else:
                assert group == "working", name


def test_a_batch_without_a_name():
    up = "with op.batch_alter_table('t') as batch:\n    batch.create_foreign_key('k', 'u', ['n'], ['id'])"
    down = "with op.batch_alter_table('t') as batch:\n    batch.drop_constraint(None, type_='foreignkey')"
    found = of(up, down, sqlite.dialect())
    assert "Constraint must have a name" in found["irreversible_because"]


def test_another_branch_may_have_made_it():
    with Project() as project:
        project.revision(MAKE)
        project.revision(
            "op.add_column('t', sa.Column('m', sa.Integer))", "op.drop_column('t', 'k')"
        )
        project.write(
            "versions/other.py",
            "from alembic import op\nimport sqlalchemy as sa\nrevision = 'o'\ndown_revision = '1'\n"
            "def upgrade():\n    op.add_column('t', sa.Column('k', sa.Integer))\n"
            "def downgrade():\n    pass\n",
        )
        assert project.analysis(dialect=server())["2"]["reversible"] == "yes"


CONCURRENT = {
    "operation": ("op.create_index('a', 't', ['n'])", "op.drop_index('a', table_name='t', postgresql_concurrently=True)", True),
    "text": ("op.create_index('a', 't', ['n'])", "op.execute('DROP INDEX CONCURRENTLY a')", True),
    "vacuum": ("op.add_column('t', sa.Column('m', sa.Integer))", "op.drop_column('t', 'm')\nop.execute('VACUUM t')", True),
    "block": ("op.create_index('a', 't', ['n'])", "with op.get_context().autocommit_block():\n    op.drop_index('a', table_name='t', postgresql_concurrently=True)", False),
    "text in a block": ("op.create_index('a', 't', ['n'])", "with op.get_context().autocommit_block():\n    op.execute('DROP INDEX CONCURRENTLY a')", False),
    "isolation": ("op.create_index('a', 't', ['n'])", "engine = op.get_bind().engine\nwith engine.connect().execution_options(isolation_level='AUTOCOMMIT') as other:\n    other.execute(sa.text('DROP INDEX CONCURRENTLY a'))", False),
}  # fmt: skip


@pytest.mark.parametrize("name", CONCURRENT)
def test_statements_that_no_transaction_may_hold(name):
    if "postgresql" not in KINDS:
        pytest.skip("no PostgreSQL")
    up, down, fails = CONCURRENT[name]
    with Site("postgresql") as site:
        site.revision(MAKE, "")
        site.revision(up, down)
        site.upgrade()
        reversible = site.plan("-1")["database"]["steps"][0]["reversible"]
        try:
            site.downgrade("-1")
        except Exception:
            assert (fails, reversible) == (True, "no")
        else:
            assert not fails
            assert reversible != "no"


ENUM = """
op.execute("create type kind as enum ('a')")
op.create_table("e", sa.Column("id", sa.Integer), sa.Column("k", postgresql.ENUM("a", name="kind", create_type=False)), sa.Column("x", sa.Text))
"""
ADD = "op.execute(\"alter type kind add value 'new'\")\n"
TABLE = "e = sa.table('e', sa.column('id'), sa.column('k', sa.Enum('a', 'new', name='kind')), sa.column('x'))\n"
ENUMS = {
    "update": ADD + "op.execute(\"update e set k = 'new'\")",
    "where": ADD + "op.execute(\"delete from e where k in ('a', 'new')\")",
    "insert": ADD + "op.execute(\"insert into e (id, k) values (1, 'new')\")",
    "default": ADD + "op.execute(\"alter table e alter k set default 'new'\")",
    "alter_column": ADD + "op.alter_column('e', 'k', server_default='new')",
    "cast": ADD + "op.execute(\"update e set x = ('new'::kind)::text\")",
    "core": TABLE + ADD + "op.execute(e.update().values(k='new'))",
    "bulk": TABLE + ADD + "op.bulk_insert(e, [{'id': 1, 'k': 'new', 'x': 'y'}])",
}
NO_ENUMS = {
    "alone": ADD,
    "old value": ADD + "op.execute(\"update e set k = 'a'\")",
    "text": ADD + "op.execute(\"update e set x = 'new'\")",
    "text inserted": ADD + "op.execute(\"insert into e (id, k, x) values (1, 'a', 'new')\")",
    "block": "with op.get_context().autocommit_block():\n    "
    + ADD
    + "op.execute(\"update e set k = 'new'\")",
    "caught": ADD
    + "try:\n    with op.get_bind().begin_nested():\n        op.execute(\"update e set k = 'new'\")\nexcept Exception:\n    pass",
    "again": "op.execute(\"alter type kind add value if not exists 'a'\")\nop.execute(\"update e set k = 'a'\")",
    "before": "op.execute(\"update e set k = 'a'\")\n" + ADD,
}


@pytest.mark.parametrize("name", [*ENUMS, *NO_ENUMS])
def test_values_that_are_used_before_they_are_committed(name):
    if "postgresql" not in KINDS:
        pytest.skip("no PostgreSQL")
    with Site("postgresql") as site:
        site.revision("from sqlalchemy.dialects import postgresql\n" + ENUM, "")
        site.upgrade()
        site.revision({**ENUMS, **NO_ENUMS}[name], "")
        doubts = site.answer({"type": "upgrade", "target": "head"})["database"]["steps"][0][
            "doubts"
        ]
        why = [
            doubt["why"] for doubt in doubts if "in the transaction that adds it" in doubt["why"]
        ]
        assert bool(why) == (name in ENUMS)
        try:
            site.upgrade()
        except Exception as error:
            assert name in ENUMS, error
        else:
            assert name in NO_ENUMS


def test_upgrades_that_fail():
    found = of("op.add_column('t', sa.Column('n', sa.Integer))", "pass")["upgrade"]
    assert found["fails"]["why"] == "`t` has a column `n` already"
    assert found["complete"]


@pytest.mark.parametrize("again", ["op.drop_column('t', 'n')", "op.drop_column('t', 'id')"])
def test_two_branches_that_drop_the_same(again):
    with Site("sqlite") as site:
        site.revision(MAKE, "")
        site.upgrade()
        site.revision("op.drop_column('t', 'n')", "pass", after="1")
        site.revision(again, "pass", after="1")
        plan = site.answer({"type": "upgrade", "target": "heads"})
        doubts = [doubt["why"] for step in plan["database"]["steps"] for doubt in step["doubts"]]
        expected = ["on another branch, drops it first" in why for why in doubts]
        assert expected == ([True] if "'n'" in again else [])
        if expected:
            with pytest.raises(Exception, match="no such column"):
                site.upgrade("heads")


ON_SQLITE = {
    "type": ("op.add_column('t', sa.Column('m', sa.Integer))", "op.alter_column('t', 'n', type_=sa.String(9))", True),
    "nullable": ("op.add_column('t', sa.Column('m', sa.Integer))", "op.alter_column('t', 'n', nullable=False)", True),
    "default": ("op.add_column('t', sa.Column('m', sa.Integer))", "op.alter_column('t', 'n', server_default='3')", True),
    "quoted": ("op.create_table('a b', sa.Column('n', sa.Integer))", "op.alter_column('a b', 'n', server_default=None)", True),
    "text": ("op.add_column('t', sa.Column('m', sa.Integer))", "op.execute('alter table t add constraint q unique (n)')", True),
    "key": ("op.add_column('t', sa.Column('m', sa.Integer))", "op.create_foreign_key('k', 't', 'u', ['n'], ['id'])", True),
    "batch": ("op.add_column('t', sa.Column('m', sa.Integer))", "with op.batch_alter_table('t') as batch:\n    batch.alter_column('n', type_=sa.String(9))", False),
    "rename": ("op.alter_column('t', 'n', new_column_name='m')", "op.alter_column('t', 'm', new_column_name='n')", False),
    "drop": ("op.execute('alter table t add column \"add constraint\" int')", "op.execute('alter table t drop column \"add constraint\"')", False),
    "caught": ("op.add_column('t', sa.Column('m', sa.Integer))", "try:\n    op.alter_column('t', 'n', nullable=False)\nexcept Exception:\n    pass\nop.drop_column('t', 'm')", False),
}  # fmt: skip


@pytest.mark.parametrize("name", ON_SQLITE)
def test_changes_that_sqlite_does_not_know(name):
    up, down, fails = ON_SQLITE[name]
    with Site("sqlite") as site:
        site.revision(MAKE, "")
        site.revision(up, down)
        site.upgrade()
        step = site.plan("-1")["database"]["steps"][0]
        try:
            site.downgrade("-1")
        except Exception:
            assert (fails, step["reversible"]) == (True, "no"), step
        else:
            assert not fails
            assert step["reversible"] != "no", step


ORDERED = {
    "text": "op.create_index('i', 't', ['id', sa.text('n DESC')])",
    "nulls": "op.create_index('i', 't', [sa.text('n ASC NULLS LAST')])",
    "quoted": "op.create_index('i', 't', [sa.text('\"n\" desc')])",
    "column": "op.create_index('i', 't', [sa.column('n').desc()])",
    "expression": "op.create_index('i', 't', [sa.text('n + 1')])",
    "function": "op.create_index('i', 't', [sa.func.abs(sa.column('n'))])",
    "in a batch": "with op.batch_alter_table('t') as batch:\n    batch.create_index('i', [sa.text('n DESC')])",
    "of SQL": "op.execute('create index i on t (id, n desc)')",
}
REMADE = "with op.batch_alter_table('t', recreate='always') as batch:\n    batch.alter_column('n', type_=sa.BigInteger)"


@pytest.mark.parametrize("name", ORDERED)
def test_a_table_with_an_ordered_index_is_made_anew(name):
    found = of(ORDERED[name], REMADE, sqlite.dialect())
    assert (found["upgrade"]["fails"], found["downgrade"]["fails"]) == (None, None)
    assert (found["downgrade"]["reasons"], found["reversible"]) == ([], "yes")


INDEXED = "op.add_column('t', sa.Column('m', sa.Integer))\nop.create_index('t_m', 't', ['m'])"
IN_BATCH = "with op.batch_alter_table('t') as batch:\n    batch.drop_column('m')\n    batch.drop_index('t_m')"


def test_a_batch_drops_a_column_before_its_index():
    found = of(INDEXED, IN_BATCH, sqlite.dialect())
    assert (found["downgrade"]["fails"], found["reversible"]) == (None, "yes")
    found = of(INDEXED, IN_BATCH)
    assert found["reversible"] == "no"
