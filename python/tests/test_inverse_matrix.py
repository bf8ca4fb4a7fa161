"""Every operation of Alembic, in and out of batches, against databases.

The schema and the rows after the new migration are those before the old one; after its downgrade,
they are those after the old one.
"""

import pytest
from inverse_site import KINDS, Site

TABLES = """
op.create_table("parents",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.String(20), nullable=False, server_default="c"))
op.create_table("things",
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("parent", sa.Integer),
    sa.Column("name", sa.String(30), nullable=False, server_default="x"),
    sa.Column("amount", sa.Integer, sa.CheckConstraint("amount >= 0")),
    sa.CheckConstraint("amount < 1000", name="ck_most"))
op.create_table("parts",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("thing", sa.Integer, sa.ForeignKey("things.id", ondelete="CASCADE")))
op.create_table("bare", sa.Column("a", sa.Integer, nullable=False), sa.Column("b", sa.String(30)))
op.execute("create view seen as select id, name from things")
"""
ROWS = [
    "insert into parents (id, code) values (1, 'one'), (2, 'two')",
    "insert into things (id, parent, name, amount) values (1, 1, 'a', 10), (2, 2, 'b', 20), (3, null, 'c', null)",
    "insert into parts (id, thing) values (1, 1), (2, 1), (3, 2)",
    "insert into bare (a, b) values (1, 'x'), (2, 'y')",
]


class Case:
    """An operation with what takes it back; `where` names the databases that can do it."""

    def __init__(self, name, up, down, where="sqlite postgresql mariadb", table="things", **more):
        self.name = name
        self.up = up
        self.down = down
        self.where = where.split()
        self.table = table
        self.before = more.get("before", "")
        self.imports = more.get("imports", "")
        #: Whether the old migration itself loses rows of the table.
        self.loses = more.get("loses", False)
        self.warns = more.get("warns", False)


