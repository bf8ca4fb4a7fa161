"""Tests that no effect is missed in silence: a script is found whole, or reported as incomplete."""

import unittest

import pytest
from project import Project, names

pytestmark = pytest.mark.per_sqlalchemy

ROWS = 'rows = op.get_bind().execute(sa.text("select id, type, name from src")).fetchall()\n'
TYPED = 'src = sa.table("src", sa.column("id", sa.Integer), sa.column("name", sa.String), sa.column("day", sa.Date))\nrows = op.get_bind().execute(sa.select(src.c.id, src.c.name, src.c.day)).fetchall()\n'
MAKE = 'for name in "abcd":\n    op.create_table(name, sa.Column("id", sa.Integer), sa.Column("n", sa.Integer))'
MODELS = """
from sqlalchemy import orm

Base = orm.declarative_base()
class P(Base):
    __tablename__ = "p"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String)
    kind = sa.Column(sa.Enum("u", "v", name="kind"))
session = orm.Session(bind=op.get_bind())
"""


class Misses(unittest.TestCase):
    def one(self, *bodies, **options):
        """The upgrade of the last of several scripts."""
        dialect = options.pop("dialect", None)
        with Project(**options) as project:
            for body in bodies:
                project.revision(body)
            return project.analysis(dialect=dialect)[project.revisions[-1]]["upgrade"]

    def check(self, expected, *bodies, **options):
        """Complete, and all of it found."""
        found = self.one(*bodies, **options)
        self.assertEqual(
            (names(found["writes"]), found["reasons"]), (sorted(expected.split()), []), bodies[-1]
        )

    def incomplete(self, *bodies, **options):
        self.assertFalse(self.one(*bodies, **options)["complete"], bodies[-1])


class Branches(Misses):
    def test_in_one_line(self):
        self.check(
            "a b",
            ROWS + 'if len(rows) > 5: op.execute("delete from b")\nop.execute("delete from a")',
        )
        self.check(
            "a b",
            'if op.get_bind().execute(sa.text("update a set n = 1")).rowcount > 100: op.execute("delete from b")',
        )

    def test_on_what_was_collected(self):
        self.check(
            "a",
            ROWS
            + 'found = []\nfor row in rows:\n    found.append(row.id)\nif len(found) > 5:\n    op.execute("delete from a")',
        )
        self.check(
            "a",
            ROWS
            + 'groups = {}\nfor row in rows:\n    groups.setdefault(row.type, []).append(row)\nfor group in groups.values():\n    if len(group) > 1:\n        op.execute("delete from a")',
        )

    def test_on_what_a_row_before_has_set(self):
        self.check(
            "a b",
            ROWS
            + 'seen = False\nfor row in rows:\n    if seen:\n        op.execute("delete from b")\n    if row.type == "t":\n        op.execute("delete from a")\n        seen = True',
        )

    def test_on_each_value(self):
        for variable in ("row.type", "row.id"):
            self.check(
                "x y z",
                ROWS
                + 'for row in rows:\n    if %s == "x":\n        op.execute("delete from x")\n    elif %s == "y":\n        op.execute("delete from y")\n    else:\n        op.execute("delete from z")'
                % (variable, variable),
            )

    def test_on_rows_that_helpers_are_given(self):
        helper = 'def act(row):\n    if row%s == "x":\n        op.execute("delete from a")\n    else:\n        op.execute("delete from b")\n'
        self.check("a b", TYPED + helper % ".name" + "for row in rows:\n    act(row)")
        self.check("a b", TYPED + helper % "[0].name" + "for row in rows:\n    act((row, 1))")
        self.check(
            "a b", TYPED + helper % '["name"]' + "for row in rows:\n    act(dict(name=row.name))"
        )

    def test_in_expressions(self):
        self.check(
            "a b",
            TYPED
            + 'found = ["a" if row.name == "x" else "b" for row in rows]\nfor table in found:\n    op.execute("delete from " + table)',
        )
        self.check(
            "a b", TYPED + 'for row in rows:\n    op.drop_table("a" if row.name == "x" else "b")'
        )

    def test_on_keys(self):
        act = "def to_a():\n    op.execute('delete from a')\ndef to_b():\n    op.execute('delete from b')\n"
        for rows, key in ((ROWS, "row.type"), (TYPED, "row.name")):
            self.check(
                "a b",
                rows
                + 'tables = {"k": "a", "l": "b"}\nfor row in rows:\n    name = tables.get(%s)\n    if name:\n        op.execute("delete from " + name)'
                % key,
            )
            self.check(
                "a b",
                rows
                + 'tables = {"k": "a", "l": "b"}\nfor row in rows:\n    if %s in tables:\n        op.execute("delete from " + tables[%s])'
                % (key, key),
            )
            self.check(
                "a b",
                rows
                + act
                + 'does = {"k": to_a, "l": to_b}\nfor row in rows:\n    do = does.get(%s)\n    if do:\n        do()'
                % key,
            )

    def test_on_json(self):
        for rows, text in ((ROWS, "row.type"), (TYPED, "row.name")):
            self.check(
                "a b",
                rows
                + 'import copy, json\nfor row in rows:\n    said = copy.deepcopy(json.loads(%s))\n    for part in said["parts"]:\n        if "x" in part:\n            del part["x"]\n            op.execute("delete from a")\n'
                '    if said.get("y"):\n        op.execute("delete from b")' % text,
            )


