"""Tests of the consequences that a script's operations have without naming them."""

import unittest

from project import Project, kinds, names
from sqlalchemy.dialects import mssql, mysql, postgresql

MAKE = 'for name in "abcd":\n    op.create_table(name, sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))'


def server(module=postgresql):
    dialect = module.dialect()
    dialect.default_schema_name = "public"
    return dialect


class Consequences(unittest.TestCase):
    def last(self, *bodies, dialect=None, **options):
        """The upgrade of the last of several scripts."""
        with Project(**options) as project:
            for body in bodies:
                project.revision("op.execute(%r)" % body if body.split()[0].isupper() else body)
            return project.analysis(dialect=dialect)[project.revisions[-1]]["upgrade"]

    def check(self, found, expected):
        self.assertEqual((kinds(found), found["reasons"]), (expected, []))


class Triggers(Consequences):
    FUNCTION = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO b VALUES (NEW.id); DELETE FROM c; RETURN NEW; END $$"
    FIRES = "CREATE TRIGGER t AFTER INSERT OR UPDATE ON a FOR EACH ROW EXECUTE FUNCTION f()"

    def test_with_functions(self):
        self.check(
            self.last(MAKE, self.FUNCTION, self.FIRES, "UPDATE a SET n = 1", dialect=server()),
            ["update a", "insert? b", "delete? c"],
        )
        self.check(
            self.last(MAKE, self.FUNCTION, self.FIRES, "DELETE FROM a", dialect=server()),
            ["delete a"],
        )
        self.check(
            self.last(
                MAKE,
                self.FUNCTION,
                self.FIRES,
                'op.bulk_insert(sa.table("a", sa.column("id")), [{"id": 1}])',
                dialect=server(),
            ),
            ["insert a", "insert? b", "delete? c"],
        )

    def test_chains(self):
        other = "CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE d SET n = 1; UPDATE a SET n = 2; RETURN NULL; END $$"
        found = self.last(
            MAKE,
            self.FUNCTION,
            self.FIRES,
            other,
            "CREATE TRIGGER u BEFORE INSERT ON b EXECUTE PROCEDURE g()",
            "UPDATE a SET n = 1",
            dialect=server(),
        )
        self.check(found, ["update a", "insert? b", "delete? c", "update? d"])

    def test_not_known(self):
        for function in (
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DELETE FROM ' || TG_ARGV[0]; RETURN NEW; END $$",
            "SELECT 1",
        ):
            found = self.last(MAKE, function, self.FIRES, "UPDATE a SET n = 1", dialect=server())
            self.assertEqual([reason["line"] is not None for reason in found["reasons"]], [True])
        self.check(
            self.last(
                MAKE, self.FIRES, "DROP TRIGGER t ON a", "UPDATE a SET n = 1", dialect=server()
            ),
            ["update a"],
        )

    def test_that_only_refuse(self):
        self.check(
            self.last(
                MAKE,
                "CREATE TRIGGER t BEFORE UPDATE ON a WHEN OLD.n <> 1 BEGIN SELECT RAISE(ABORT, 'no'); END",
                "UPDATE a SET n = 1",
            ),
            ["update a"],
        )

    def test_of_other_databases(self):
        found = self.last(
            MAKE,
            "CREATE TRIGGER t AFTER DELETE ON a BEGIN UPDATE b SET n = 1; END",
            "DELETE FROM a",
        )
        self.check(found, ["delete a", "update? b"])
        found = self.last(
            MAKE,
            "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW INSERT INTO b VALUES (1)",
            "INSERT INTO a VALUES (1, 1)",
            dialect=server(mysql),
        )
        self.check(found, ["insert a", "insert? b"])
        found = self.last(
            MAKE,
            "CREATE TRIGGER t ON a AFTER INSERT, DELETE AS DELETE FROM b",
            "DELETE FROM a",
            dialect=server(mssql),
        )
        self.check(found, ["delete a", "delete? b"])

    def test_functions_that_write(self):
        function = "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ INSERT INTO b VALUES (1) $$"
        self.check(self.last(MAKE, function, "SELECT f()", dialect=server()), ["insert? b"])


class Keys(Consequences):
    CHILD = 'op.create_table("c", sa.Column("a_id", sa.Integer, sa.ForeignKey("a.id", %s)))'
    PARENT = 'op.create_table("a", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))'

    def test_on_update(self):
        child = self.CHILD % 'onupdate="CASCADE"'
        self.check(
            self.last(self.PARENT, child, "UPDATE a SET id = id + 1"), ["update a", "update? c"]
        )
        self.check(self.last(self.PARENT, child, "UPDATE a SET n = 1 WHERE id = 3"), ["update a"])
        self.check(
            self.last(
                self.PARENT,
                "CREATE TABLE c (a_id int REFERENCES a (id) ON DELETE RESTRICT ON UPDATE CASCADE)",
                "UPDATE a SET id = 1",
            ),
            ["update a", "update? c"],
        )

    def test_replaced(self):
        child = self.CHILD % 'ondelete="CASCADE"'
        self.check(
            self.last(self.PARENT, child, "REPLACE INTO a VALUES (1, 2)"),
            ["insert a", "delete? a", "delete? c"],
        )

    def test_deleted_and_set(self):
        self.check(
            self.last(self.PARENT, self.CHILD % 'ondelete="SET NULL"', "DELETE FROM a"),
            ["delete a", "update? c"],
        )


