"""Tests of the statements of a revision: their operations, transactions, and counts."""

import pytest
from project import Project
from sqlalchemy.dialects import postgresql

MAKE = 'op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))'


def server():
    dialect = postgresql.psycopg2.dialect()
    dialect.default_schema_name = "public"
    dialect.server_version_info = (16, 2)
    return dialect


def analysed(body, downgrade="pass"):
    """The result of a revision after the one that makes the table."""
    with Project() as project:
        project.revision(MAKE, "op.drop_table('t')")
        project.revision(body, downgrade)
        return project.analysis(dialect=server())["2"]


def statements(body):
    return analysed(body)["upgrade"]["statements"]


def modes(statement):
    return {lock["table"]["name"]: lock["mode"] for lock in statement["locks"]}


def test_each_operation_of_a_batch_has_its_own_statement():
    found = statements(
        'with op.batch_alter_table("t") as batch:\n'
        '    batch.add_column(sa.Column("a", sa.BigInteger))\n'
        '    batch.alter_column("a", type_=sa.Integer)\n'
        '    batch.create_index("i", ["a"])'
    )
    assert [statement["operations"] for statement in found] == [[0], [1], [2]]
    lines = [statement["line"] for statement in found]
    assert lines == sorted(set(lines))
    # The type that the column has in the batch is known.
    assert found[1]["locks"][0]["rewrites"] == "yes"


def test_an_operation_may_send_several_statements():
    found = statements(
        'op.add_column("t", sa.Column("m", sa.Integer, sa.ForeignKey("t.id"), index=True))'
    )
    assert {tuple(statement["operations"]) for statement in found} >= {(0,)}
    assert len(found) >= 2


@pytest.mark.parametrize(
    "body, kind",
    [
        ('op.execute("update t set n = 1")', "unknown"),
        ('with op.get_context().autocommit_block():\n    op.execute("update t set n = 1")', "none"),
        ('op.execute("COMMIT")\nop.execute("update t set n = 1")', "none"),
    ],
)
def test_the_transaction_of_a_statement(body, kind):
    # A plan without a connection doesn't know whether Alembic begins a transaction.
    assert statements(body)[-1]["transaction"] == kind


def test_after_an_autocommit_block_the_transaction_is_as_before():
    found = statements(
        'with op.get_context().autocommit_block():\n    op.execute("update t set n = 1")\n'
        'op.execute("update t set n = 2")'
    )
    assert [statement["transaction"] for statement in found] == ["none", "unknown"]


def test_a_statement_that_is_sent_again_is_counted():
    found = statements('for _ in range(30):\n    op.execute("update t set n = 1")')
    assert [statement["times"] for statement in found] == [30]
    found = statements('for i in range(30):\n    op.execute("update t set n = %d" % i)')
    assert len(found) == 20 and sum(statement["times"] for statement in found) == 30


def test_what_is_not_rendered_is_a_statement_without_a_text():
    found = analysed(
        'if op.get_bind().execute(sa.text("select n from t")).scalar() == 7:\n    op.drop_table("t")'
    )["upgrade"]
    (place,) = [at for at, each in enumerate(found["operations"]) if each["kind"] == "drop_table"]
    senders = [each for each in found["statements"] if place in each["operations"]]
    assert senders and all(each["conditional"] for each in senders)


def test_every_operation_that_writes_has_a_statement():
    for body in (
        'op.drop_column("t", "n")',
        'op.rename_table("t", "u")',
        'op.execute("insert into t values (1, 2)")',
        'op.bulk_insert(sa.table("t", sa.column("id")), [{"id": 1}])',
        'op.create_table("u", sa.Column("id"))',
    ):
        found = analysed(body)["upgrade"]
        sent = {place for statement in found["statements"] for place in statement["operations"]}
        writing = {place for place, each in enumerate(found["operations"]) if each["writes"]}
        assert writing <= sent, body


