"""Foreign keys of SQLite that one step of a run leaves enforced for the next one, against SQLite."""

import textwrap

import pytest
from inverse_site import Site

MAKE = """
op.create_table("a", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))
op.create_table(
    "c",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("a_id", sa.Integer, sa.ForeignKey("a.id", ondelete="CASCADE")),
)
op.create_table("d", sa.Column("id", sa.Integer, primary_key=True))
"""
BATCH = 'with op.batch_alter_table("a") as batch:\n    batch.alter_column("n", nullable=True)'
ON, OFF = 'op.execute("PRAGMA foreign_keys=ON")', 'op.execute("PRAGMA foreign_keys=OFF")'
WRITE = 'op.execute("INSERT INTO d VALUES (1)")'
STEPS = {
    "nothing": ([], [], False),
    "on in the step before": ([ON], [], True),
    "on within a transaction": ([WRITE, ON], [], False),
    "on, and off before the batch": ([ON], [OFF], False),
    "on, and off too late": ([ON], ['op.execute("DELETE FROM d")', OFF], True),
    "on and off in the step before": ([ON, OFF], [], False),
}


@pytest.mark.parametrize("first, second, deletes", STEPS.values(), ids=STEPS)
def test_a_way_back(first, second, deletes):
    with Site("sqlite") as site:
        made = site.revision(MAKE, "pass")
        site.revision("pass", "\n".join([*second, BATCH]))
        site.revision("pass", "\n".join(first))
        site.upgrade()
        site.execute("INSERT INTO a VALUES (1, 1)", "INSERT INTO c VALUES (1, 1)")
        steps = site.plan(made)["database"]["steps"]
        written = [table["name"] for step in steps for table in step["writes"]]
        assert ("c" in written) == deletes
        site.downgrade(made)
        with site.engine.connect() as connection:
            left = connection.exec_driver_sql("SELECT count(*) FROM c").scalar()
        assert left == (0 if deletes else 1)


def test_an_upgrade_alone_leaves_nothing_for_its_own_way_back():
    with Site("sqlite") as site:
        made = site.revision(MAKE, "pass")
        site.revision(ON, BATCH)
        site.upgrade()
        (step,) = site.plan(made)["database"]["steps"]
        assert [table["name"] for table in step["writes"]] == ["a"]


#: A batch that the fake database can't take to its end: no script has made its index.
OF_OTHERS = """with op.batch_alter_table("d") as batch:
    batch.drop_index("of_others")
    batch.alter_column("id", nullable=False)
"""
INDEX = "CREATE INDEX of_others ON d (id)"
CAUGHT = "try:\n%s\nexcept ValueError:\n    pass\n" % textwrap.indent(OF_OTHERS, "    ")
SUPPRESSED = "import contextlib\nwith contextlib.suppress(ValueError):\n%s\n" % (
    textwrap.indent(OF_OTHERS, "    ")
)
BATCHES = {
    "as it is": (OF_OTHERS, [INDEX], False),
    "caught": (CAUGHT, [], True),
    "suppressed": (SUPPRESSED, [], True),
}


@pytest.mark.parametrize("batch, before, deletes", BATCHES.values(), ids=BATCHES)
def test_a_batch_that_cannot_be_faked(batch, before, deletes):
    with Site("sqlite") as site:
        made = site.revision(MAKE, "pass")
        site.revision("pass", BATCH)
        site.revision("pass", batch + ON)
        site.upgrade()
        site.execute(*before, "INSERT INTO a VALUES (1, 1)", "INSERT INTO c VALUES (1, 1)")
        _, first = site.plan(made)["database"]["steps"]
        assert ("c" in [table["name"] for table in first["writes"]]) == deletes
        site.downgrade(made)
        with site.engine.connect() as connection:
            left = connection.exec_driver_sql("SELECT count(*) FROM c").scalar()
        assert left == (0 if deletes else 1)