class Helpers(Misses):
    """Tests of lines that ran in one call of a function, but not in another."""

    def test_that_never_act(self):
        self.check(
            "a b",
            TYPED
            + 'def fix(table):\n    for row in rows:\n        if row.name == "x":\n            op.execute("delete from " + table)\nfix("a")\nfix("b")',
        )
        self.check(
            "a b",
            TYPED
            + 'def fix(**given):\n    for row in rows:\n        if row.name == "x":\n            op.execute("delete from " + given["table"])\nfix(table="a")\nfix(table="b")',
        )
        many = ["t%d" % number for number in range(30)]
        self.check(
            " ".join(many),
            TYPED
            + 'def fix(table, row):\n    if row.name == "x":\n        op.execute("delete from " + table)\nfor number in range(30):\n    for row in rows:\n        fix("t%d" % number, row)',
        )

    def test_that_act_once(self):
        self.check(
            "a b",
            TYPED
            + 'def fix(wanted, table):\n    if wanted:\n        op.drop_table(table)\nfor row in rows:\n    fix(row.name == "x", "a")\nfix(True, "b")',
        )

    def test_methods(self):
        self.check(
            "a b",
            TYPED
            + 'class Fix:\n    def __init__(self, table):\n        self.table = table\n    def act(self):\n        for row in rows:\n            if row.name == "k":\n'
            '                op.execute("delete from " + self.table)\nfor fix in (Fix("a"), Fix("b")):\n    fix.act()',
        )

    def test_that_return_names(self):
        self.check(
            "a b c",
            TYPED
            + 'def of(row):\n    if row.name == "x":\n        return "a"\n    elif row.name == "y":\n        return "b"\n    return "c"\nfor row in rows:\n    op.execute("delete from " + of(row))',
        )
        self.check(
            "a b",
            TYPED
            + 'def of(row):\n    if row.name == "x":\n        return sa.table("a")\n    return sa.table("b")\nfor row in rows:\n    table = of(row)\n    op.get_bind().execute(table.delete())',
        )

    def test_too_many(self):
        self.incomplete(
            TYPED
            + 'def fix(table, row):\n    if row.name == "x":\n        op.execute("delete from " + table)\nfor number in range(300):\n    for row in rows:\n        fix("t%d" % number, row)'
        )

    def test_that_fill_a_list(self):
        self.check(
            "a b",
            TYPED
            + 'found = []\nfor row in rows:\n    if row.name == "x":\n        found.append("a")\n    else:\n        found.append("b")\nfor table in found:\n    op.execute("delete from " + table)',
        )