SERVERS = "postgresql mariadb"
PG = "postgresql"
ON_ITS_OWN = [
    Case("add_column", 'op.add_column("things", sa.Column("note", sa.Text))', 'op.drop_column("things", "note")'),
    Case("add_column with all", 'op.add_column("things", sa.Column("note", sa.String(9), nullable=False, server_default="n", comment="its note"))', 'op.drop_column("things", "note")'),
    Case("add_column boolean", 'op.add_column("things", sa.Column("ok", sa.Boolean, nullable=False, server_default=sa.false()))', 'op.drop_column("things", "ok")'),
    Case("add_column now", 'op.add_column("things", sa.Column("at", sa.Date, server_default=sa.func.current_date()))', 'op.drop_column("things", "at")', SERVERS),
    Case("add_column key", 'op.add_column("things", sa.Column("other", sa.Integer, sa.ForeignKey("parents.id", name="fk_other")))', 'op.drop_constraint("fk_other", "things", type_="foreignkey")\nop.drop_column("things", "other")', SERVERS),
    Case("add_column computed", 'op.add_column("things", sa.Column("twice", sa.Integer, sa.Computed("amount * 2", persisted=True)))', 'op.drop_column("things", "twice")', SERVERS),
    Case("add_column identity", 'op.add_column("bare", sa.Column("n", sa.Integer, sa.Identity(always=True, start=5)))', 'op.drop_column("bare", "n")', PG, "bare"),
    Case("add_column dialect", 'op.add_column("bare", sa.Column("n", mysql.MEDIUMTEXT(collation="utf8mb4_bin")))', 'op.drop_column("bare", "n")', "mariadb", "bare", imports="from sqlalchemy.dialects import mysql"),
    Case("add_column array", 'op.add_column("things", sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default=sa.text("\'{}\'::text[]")))', 'op.drop_column("things", "tags")', PG, imports="from sqlalchemy.dialects import postgresql"),
    Case("add_column jsonb", 'op.add_column("things", sa.Column("doc", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("\'{\\"a\\": 1}\'")))', 'op.drop_column("things", "doc")', PG, imports="from sqlalchemy.dialects import postgresql"),
    Case("drop_column", 'op.drop_column("things", "extra")', 'op.add_column("things", sa.Column("extra", sa.Integer, server_default=sa.text("7")))', before='op.add_column("things", sa.Column("extra", sa.Integer, server_default=sa.text("7")))'),
    Case("alter type", 'op.alter_column("bare", "b", type_=sa.Text(), existing_type=sa.String(30))', 'op.alter_column("bare", "b", type_=sa.String(30), existing_type=sa.Text())', SERVERS, "bare"),
    Case("alter type using", 'op.alter_column("bare", "a", type_=sa.String(9), existing_type=sa.Integer(), postgresql_using="a::varchar(9)")', 'op.alter_column("bare", "a", type_=sa.Integer(), existing_type=sa.String(9), postgresql_using="a::integer")', PG, "bare"),
    Case("alter nullable", 'op.alter_column("things", "name", nullable=True, existing_type=sa.String(30), existing_server_default="x")', 'op.alter_column("things", "name", nullable=False, existing_type=sa.String(30), existing_server_default="x")', SERVERS),
    Case("alter default", 'op.alter_column("things", "name", server_default=None, existing_type=sa.String(30), existing_nullable=False)', 'op.alter_column("things", "name", server_default="x", existing_type=sa.String(30), existing_nullable=False)', SERVERS),
    Case("alter default text", 'op.alter_column("things", "amount", server_default=sa.text("5"), existing_type=sa.Integer())', 'op.alter_column("things", "amount", server_default=None, existing_type=sa.Integer())', SERVERS),
    Case("alter default function", 'op.alter_column("things", "name", server_default=sa.text("md5(\'x:y\')"))', 'op.alter_column("things", "name", server_default="x")', PG),
    Case("alter name", 'op.alter_column("bare", "b", new_column_name="c", existing_type=sa.String(30))', 'op.alter_column("bare", "c", new_column_name="b", existing_type=sa.String(30))', "sqlite postgresql mariadb", "bare"),
    Case("alter comment", 'op.alter_column("bare", "b", comment="it\'s b", existing_type=sa.String(30))', 'op.alter_column("bare", "b", comment=None, existing_comment="it\'s b", existing_type=sa.String(30))', SERVERS, "bare"),
    Case("create_index", 'op.create_index("ix_name", "things", ["name", "amount"])', 'op.drop_index("ix_name", table_name="things")'),
    Case("create_index unique", 'op.create_index(op.f("ix_things_name"), "things", ["name"], unique=True)', 'op.drop_index(op.f("ix_things_name"), table_name="things")'),
    Case("create_index expression", 'op.create_index("ix_low", "things", [sa.text("lower(name)"), sa.text("amount DESC")])', 'op.drop_index("ix_low", table_name="things")', "sqlite postgresql"),
    Case("create_index where", 'op.create_index("ix_some", "things", ["name"], postgresql_where=sa.text("amount > 3"), postgresql_using="btree", postgresql_include=["amount"], postgresql_with={"fillfactor": 50}, sqlite_where=sa.text("amount > 3"))', 'op.drop_index("ix_some", table_name="things", postgresql_where=sa.text("amount > 3"))', "sqlite postgresql"),
    Case("create_index length", 'op.create_index("ix_some", "things", ["name"], mysql_length={"name": 5}, mysql_using="btree")', 'op.drop_index("ix_some", table_name="things")', "mariadb"),
    Case("drop_index", 'op.drop_index("ix_was", table_name="things")', 'op.create_index("ix_was", "things", ["amount"])', before='op.create_index("ix_was", "things", ["amount"])'),
    Case("concurrently", 'with op.get_context().autocommit_block():\n    op.create_index("ix_c", "things", ["name"], postgresql_concurrently=True, if_not_exists=True)', 'with op.get_context().autocommit_block():\n    op.drop_index("ix_c", table_name="things", postgresql_concurrently=True, if_exists=True)', PG),
    Case("concurrently as text", 'with op.get_context().autocommit_block():\n    op.execute("CREATE INDEX CONCURRENTLY ix_c ON things (name)")', 'with op.get_context().autocommit_block():\n    op.execute("DROP INDEX CONCURRENTLY ix_c")', PG),
    Case("create_unique_constraint", 'op.create_unique_constraint("uq_name", "things", ["name", "amount"], postgresql_nulls_not_distinct=True, deferrable=True, initially="DEFERRED")', 'op.drop_constraint("uq_name", "things", type_="unique")', PG),
    Case("unique", 'op.create_unique_constraint("uq_name", "things", ["name"])', 'op.drop_constraint("uq_name", "things", type_="unique")', SERVERS),
    Case("create_foreign_key", 'op.create_foreign_key("fk_parent", "things", "parents", ["parent"], ["id"], ondelete="SET NULL", onupdate="CASCADE")', 'op.drop_constraint("fk_parent", "things", type_="foreignkey")', PG),
    Case("foreign_key not valid", 'op.create_foreign_key("fk_parent", "things", "parents", ["parent"], ["id"], postgresql_not_valid=True, match="FULL")', 'op.drop_constraint("fk_parent", "things", type_="foreignkey")', PG),
    Case("create_check_constraint", 'op.create_check_constraint("ck_name", "things", "name <> \'no:thing\'")', 'op.drop_constraint("ck_name", "things", type_="check")', SERVERS),
    Case("check expression", 'op.create_check_constraint("ck_name", "things", sa.column("amount") < 5000)', 'op.drop_constraint("ck_name", "things", type_="check")', SERVERS),
    Case("create_primary_key", 'op.create_primary_key("pk_bare", "bare", ["a"])', 'op.drop_constraint("pk_bare", "bare", type_="primary")', PG, "bare"),
    Case("exclude", 'op.create_exclude_constraint("ex_bare", "bare", ("a", "="), using="btree")', 'op.drop_constraint("ex_bare", "bare")', PG, "bare"),
    Case("drop_constraint", 'op.drop_constraint("ck_most", "things", type_="check")', 'op.create_check_constraint("ck_most", "things", "amount < 1000")', SERVERS),
    Case("table_comment", 'op.create_table_comment("things", "the \'things\'")', 'op.drop_table_comment("things", existing_comment="the \'things\'")', SERVERS),
    Case("create_table", 'op.create_table("new", sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True), sa.Column("t", sa.Integer, sa.ForeignKey("things.id", ondelete="CASCADE", name="fk_t")), sa.Column("u", sa.String(9), unique=True, index=True), sa.Column("d", sa.Numeric(8, 2), server_default="1.5", nullable=False), sa.CheckConstraint("d > 0", name="ck_d"), sa.UniqueConstraint("t", "d", name="uq_td"), mysql_engine="InnoDB", comment="a new one")\nop.create_index("ix_d", "new", ["d"])', 'op.drop_index("ix_d", table_name="new")\nop.drop_table("new")', table="new"),
    Case("create_table composite", 'op.create_table("new", sa.Column("a", sa.Integer), sa.Column("b", sa.Integer), sa.Column("c", sa.Enum("x", "y", name="kind")), sa.PrimaryKeyConstraint("a", "b", name="pk_new"), sa.ForeignKeyConstraint(["a"], ["things.id"], name="fk_a", onupdate="CASCADE"))', 'op.drop_table("new")\nsa.Enum(name="kind").drop(op.get_bind(), checkfirst=True)', table="new"),
    Case("drop_table", 'op.drop_table("bare")', 'op.create_table("bare", sa.Column("a", sa.Integer, nullable=False), sa.Column("b", sa.String(30)))', table="bare", loses=True),
    Case("rename_table", 'op.rename_table("bare", "plain")', 'op.rename_table("plain", "bare")', table="plain"),
    Case("bulk_insert", 'op.bulk_insert(sa.table("bare", sa.column("a", sa.Integer), sa.column("b", sa.String)), [{"a": 7, "b": "it\'s"}, {"a": 8, "b": None}])', 'op.execute("delete from bare where a in (7, 8)")', table="bare"),
    Case("execute", 'op.execute("insert into bare (a, b) values (9, \'a:b\')")', 'op.execute("delete from bare where b like \'a:%\'")', table="bare"),
    Case("execute expression", 'op.execute(sa.table("bare", sa.column("a"), sa.column("b")).update().where(sa.column("a") == 1).values(b="50% :no"))', 'op.execute(sa.table("bare", sa.column("a"), sa.column("b")).update().where(sa.column("a") == 1).values(b="x"))', table="bare"),
    Case("execute parameters", 'op.get_bind().execute(sa.text("insert into bare (a, b) values (:a, :b)"), [{"a": 5, "b": "q"}, {"a": 6, "b": "%(r)s"}])', 'op.get_bind().execute(sa.text("delete from bare where a in (:a, :b)"), {"a": 5, "b": 6})', table="bare"),
    Case("execute bound", 'op.execute(sa.text("insert into bare (a, b) values (:a, \'z\')").bindparams(a=5))', 'op.execute(sa.text("delete from bare where a = :a").bindparams(a=5))', table="bare"),
    Case("trigger", 'op.execute("create function touch() returns trigger language plpgsql as $$ begin new.b := \'t\'; return new; end $$")\nop.execute("create trigger touched before insert on bare for each row execute function touch()")', 'op.execute("drop trigger touched on bare")\nop.execute("drop function touch()")', PG, "bare"),
    Case("enum", 'sa.Enum("low", "high", name="level").create(op.get_bind())\nop.add_column("things", sa.Column("level", postgresql.ENUM("low", "high", name="level", create_type=False), server_default="low"))', 'op.drop_column("things", "level")\nsa.Enum(name="level").drop(op.get_bind())', PG, imports="from sqlalchemy.dialects import postgresql"),
    Case("enum changed", 'op.execute("create type kind as enum (\'a\', \'b\', \'c\')")\nop.execute("alter table bare alter b type kind using \'a\'::kind")', 'op.execute("alter table bare alter b type varchar(30) using b::text")\nop.execute("drop type kind")', PG, "bare", before='op.execute("update bare set b = \'a\'")'),
    Case("view", 'op.execute("drop view seen")\nop.alter_column("things", "name", type_=sa.Text())\nop.execute("create view seen as select id, name from things")', 'op.execute("drop view seen")\nop.alter_column("things", "name", type_=sa.String(30))\nop.execute("create view seen as select id, name from things")', PG),
    Case("moved", 'op.add_column("parents", sa.Column("amount", sa.Integer))\nop.execute("update parents set amount = (select t.amount from things t where t.parent = parents.id)")\nop.drop_column("things", "amount")', 'op.add_column("things", sa.Column("amount", sa.Integer))\nop.execute("update things set amount = (select p.amount from parents p where p.id = things.parent)")\nop.drop_column("parents", "amount")', PG, warns=True,
        before='op.execute("alter table things drop constraint ck_most, drop constraint things_amount_check")'),
    Case("keys to it", 'op.create_table("new", sa.Column("id", sa.Integer, primary_key=True))\nop.create_foreign_key("fk_new", "bare", "new", ["a"], ["id"], postgresql_not_valid=True)', 'op.drop_constraint("fk_new", "bare", type_="foreignkey")\nop.drop_table("new")', PG, "new"),
    Case("settings", 'op.execute("SET LOCAL lock_timeout = \'5s\'")\nop.execute("alter table bare add n int")', 'op.execute("SET LOCAL lock_timeout = \'5s\'")\nop.execute("alter table bare drop column n")', PG, "bare"),
    Case("loop", 'for name in ("p", "q"):\n    op.add_column("bare", sa.Column(name, sa.Integer))', 'for name in ("q", "p"):\n    op.drop_column("bare", name)', table="bare"),
]  # fmt: skip


