"""Tests of the result for a revision, and of its cache entry."""

import json
import os
import tempfile
import unittest

from project import Project, kinds, names

from lback_planner.history import analysis

MAKE = 'op.create_table("a", sa.Column("id", sa.Integer), sa.Column("b", sa.String(10)))'


class Reversible(unittest.TestCase):
    def one(self, upgrade, downgrade):
        with Project() as project:
            project.revision(upgrade, downgrade)
            result = project.analysis()["1"]
            json.dumps(result)
            return result["reversible"], result["irreversible_because"]

    def test(self):
        self.assertEqual(self.one(MAKE, 'op.drop_table("a")'), ("yes", None))
        self.assertEqual(self.one("pass", "pass"), ("yes", None))
        self.assertEqual(self.one(MAKE, "pass"), ("no", "`downgrade()` does nothing"))
        self.assertEqual(self.one(MAKE, None), ("no", "there is no `downgrade()`"))
        self.assertEqual(
            self.one(MAKE, 'raise NotImplementedError("no way")'),
            ("no", "`downgrade()` raises NotImplementedError: no way"),
        )


class Details(unittest.TestCase):
    def test_destructive(self):
        with Project() as project:
            project.revision(MAKE)
            project.revision('op.alter_column("a", "b", type_=sa.String(20))')
            project.revision('op.alter_column("a", "b", type_=sa.String(5))')
            project.revision('op.alter_column("a", "b", nullable=False)')
            from sqlalchemy.dialects import postgresql

            dialect = postgresql.dialect()
            dialect.default_schema_name = "public"
            found = project.analysis(dialect=dialect)
            self.assertEqual(
                [found[revision]["upgrade"]["operations"][0]["destructive"] for revision in "1234"],
                [False, False, True, False],
            )

    def test_index_without_table(self):
        with Project() as project:
            project.revision(MAKE + '\nop.create_index("i", "a", ["b"])')
            project.revision('op.drop_index("i")')
            self.assertEqual(kinds(project.analysis()["2"]["upgrade"]), ["drop_index a"])

    def test_raw_rename(self):
        with Project() as project:
            project.revision('op.execute("ALTER TABLE a RENAME TO b")')
            operation = project.analysis()["1"]["upgrade"]["operations"][0]
            self.assertEqual(
                (operation["kind"], operation["table"]["name"], operation["new_table"]["name"]),
                ("rename_table", "a", "b"),
            )

    def test_recorded(self):
        with Project() as project:
            project.revision(
                MAKE,
                'with op.batch_alter_table("a") as batch:\n    batch.drop_column("b")\nop.execute("delete from c")\nop.get_bind().execute(sa.text("delete from d"))',
            )
            found = project.analysis(
                lambda analysis: analysis.replay.recorded("1", "downgrade").events
            )
            shown = [
                (type(each.operation).__name__, [table.name for table in each.tables], each.text)
                for each in found
            ]
            self.assertEqual(
                shown,
                [
                    ("DropColumnOp", ["a"], None),
                    ("ExecuteSQLOp", ["c"], "delete from c"),
                    ("ExecuteSQLOp", ["d"], "delete from d"),
                ],
            )

    def test_cascade(self):
        with Project() as project:
            project.revision(
                MAKE
                + '\nop.create_table("c", sa.Column("a_id", sa.Integer, sa.ForeignKey("a.id", ondelete="CASCADE")))'
            )
            project.revision('op.execute("delete from a")')
            self.assertEqual(names(project.analysis()["2"]["upgrade"]["writes"]), ["a", "c"])


class Declarations(unittest.TestCase):
    UNCLEAR = 'op.execute("select f()")'

    def test(self):
        with Project() as project:
            project.revision(self.UNCLEAR)
            project.revision(self.UNCLEAR, before="# lback: writes users, billing.orders")
            project.revision(self.UNCLEAR, before="# lback: writes nothing")
            found = project.analysis(declared={"1": ["x"]})
            self.assertEqual(
                [names(found[revision]["upgrade"]["writes"]) for revision in "123"],
                [["x"], ["billing.orders", "users"], []],
            )
            self.assertEqual(
                [found[revision]["upgrade"]["complete"] for revision in "123"], [True] * 3
            )
            self.assertFalse(project.analysis()["1"]["upgrade"]["complete"])


class OnTheWay(unittest.TestCase):
    def setUp(self):
        self.seconds = analysis.KEEP_EVERY, analysis.REPORT_EVERY
        analysis.KEEP_EVERY = analysis.REPORT_EVERY = -1.0

    def tearDown(self):
        analysis.KEEP_EVERY, analysis.REPORT_EVERY = self.seconds

    def test_it_says_how_far_it_is_and_keeps_what_it_has(self):
        told = []
        with Project() as project, tempfile.TemporaryDirectory() as folder:
            for name in "abc":
                project.revision('op.create_table("%s", sa.Column("id", sa.Integer))' % name)

            def progress(done, total):
                told.append((done, total, any(files for _, _, files in os.walk(folder))))

            project.analysis(cache=folder, progress=progress)
            # The last of them may come no more: a plan has its time.
            self.assertEqual(told, [(0, 3, False), (1, 3, False), (2, 3, True), (3, 3, True)])
            told.clear()
            project.analysis(cache=folder, progress=progress)
            self.assertEqual(told[0], (0, 3, True))


class Kept(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.cache = os.path.join(self.folder.name, "cache")

    def ask(self, project):
        """The results, and the revisions that were analysed for them."""
        analysed = []

        def ask(analysis):
            analysed.extend(sorted(analysis.analysed))
            return {revision: analysis.revision(revision) for revision in project.revisions}

        return project.analysis(ask, cache=self.cache), analysed

    def test(self):
        with Project() as project:
            project.write("helpers_of_test.py", 'NAME = "c"\n')
            project.revision(MAKE)
            project.revision('if sa.inspect(op.get_bind()).has_table("a"):\n    op.drop_table("a")')
            project.revision('op.drop_table("b")')
            project.revision("from helpers_of_test import NAME\nop.drop_table(NAME)")
            project.revision('op.drop_table(__import__("os").environ.get("OF_LBACK_TEST", "none"))')
            cold, analysed = self.ask(project)
            self.assertEqual(analysed, ["1", "2", "3", "4", "5"])
            self.assertEqual(self.ask(project), (cold, []))
            project.write("helpers_of_test.py", 'NAME = "changed"\n')
            import sys

            del sys.modules["helpers_of_test"]
            warm, analysed = self.ask(project)
            self.assertEqual(
                (analysed, kinds(warm["4"]["upgrade"])), (["4"], ["drop_table changed"])
            )
            project.revision("pass", number=1)
            warm, analysed = self.ask(project)
            self.assertEqual(
                (analysed, kinds(warm["2"]["upgrade"])), (["1", "2"], ["drop_table? a"])
            )
            os.environ["OF_LBACK_TEST"] = "some"
            self.addCleanup(os.environ.pop, "OF_LBACK_TEST")
            warm, analysed = self.ask(project)
            self.assertEqual((analysed, kinds(warm["5"]["upgrade"])), (["5"], ["drop_table some"]))

    def test_damaged(self):
        with Project() as project:
            project.revision(MAKE)
            cold, _ = self.ask(project)
            (name,) = os.listdir(self.cache)
            for text in (
                "",
                "{}",
                "[]",
                '{"environment": 1}',
                "\x00",
                '{"environment": "x", "files": 3}',
            ):
                with open(os.path.join(self.cache, name), "w") as file:
                    file.write(text)
                self.assertEqual(self.ask(project), (cold, ["1"]))


if __name__ == "__main__":
    unittest.main()
