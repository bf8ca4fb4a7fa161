"""The choice of revisions for the rollback of a table."""

from inverse_site import Site

MAKE = """
op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))
op.create_table("u", sa.Column("id", sa.Integer, primary_key=True))
"""
#: Changes `t` only where `u` has rows.
MAYBE = """
if op.get_bind().execute(sa.text("select count(*) from u")).scalar():
    op.add_column("t", sa.Column("m", sa.Integer))
"""


def because(site, table):
    """Returns why each step is in the plan of a rollback."""
    question = {"type": "table", "name": table, "reading": "table", "to_before": None}
    question.update(count=1, include_references=False, as_migration=False, only_table=False)
    steps = site.answer(question)["database"]["steps"]
    return [(step["part"], step["because"]) for step in steps]


def test_a_match_that_may_change_the_table_names_the_last_certain_one():
    with Site("sqlite") as site:
        site.revision(MAKE, "op.drop_table('u')\nop.drop_table('t')")
        sure = site.revision(
            "op.add_column('t', sa.Column('k', sa.Integer))", "op.drop_column('t', 'k')"
        )
        site.revision(MAYBE, "pass")
        site.upgrade()
        assert because(site, "t") == [
            (
                "match",
                "may change `t`, depending on the data; `%s` is the last one that certainly changes it"
                % sure,
            )
        ]
        site.revision("op.drop_column('t', 'n')", "op.add_column('t', sa.Column('n', sa.Integer))")
        site.upgrade()
        assert because(site, "t") == [("match", "changes `t`")]
        assert because(site, "u")[-1] == ("match", "changes `u`")


def test_without_a_certain_one_it_says_so():
    with Site("sqlite") as site:
        site.execute("create table u (id integer)", "create table t (id integer)")
        site.revision(MAYBE, "pass")
        site.upgrade()
        assert because(site, "t") == [
            (
                "match",
                "may change `t`, depending on the data; no revision before it certainly changes it",
            )
        ]