class NamesFromRows(Misses):
    def test(self):
        for name in (
            "row.name.upper()",
            "row.name[:5]",
            '"t_" + row.day.strftime("%Y%m")',
            '"t_%d" % row.id',
        ):
            self.incomplete(TYPED + "for row in rows:\n    op.drop_table(%s)" % name)

    def test_of_all_tables(self):
        self.incomplete(
            MAKE,
            "for name in sa.inspect(op.get_bind()).get_table_names():\n    op.drop_table(name)",
        )
        self.incomplete(
            MAKE,
            'for name in sa.inspect(op.get_bind()).get_table_names():\n    if name.startswith("zz"):\n        op.drop_table(name)',
        )
        self.incomplete(
            "found = sa.MetaData()\nfound.reflect(op.get_bind())\nfound.drop_all(op.get_bind())"
        )


class Objects(Misses):
    def test_that_are_changed_in_branches(self):
        self.check(
            "p",
            MODELS
            + 'for p in session.query(P):\n    if p.name.startswith("x"):\n        p.name = p.name[1:]\nsession.commit()',
        )
        self.check(
            "p",
            MODELS
            + 'p = session.query(P).filter_by(name="x").first()\nif p is not None and p.name == "x":\n    p.name = "y"\nsession.commit()',
        )

    def test_that_are_set_to_the_first_value(self):
        self.check("p", MODELS + 'for p in session.query(P):\n    p.kind = "u"\nsession.commit()')


class Statements(Misses):
    def sql(self, *texts):
        from sqlalchemy.dialects import postgresql

        dialect = postgresql.dialect()
        dialect.default_schema_name = "public"
        return {"bodies": ["op.execute(%r)" % text for text in texts], "dialect": dialect}

    def found(self, expected, *texts):
        said = self.sql(*texts)
        self.check(expected, *said.pop("bodies"), **said)

    def not_found(self, *texts):
        said = self.sql(*texts)
        self.incomplete(*said.pop("bodies"), **said)

    def test_schemas(self):
        for text in (
            "SET search_path TO other, public",
            "SET LOCAL search_path = 'other'",
            "SELECT pg_catalog.set_config('search_path', 'other', false)",
            "SET SCHEMA 'other'",
        ):
            self.not_found(text + "; DELETE FROM a")
        for text in (
            "SET search_path TO public",
            'SET search_path = "$user", public',
            "SELECT pg_catalog.set_config('search_path', '', false)",
            "SET statement_timeout = 0",
        ):
            self.found("s.a", text + "; DELETE FROM s.a")
        self.not_found("DROP SCHEMA s CASCADE")
        self.found("s.a", "CREATE SCHEMA s", "CREATE TABLE s.a (id int)", "DROP SCHEMA s CASCADE")
        self.found("s.a", "CREATE SCHEMA s CREATE TABLE a (id int)")

    def test_functions(self):
        self.not_found("SELECT other.count(1)")
        self.found("", "SELECT pg_catalog.count(1)")
        self.found(
            "a", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'delete from a'; SELECT f()"
        )

    def test_cascades(self):
        views = (
            "CREATE TABLE a (id int, n int)",
            "CREATE VIEW v AS SELECT n FROM a",
            "CREATE MATERIALIZED VIEW w AS SELECT n FROM v",
        )
        for text, expected in (
            ("DROP TABLE a CASCADE", "a v w"),
            ("ALTER TABLE a DROP n CASCADE", "a v w"),
            ("DROP VIEW v CASCADE", "v w"),
        ):
            self.found(expected, *views, text)
        self.not_found("DROP SEQUENCE s CASCADE")


if __name__ == "__main__":
    unittest.main()