class Dropped(Consequences):
    """SQLite deletes the rows of a table before it drops it, where it enforces foreign keys."""

    CHILDREN = [
        Keys.PARENT,
        'op.create_table("c", sa.Column("a_id", sa.Integer, sa.ForeignKey("a.id", ondelete="CASCADE")), sa.Column("id", sa.Integer, primary_key=True))',
        'op.create_table("d", sa.Column("c_id", sa.Integer, sa.ForeignKey("c.id", ondelete="SET NULL")))',
    ]
    BATCH = 'with op.batch_alter_table("a") as batch:\n    batch.alter_column("n", nullable=False)'

    ON, OFF = "PRAGMA foreign_keys=ON", "PRAGMA foreign_keys=OFF"

    def statement(self, text):
        return "op.execute(%r)" % text

    def setUp(self):
        def enforce(connection, _):
            connection.execute("PRAGMA foreign_keys=ON")

        from sqlalchemy import event
        from sqlalchemy.pool import Pool

        self.stop = lambda: event.remove(Pool, "connect", enforce)
        event.listen(Pool, "connect", enforce)
        self.addCleanup(lambda: self.stop())

    def test_enforced(self):
        self.check(
            self.last(*self.CHILDREN, 'op.drop_table("a")'),
            ["drop_table a", "delete? c", "update? d"],
        )
        self.check(
            self.last(*self.CHILDREN, "DROP TABLE a"), ["drop_table a", "delete? c", "update? d"]
        )
        self.check(
            self.last(*self.CHILDREN, self.BATCH), ["alter_column a", "delete? c", "update? d"]
        )
        self.check(
            self.last(
                *self.CHILDREN,
                'with op.batch_alter_table("a") as batch:\n    batch.add_column(sa.Column("m", sa.Integer))',
            ),
            ["add_column a"],
        )

    def test_not_enforced(self):
        self.stop()
        self.stop = lambda: None
        self.check(self.last(*self.CHILDREN, 'op.drop_table("a")'), ["drop_table a"])
        self.check(self.last(*self.CHILDREN, self.BATCH), ["alter_column a"])
        self.check(
            self.last(*self.CHILDREN, "PRAGMA foreign_keys = ON", self.BATCH),
            ["alter_column a", "delete? c", "update? d"],
        )

    def test_switched_in_a_script(self):
        self.stop()
        self.stop = lambda: None
        on, off, commit = map(self.statement, (self.ON, self.OFF, "COMMIT"))
        writes = self.statement("INSERT INTO d VALUES (1)")
        for lines, deletes in (
            ([off, self.BATCH, on], False),
            ([on, self.BATCH], True),
            # Within a transaction it does nothing.
            ([on, writes, off, self.BATCH], True),
            ([writes, on, self.BATCH], False),
            ([writes, commit, on, self.BATCH], True),
        ):
            found = self.last(*self.CHILDREN, "\n".join(lines))
            assert found["reasons"] == []
            assert ("delete? c" in kinds(found)) == deletes, lines

    def test_left_by_another_step(self):
        self.stop()
        self.stop = lambda: None
        on, off, writes = map(self.statement, (self.ON, self.OFF, "INSERT INTO d VALUES (1)"))
        found = ["alter_column a", "delete? c", "update? d"]
        for before, expected in (
            ([on], found),
            ([on, off], ["alter_column a"]),
            ([on, off + "\n" + self.BATCH + "\n" + on], ["alter_column a"]),
            ([off, on, writes + "\n" + off], found),
        ):
            self.check(self.last(*self.CHILDREN, *before, self.BATCH), expected)


class Others(Consequences):
    def test_views(self):
        self.check(
            self.last(
                MAKE, "CREATE VIEW v AS SELECT * FROM a", "UPDATE v SET n = 1", dialect=server()
            ),
            ["update v", "update? a"],
        )

    def test_partitions(self):
        made = "CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (9)"
        self.check(
            self.last(MAKE, made, "DELETE FROM p", dialect=server()), ["delete p", "delete? p1"]
        )
        self.check(
            self.last(MAKE, made, "DELETE FROM p1", dialect=server()), ["delete p1", "delete? p"]
        )
        self.check(
            self.last(
                MAKE, made, 'op.add_column("p", sa.Column("n", sa.Integer))', dialect=server()
            ),
            ["add_column p", "add_column? p1"],
        )
        self.check(
            self.last(MAKE, made, 'op.drop_table("p")', dialect=server()),
            ["drop_table p", "drop_table p1"],
        )
        self.check(
            self.last(
                MAKE, made, "ALTER TABLE p DETACH PARTITION p1", "DELETE FROM p", dialect=server()
            ),
            ["delete p"],
        )
        self.check(
            self.last(
                MAKE, "ALTER TABLE a ATTACH PARTITION b DEFAULT", "DELETE FROM a", dialect=server()
            ),
            ["delete a", "delete? b"],
        )
        found = self.last(
            MAKE, "CREATE TABLE i () INHERITS (a, public.b)", "UPDATE b SET n = 1", dialect=server()
        )
        self.assertEqual(names(found["writes"]), ["a", "b", "i"])


if __name__ == "__main__":
    unittest.main()