def test_a_column_that_a_check_keeps_from_null_needs_no_scan():
    check = 'op.create_check_constraint("c", "t", "n IS NOT NULL", postgresql_not_valid=True)\n'
    last = 'op.alter_column("t", "n", nullable=False)'
    validate = 'op.execute("ALTER TABLE t VALIDATE CONSTRAINT c")\n'
    assert statements(last)[-1]["locks"][0]["scans"] == "yes"
    assert statements(check + last)[-1]["locks"][0]["scans"] == "yes"
    assert statements(check + validate + last)[-1]["locks"][0]["scans"] == "no"


def test_a_foreign_key_of_a_new_table_locks_the_other():
    found = statements('op.create_table("u", sa.Column("t_id", sa.Integer, sa.ForeignKey("t.id")))')
    assert modes(found[0]) == {"t": "SHARE ROW EXCLUSIVE"}


@pytest.mark.parametrize(
    "upgrade, downgrade, expected",
    [
        (
            'op.create_table("u", sa.Column("m", sa.Enum("a", name="mood")))',
            'op.drop_table("u")',
            [("type", "mood")],
        ),
        (
            'op.create_table("u", sa.Column("m", sa.Enum("a", name="mood")))',
            'op.drop_table("u")\nop.execute("DROP TYPE mood")',
            [],
        ),
        ("op.execute(\"CREATE TYPE mood AS ENUM ('a')\")", "pass", [("type", "mood")]),
        (
            'op.create_table("u", sa.Column("id", sa.Integer))',
            'op.drop_column("t", "n")',
            [("table", "u")],
        ),
        (
            'op.create_table("u", sa.Column("id", sa.Integer))\nop.rename_table("u", "v")',
            'op.drop_table("v")',
            [],
        ),
        ('op.execute("CREATE EXTENSION IF NOT EXISTS citext")', 'op.drop_column("t", "n")', []),
        ('op.execute("CREATE OR REPLACE VIEW w AS SELECT 1")', 'op.drop_column("t", "n")', []),
        ('op.execute("CREATE SEQUENCE s")', 'op.drop_column("t", "n")', [("sequence", "s")]),
        # What a downgrade does isn't known.
        ('op.execute("CREATE SEQUENCE s")', 'op.execute("SELECT unheard_of()")', []),
        ('op.execute("CREATE SEQUENCE s")', "raise NotImplementedError", []),
    ],
)
def test_what_a_downgrade_leaves_behind(upgrade, downgrade, expected):
    found = analysed(upgrade, downgrade)["leftovers"]
    assert [(each["kind"], each["name"]) for each in found] == expected


#: Columns with an index each, and unique constraints, whose names are in no order.
PARTS = "".join(
    ', sa.Column("%s", sa.Integer, index=True), sa.UniqueConstraint("%s", name="u_%s")'
    % (name, name, name)
    for name in "hcfagbed"
)


def test_indexes_of_a_new_table_are_in_the_order_of_their_names():
    body = "op.create_table('w', sa.Column('id', sa.Integer, primary_key=True)%s)" % PARTS
    made = [each["text"] for each in statements(body)]
    assert [sql.split()[2] for sql in made[1:]] == ["ix_w_%s" % name for name in "abcdefgh"]


def test_parts_of_a_table_that_a_batch_makes_anew_are_in_one_order():
    with Project() as project:
        project.revision(
            "op.create_table('w', sa.Column('id', sa.Integer, primary_key=True)%s)" % PARTS
        )
        project.revision(
            "with op.batch_alter_table('w', recreate='always') as batch:\n"
            "    batch.add_column(sa.Column('n', sa.Integer))"
        )
        found = project.analysis()["2"]["upgrade"]["statements"]
    made = [each["text"].strip() for each in found]
    indexes = [sql.split()[2] for sql in made if sql.startswith("CREATE INDEX")]
    assert indexes == ["ix_w_%s" % name for name in "abcdefgh"]
    table = next(sql for sql in made if "_alembic_tmp_w" in sql and sql.startswith("CREATE TABLE"))
    uniques = [part.split()[0] for part in table.split("CONSTRAINT ")[1:]]
    again = [name for name in uniques if name.startswith("u_")]
    assert len(again) == 8 and again == sorted(
        again, key="u_h u_c u_f u_a u_g u_b u_e u_d".split().index
    )