def batch(up, table="bare", options=""):
    return "with op.batch_alter_table(%r%s) as batch_op:\n    %s" % (
        table,
        options,
        up.replace("\n", "\n    "),
    )


def in_batch(name, up, down, where="sqlite postgresql mariadb", table="bare", options="", **more):
    return Case("batch " + name, batch(up, table, options), batch(down, table, options), where, table, **more)  # fmt: skip


IN_BATCH = [
    in_batch("add_column", 'batch_op.add_column(sa.Column("n", sa.Integer, nullable=False, server_default="3"))', 'batch_op.drop_column("n")'),
    in_batch("add_column after", 'batch_op.add_column(sa.Column("n", sa.Integer), insert_after="a")', 'batch_op.drop_column("n")', "sqlite", options=', recreate="always"'),
    in_batch("alter type", 'batch_op.alter_column("b", type_=sa.Text(), existing_type=sa.String(30))', 'batch_op.alter_column("b", type_=sa.String(30), existing_type=sa.Text())'),
    in_batch("alter nullable and default", 'batch_op.alter_column("b", nullable=False, server_default="k", existing_type=sa.String(30))', 'batch_op.alter_column("b", nullable=True, server_default=None, existing_type=sa.String(30))'),
    in_batch("alter name", 'batch_op.alter_column("b", new_column_name="c", existing_type=sa.String(30))', 'batch_op.alter_column("c", new_column_name="b", existing_type=sa.String(30))'),
    in_batch("create_index", 'batch_op.create_index(batch_op.f("ix_bare_b"), ["b"], unique=True)', 'batch_op.drop_index(batch_op.f("ix_bare_b"))'),
    in_batch("create_unique_constraint", 'batch_op.create_unique_constraint("uq_b", ["b"])', 'batch_op.drop_constraint("uq_b", type_="unique")'),
    in_batch("create_check_constraint", 'batch_op.create_check_constraint("ck_a", "a < 100")', 'batch_op.drop_constraint("ck_a", type_="check")', SERVERS),
    in_batch("create_foreign_key", 'batch_op.create_foreign_key("fk_a", "parents", ["a"], ["id"], ondelete="CASCADE")', 'batch_op.drop_constraint("fk_a", type_="foreignkey")', "sqlite postgresql"),
    in_batch("create_primary_key", 'batch_op.create_primary_key("pk_bare", ["a"])', 'batch_op.drop_constraint("pk_bare", type_="primary")', PG),
    in_batch("create_exclude_constraint", 'batch_op.create_exclude_constraint("ex_a", ("a", "="), using="btree")', 'batch_op.drop_constraint("ex_a")', PG),
    in_batch("table_comment", 'batch_op.create_table_comment("bare", existing_comment=None)', 'batch_op.drop_table_comment(existing_comment="bare")', SERVERS),
    in_batch("always", 'batch_op.add_column(sa.Column("n", sa.Integer))', 'batch_op.drop_column("n")', "sqlite", options=', recreate="always", reflect_args=[sa.Column("b", sa.String(30))]'),
    in_batch("never", 'batch_op.add_column(sa.Column("n", sa.Integer))', 'batch_op.drop_column("n")', options=', recreate="never"'),
    in_batch("several", 'batch_op.add_column(sa.Column("n", sa.Integer))\nbatch_op.create_index("ix_n", ["n"])\nbatch_op.alter_column("b", nullable=False, existing_type=sa.String(30))', 'batch_op.alter_column("b", nullable=True, existing_type=sa.String(30))\nbatch_op.drop_index("ix_n")\nbatch_op.drop_column("n")'),
    in_batch("execute", 'batch_op.add_column(sa.Column("n", sa.Integer))\nbatch_op.execute("update parents set code = \'w\' where 1 = 0")', 'batch_op.drop_column("n")', "postgresql"),
    in_batch("copy_from", 'batch_op.alter_column("b", nullable=False)', 'batch_op.alter_column("b", nullable=True)', "sqlite", options=', copy_from=sa.Table("bare", sa.MetaData(), sa.Column("a", sa.Integer, nullable=False), sa.Column("b", sa.String(30)))'),
    in_batch("naming", 'batch_op.create_unique_constraint("uq_bare_b", ["b"])', 'batch_op.drop_constraint("uq_bare_b", type_="unique")', "sqlite", options=', naming_convention={"uq": "uq_%(table_name)s_%(column_0_name)s"}'),
]  # fmt: skip


def cases():
    for case in ON_ITS_OWN + IN_BATCH:
        for kind in case.where:
            if kind in KINDS:
                yield pytest.param(kind, case, id="%s: %s" % (kind, case.name))


@pytest.mark.parametrize(("kind", "case"), cases())
def test_schema_and_rows_are_those_of_before_and_after(kind, case):
    with Site(kind) as site:
        site.revision(TABLES, "")
        site.upgrade()
        site.execute(*ROWS)
        if case.before:
            site.revision(case.before, "pass")
            site.upgrade()
        before = site.state()
        site.revision(case.up, case.down, case.imports)
        site.upgrade()
        after = site.state()
        made = site.written(case.table)
        text = "%s\n\n%s\n\n%s" % (made["imports"], made["upgrades"], made["downgrades"])
        assert bool(made["warnings"]) == case.warns, (made["warnings"], text)
        site.upgrade()
        found = site.state()
        if case.loses:
            assert len(found["rows"].pop(case.table)) == 0 != len(before["rows"].pop(case.table))
        assert found == before, text
        site.downgrade("-1")
        assert site.state() == after, text
