"""Tests of scripts that ask the database before they act."""

import unittest
from unittest import mock

from project import Project, kinds, names

from lback_planner.execution import sandbox


class Scenarios(unittest.TestCase):
    def one(self, *bodies, **options):
        """The upgrade of the last of several scripts."""
        with Project(**options) as project:
            for body in bodies:
                project.revision(body) if isinstance(body, str) else project.revision(*body)
            return project.analysis()[project.revisions[-1]]["upgrade"]

    def check(self, found, expected):
        self.assertEqual((kinds(found), found["reasons"]), (expected, []))

    def test_operations(self):
        found = self.one(
            """
            op.create_table("a", sa.Column("id", sa.Integer, primary_key=True), sa.Column("b_id", sa.Integer, sa.ForeignKey("b.id")))
            op.create_index("i", "a", ["b_id"])
            with op.batch_alter_table("a") as batch:
                batch.add_column(sa.Column("c", sa.String(10)))
                batch.drop_column("b_id")
            op.rename_table("a", "z")
            op.execute("delete from z")
            op.bulk_insert(sa.table("y", sa.column("id")), [{"id": 1}])
            """
        )
        self.check(
            found,
            [
                "create_table a",
                "create_index a",
                "add_column a",
                "drop_column a",
                "rename_table a",
                "delete z",
                "insert y",
            ],
        )
        self.assertEqual(
            (names(found["writes"]), names(found["references"])), (["a", "y", "z"], ["b"])
        )
        self.assertEqual(
            [operation["line"] is not None for operation in found["operations"]], [True] * 7
        )

    def test_raw_connections(self):
        found = self.one(
            """
            bind = op.get_bind()
            bind.execute(sa.text("update a set b = :c"), {"c": 1})
            bind.exec_driver_sql("insert into d values (1)")
            bind.connection.cursor().execute("delete from e")
            sa.Table("f", sa.MetaData(), sa.Column("id", sa.Integer)).create(bind)
            with bind.begin_nested():
                bind.execute(sa.table("g", sa.column("x")).update().values(x=1))
            """
        )
        self.check(found, ["update a", "insert d", "delete e", "create_table f", "update g"])

    def test_sessions(self):
        found = self.one(
            """
            from sqlalchemy import orm
            Base = orm.declarative_base()
            class User(Base):
                __tablename__ = "users"
                id = sa.Column(sa.Integer, primary_key=True)
                name = sa.Column(sa.String)
            session = orm.Session(bind=op.get_bind())
            for user in session.query(User):
                user.name = user.name.upper() + "!"
            session.add(User(name="x"))
            session.commit()
            """
        )
        self.assertEqual((names(found["writes"]), found["complete"]), (["users"], True))
        self.assertIn("update? users", kinds(found))

    def test_known_tables(self):
        made = 'op.create_table("a", sa.Column("id", sa.Integer), sa.Column("b", sa.Integer))'
        ask = 'columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns("a")]\nif "b" in columns:\n    op.drop_column("a", "b")\nelse:\n    op.drop_table("z")'
        self.check(self.one(made, ask), ["drop_column a"])
        has = 'if sa.inspect(op.get_bind()).has_table("a"):\n    op.drop_table("a")\nelse:\n    op.drop_table("z")'
        self.check(self.one(made, has), ["drop_table a"])
        self.check(self.one(made, 'op.rename_table("a", "y")', has), ["drop_table z"])

    def test_unknown_tables(self):
        has = 'if "a" in sa.inspect(op.get_bind()).get_table_names():\n    op.drop_table("a")\nelse:\n    op.drop_table("z")'
        self.check(self.one(has), ["drop_table? z", "drop_table? a"])
        columns = 'names = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("a")}\nif "b" in names:\n    op.drop_column("a", "b")\nelse:\n    op.drop_table("z")'
        found = self.one(columns)
        self.assertEqual((names(found["writes"]), found["complete"]), (["a", "z"], True))

    def test_rows(self):
        found = self.one(
            """
            rows = op.get_bind().execute(sa.text("select id, name from a")).fetchall()
            if not rows:
                return
            for row in rows:
                if row.name == "x":
                    op.execute("update b set c = 1")
                else:
                    op.get_bind().execute(sa.text("update d set c = :c"), {"c": row.id})
            """
        )
        self.check(found, ["select a", "update? b", "update? d"])

    def test_names_from_rows(self):
        found = self.one(
            'for row in op.get_bind().execute(sa.text("select name from a")):\n    op.execute("drop table " + row.name)'
        )
        self.assertFalse(found["complete"])
        found = self.one(
            'for row in op.get_bind().execute(sa.text("select name from a")):\n    op.drop_table(row.name)'
        )
        self.assertFalse(found["complete"])

    def test_dialects(self):
        body = """
        if op.get_bind().dialect.name == "mysql":
            op.drop_table("m")
        if op.get_context().dialect.name != "sqlite":
            op.drop_table("n")
            return
        rows = op.get_bind().execute(sa.text("select id from a")).fetchall()
        if rows and context.is_offline_mode():
            op.drop_table("o")
        op.drop_table("p")
        """
        self.check(self.one(body), ["select a", "drop_table p"])

    def test_lines_that_never_run(self):
        found = self.one(
            """
            count = op.get_bind().execute(sa.text("select count(*) from a")).scalar()
            if count > 1000000:
                table = "big"
                for name in ("x", "y"):
                    op.drop_table(table + name)
            try:
                op.execute("update a set b = 1")
            except Exception:
                op.execute("update c set b = 1")
            """
        )
        self.assertEqual(
            (names(found["writes"]), found["complete"]), (["a", "bigx", "bigy", "c"], True)
        )

    def test_values_from_branches_that_never_run(self):
        found = self.one(
            """
            count = op.get_bind().execute(sa.text("select count(*) from a")).scalar()
            name = "small"
            if count == 12345:
                name = "exact"
            op.drop_table(name)
            """
        )
        self.assertEqual((names(found["writes"]), found["complete"]), (["exact", "small"], True))

    def test_loops(self):
        found = self.one(
            """
            there = {row[0] for row in op.get_bind().execute(sa.text("select name from sqlite_master"))}
            for name in ("a", "b", "c"):
                if name in there:
                    op.drop_table(name)
            """
        )
        self.assertEqual((names(found["writes"]), found["complete"]), (["a", "b", "c"], True))
        found = self.one(
            'for number in range(20):\n    if op.get_bind().execute(sa.text("select 1 from a where n = :n"), {"n": number}).fetchone():\n        op.drop_table("t%d" % number)'
        )
        self.assertEqual((len(found["writes"]), found["complete"]), (20, True))

    def test_parts_of_expressions(self):
        found = self.one(
            """
            count = op.get_bind().execute(sa.text("select count(*) from a")).scalar()
            count == 12345 and op.drop_table("b")
            op.drop_table("c") if count == 54321 else op.drop_table("d")
            [op.drop_table(name) for name in ("e", "f") if count == len(name) + 77]
            """
        )
        self.assertEqual(
            (names(found["writes"]), found["complete"]), (["b", "c", "d", "e", "f"], True)
        )

    def test_counts_of_rows(self):
        found = self.one(
            'if op.get_bind().execute(sa.text("update a set b = 1")).rowcount:\n    op.drop_table("c")\nelse:\n    op.drop_table("d")'
        )
        self.check(found, ["update a", "drop_table? d", "drop_table? c"])

    def test_ways_out(self):
        found = self.one(
            'try:\n    op.execute("update a set b = 1")\nexcept Exception:\n    op.execute("delete from c")'
        )
        self.check(found, ["update a", "delete? c"])
        found = self.one(
            'try:\n    op.get_bind().connection.backup(None)\nexcept AttributeError:\n    op.execute("delete from c")\nelse:\n    op.execute("delete from d")'
        )
        self.assertEqual((names(found["writes"]), found["complete"]), (["c", "d"], True))

    def test_transactions(self):
        from sqlalchemy.dialects import postgresql

        dialect = postgresql.dialect()
        dialect.default_schema_name = "public"
        for per_migration in (False, True):
            with Project(transaction_per_migration=per_migration) as project:
                project.revision(
                    'with op.get_context().autocommit_block():\n    op.execute("create index concurrently i on a (b)")\nwith op.get_bind().begin_nested():\n    op.execute("delete from c")'
                )
                self.check(
                    project.analysis(dialect=dialect)["1"]["upgrade"],
                    ["create_index a", "delete c"],
                )

    def test_helpers(self):
        with Project() as project:
            project.write(
                "helpers_of_test.py",
                """
                import sqlalchemy as sa
                from alembic import op
                def has_table(name):
                    return sa.inspect(op.get_bind()).has_table(name)
                def drop(name):
                    if has_table(name):
                        op.drop_table(name)
                """,
            )
            project.revision('from helpers_of_test import drop\ndrop("a")')
            found = project.analysis()["1"]["upgrade"]
        self.check(found, ["drop_table? a"])

    @mock.patch.object(sandbox, "LIMIT", 1.0)
    def test_sandbox(self):
        for body in (
            'sa.create_engine("sqlite://").connect().execute(sa.text("select 1"))',
            "import subprocess\nsubprocess.run(['true'])",
            "open('/tmp/of-lback-test', 'w')",
            "import socket\nsocket.create_connection(('127.0.0.1', 9))",
            "import os\nos.system('true')",
            "import sqlite3\nsqlite3.connect(':memory:')",
            "while True: pass",
        ):
            found = self.one(body)
            self.assertFalse(found["complete"], body)
            self.assertEqual(found["reasons"][0]["line"] is not None, True, found["reasons"])

    def test_live_connection_is_not_given_away(self):
        found = self.one(
            'context.get_context().connection.execute(sa.text("update a set b = 1"))\ncontext.execute("delete from c")\ncontext.get_bind().execute(sa.text("delete from d"))'
        )
        self.check(found, ["update a", "delete c", "delete d"])


if __name__ == "__main__":
    unittest.main()
