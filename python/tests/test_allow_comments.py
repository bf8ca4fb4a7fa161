"""Comments that set findings of policies aside: their form, and what they are about."""

from textwrap import dedent

import pytest

from lback_planner.history.allow_comments import allow_comments
from lback_planner.refused import Refused

pytestmark = pytest.mark.once


def comments(text):
    return allow_comments(dedent(text), "versions/a1.py")


SCRIPT = """\
    revision = "a1"  # 1


    def upgrade():  # 4
        op.add_column(
            "users",  # 6
            sa.Column("x", sa.Integer()),
        )
        # 9
        with op.batch_alter_table("t") as batch:  # 10
            # 11
            batch.drop_column(
                "y"
            )
            for name in "ab":  # 15
                batch.drop_column(name)  # 16
        # 17


    class Helper:  # 20
        attribute = 1  # 21

        async def help(self):
            op.execute("x")  # 24
    """


@pytest.mark.parametrize(
    ("line", "about"),
    [
        (1, None),
        (4, (4, 16)),
        (6, (5, 8)),
        (9, (10, 16)),
        (10, (10, 16)),
        (11, (12, 14)),
        (15, (15, 16)),
        (16, (16, 16)),
        (17, None),
        (20, None),
        (21, None),
        (24, (24, 24)),
    ],
)
def test_a_comment_is_about_the_statement_that_it_stands_in_or_above(line, about):
    text = dedent(SCRIPT).replace("# %d\n" % line, "# lback: allow drops: agreed\n")
    (found,) = allow_comments(text, "versions/a1.py")
    assert (found["line"], found["lines"]) == (line, about)


def test_code_date_and_reason_are_read():
    (found,) = comments("# lback: allow adding-not-null until 2027-01-31: frozen, DB-412\n")
    assert found == {
        "code": "adding-not-null",
        "line": 1,
        "lines": None,
        "until": "2027-01-31",
        "reason": "frozen, DB-412",
    }


def test_a_comment_may_name_several_codes():
    found = comments("#lback:allow drops , plan_rewrites.x: both: agreed\n")
    assert [one["code"] for one in found] == ["drops", "plan_rewrites.x"]
    assert {one["reason"] for one in found} == {"both: agreed"}


@pytest.mark.parametrize("end", ["", ":", ":  "])
def test_a_comment_without_a_reason_is_read_as_one(end):
    (found,) = comments("# lback: allow drops until 2027-01-31%s\n" % end)
    assert found["reason"] is None


@pytest.mark.parametrize(
    ("comment", "why"),
    [
        ("# lback: allow", "`# lback: allow` has another form"),
        ("# lback: allow : because", "has another form"),
        ("# lback: allow drops forever", "has another form"),
        ("# lback: allow drops until", "has another form"),
        ("# lback: allow drops until tomorrow: x", "`tomorrow` is not a date"),
        ("# lback: allow drops until 2027-02-30: x", "`2027-02-30` is not a date"),
        ("# lback: allow drops until 27-1-3: x", "`27-1-3` is not a date"),
        ("# lback: allow drops until ２０２７-01-31: x", "is not a date"),
    ],
)
def test_a_comment_of_another_form_is_an_error_with_its_place(comment, why):
    with pytest.raises(Refused, match=r"^versions/a1\.py:2: the comment can't be read: ") as error:
        comments("\n%s\n" % comment)
    assert why in str(error.value)
    assert error.value.kind == "unavailable"
    assert "until 2027-01-31" in error.value.hint


def test_a_text_that_is_no_comment_is_none():
    assert (
        comments('text = "# lback: allow drops: x"\n# lback: allowed\n# lback: writes users\n')
        == []
    )


def test_a_script_that_python_cannot_read_has_none():
    assert comments("def upgrade(:\n    '''# lback: allow drops: x\n") == []
