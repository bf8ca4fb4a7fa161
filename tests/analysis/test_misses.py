"""What would be missed in silence: each script here is found whole, or is said not to be."""

import unittest

from project import Project, names

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
        self.assertEqual((names(found["writes"]), found["reasons"]), (sorted(expected.split()), []), bodies[-1])

    def incomplete(self, *bodies, **options):
        self.assertFalse(self.one(*bodies, **options)["complete"], bodies[-1])


class Branches(Misses):
    def test_in_one_line(self):
        self.check("a b", ROWS + 'if len(rows) > 5: op.execute("delete from b")\nop.execute("delete from a")')
        self.check("a b", 'if op.get_bind().execute(sa.text("update a set n = 1")).rowcount > 100: op.execute("delete from b")')

    def test_on_what_was_collected(self):
        self.check("a", ROWS + 'found = []\nfor row in rows:\n    found.append(row.id)\nif len(found) > 5:\n    op.execute("delete from a")')
        self.check("a", ROWS + 'groups = {}\nfor row in rows:\n    groups.setdefault(row.type, []).append(row)\nfor group in groups.values():\n    if len(group) > 1:\n        op.execute("delete from a")')

    def test_on_what_a_row_before_has_set(self):
        self.check("a b", ROWS + 'seen = False\nfor row in rows:\n    if seen:\n        op.execute("delete from b")\n    if row.type == "t":\n        op.execute("delete from a")\n        seen = True')

    def test_on_each_value(self):
        for variable in ("row.type", "row.id"):
            self.check("x y z", ROWS + 'for row in rows:\n    if %s == "x":\n        op.execute("delete from x")\n    elif %s == "y":\n        op.execute("delete from y")\n    else:\n        op.execute("delete from z")' % (variable, variable))


class NamesFromRows(Misses):
    def test(self):
        for name in ("row.name.upper()", "row.name[:5]", '"t_" + row.day.strftime("%Y%m")', '"t_%d" % row.id'):
            self.incomplete(TYPED + "for row in rows:\n    op.drop_table(%s)" % name)

    def test_of_all_tables(self):
        self.incomplete(MAKE, "for name in sa.inspect(op.get_bind()).get_table_names():\n    op.drop_table(name)")
        self.incomplete(MAKE, 'for name in sa.inspect(op.get_bind()).get_table_names():\n    if name.startswith("zz"):\n        op.drop_table(name)')
        self.incomplete("found = sa.MetaData()\nfound.reflect(op.get_bind())\nfound.drop_all(op.get_bind())")


class Objects(Misses):
    def test_that_are_changed_in_branches(self):
        self.check("p", MODELS + 'for p in session.query(P):\n    if p.name.startswith("x"):\n        p.name = p.name[1:]\nsession.commit()')
        self.check("p", MODELS + 'p = session.query(P).filter_by(name="x").first()\nif p is not None and p.name == "x":\n    p.name = "y"\nsession.commit()')

    def test_that_are_set_to_the_first_value(self):
        self.check("p", MODELS + 'for p in session.query(P):\n    p.kind = "u"\nsession.commit()')


if __name__ == "__main__":
    unittest.main()
