"""Tests of the SQL reader."""

import unittest

from lback_planner.model import Name
from lback_planner.schema.constraint_changes import CreateIndex
from lback_planner.schema.state import Schema
from lback_planner.schema.table import Column, Index, Parts
from lback_planner.schema.table_changes import CreateTable
from lback_planner.sql import statements


def effects(text, dialect="postgresql", schema=None):
    reading = statements.read(text, dialect, "public" if dialect == "postgresql" else None, schema)
    return [
        (effect.kind, str(effect.table) if effect.table else None) for effect in reading.effects
    ], reading.problems


def schema(*changes):
    made = Schema()
    for change in changes:
        made.apply(change)
    return made


class Reads(unittest.TestCase):
    def check(self, text, expected, dialect="postgresql", schema=None):
        found, problems = effects(text, dialect, schema)
        self.assertEqual((found, problems), (expected, []), text)

    def test_names(self):
        self.check(
            'DROP TABLE "Users", public.Orders, billing."Items"',
            [("drop_table", "Users"), ("drop_table", "orders"), ("drop_table", "billing.Items")],
        )
        self.check(
            "DROP TABLE `Users`, Orders",
            [("drop_table", "Users"), ("drop_table", "Orders")],
            "mysql",
        )
        self.check("DROP TABLE [dbo].[Users]", [("drop_table", "dbo.Users")], "mssql")

    def test_comments_and_several_statements(self):
        self.check(
            "-- drop table a;\n/* b; /* c */ */ delete from d; ; update e set f = 'x;y' -- g",
            [("delete", "d"), ("update", "e")],
        )
        self.check("/*!40000 ALTER TABLE `t` DISABLE KEYS */;", [("alter_table", "t")], "mysql")

    def test_alter_table(self):
        self.check(
            "alter table only t add column a int references u(id), drop b cascade, alter column c type bigint using c::bigint, add constraint k unique (a)",
            [
                ("add_column", "t"),
                ("drop_column", "t"),
                ("alter_column", "t"),
                ("create_constraint", "t"),
            ],
        )
        self.check("alter table t rename to u", [("rename_table", "t")])
        self.check("alter table t rename a to b", [("rename_column", "t")])
        self.check("alter table t set schema s", [("rename_table", "t")])
        self.check(
            "alter table t change a b varchar(3) not null",
            [("rename_column", "t"), ("alter_column", "t")],
            "mysql",
        )
        self.check(
            "alter table t add index i (a), drop foreign key k, engine=InnoDB",
            [("create_index", "t"), ("drop_constraint", "t"), ("alter_table", "t")],
            "mysql",
        )

    def test_renames(self):
        reading = statements.read("rename table a to b, c to d.e", "mysql")
        self.assertEqual(
            [(str(effect.table), str(effect.new_table)) for effect in reading.effects],
            [("a", "b"), ("c", "d.e")],
        )
        reading = statements.read("alter table s.a rename to b", "postgresql")
        self.assertEqual(reading.effects[0].new_table, Name("b", "s"))
        reading = statements.read("exec sp_rename 'dbo.a', 'b'", "mssql")
        self.assertEqual(reading.effects[0].new_table, Name("b", "dbo"))

    def test_rows(self):
        self.check("insert into a (b) select c from d join e on true", [("insert", "a")])
        self.check(
            "with x as (delete from a returning *), y as (select * from x) insert into b select * from y, c",
            [("delete", "a"), ("insert", "b")],
        )
        self.check(
            "update a set b = (select max(c) from d) from e where a.f = e.f", [("update", "a")]
        )
        self.check(
            "update a join b on a.id = b.id set b.x = a.x, a.y = 1",
            [("update", "b"), ("update", "a")],
            "mysql",
        )
        self.check("delete a from t as a join b on a.id = b.id", [("delete", "t")], "mysql")
        self.check(
            "merge into a using b on a.c = b.c when matched then update set d = 1", [("merge", "a")]
        )
        self.check("select a into b from c", [("create_table", "b"), ("select", "c")])
        self.check(
            "copy a (b) from stdin; truncate only c, d",
            [("insert", "a"), ("truncate", "c"), ("truncate", "d")],
        )

    def test_references(self):
        reading = statements.read(
            "select extract(year from a), trim(both ' ' from b) from c, lateral (select 1 from d) e where f is distinct from g",
            "postgresql",
        )
        self.assertEqual([str(effect.table) for effect in reading.effects], ["c", "d"])
        reading = statements.read(
            "create table a (b int references c (d), foreign key (e) references f.g (h))",
            "postgresql",
        )
        self.assertEqual([str(table) for table in reading.effects[0].refs], ["c", "f.g"])

    def test_bodies(self):
        self.check(
            "do $$ declare n int; begin if exists (select 1 from a) then alter table b rename to c; else delete from d; end if; end $$",
            [("select", "a"), ("rename_table", "b"), ("delete", "d")],
        )
        self.check(
            "do $$ begin execute 'drop table a'; perform count(*) from b; raise notice 'drop table c'; end $$",
            [("drop_table", "a"), ("select", "b")],
        )
        self.check(
            "create trigger t after insert on a begin delete from b; update c set d = 1; end; drop table e",
            [("create_trigger", "a"), ("drop_table", "e")],
            "sqlite",
        )

    def test_functions_of_the_project(self):
        made = statements.read(
            "create function f() returns void as $$ begin delete from a; end $$ language plpgsql",
            "postgresql",
        )
        known = schema(made.effects[0].change)
        self.check("select f()", [("delete", "a"), ("execute", None)][:1], schema=known)

    def test_indexes(self):
        known = schema(
            CreateTable(Name("a"), Parts(columns=[Column("b", "INTEGER")])),
            CreateIndex(Name("a"), Index("i", ["b"])),
        )
        self.check("drop index concurrently if exists i", [("drop_index", "a")], schema=known)
        self.check(
            "create unique index concurrently if not exists i on only a using btree (lower(b))",
            [("create_index", "a")],
        )
        self.check("alter index i rename to j", [("rename_index", "a")], schema=known)


class DoesNotKnow(unittest.TestCase):
    def check(self, text, dialect="postgresql"):
        self.assertTrue(effects(text, dialect)[1], text)

    def test_what_is_not_said(self):
        for text in (
            "drop table %s",
            "drop table :name",
            "alter table t_%s add a int",
            "update 1bacc0de set a = 1",
            'drop table "1bacc0de"',
            "drop index i",
            "select f(a) from b",
            "do $$ begin execute format('drop table %I', a); end $$",
            "do language plpython3u $$ x $$",
            "call f()",
            "frobnicate a",
            "drop owned by a",
            "create rule r as on insert to a do instead frobnicate",
            "create rule r as on insert do instead nothing",
            "create event trigger t on ddl_command_start execute function f()",
        ):
            self.check(text)

    def test_never_fails(self):
        for text in (
            "",
            ";",
            "(",
            "))",
            "select",
            "drop",
            "alter table",
            "insert",
            "with",
            "'",
            "$$",
            '"',
            "/*",
            "update",
            "create",
            "comment on",
            "delete from",
            "merge",
            "\x00",
            "rename",
        ):
            for dialect in ("postgresql", "mysql", "sqlite", "mssql", "oracle"):
                effects(text, dialect)


if __name__ == "__main__":
    unittest.main()
