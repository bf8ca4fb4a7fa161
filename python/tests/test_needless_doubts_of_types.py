"""Tests of types of a project whose code lback calls by itself, to have values for fake rows."""

from test_needless_doubts import MAKE, check

from lback_planner.coverage.statement_parts import is_telling
from lback_planner.sql.tokens import tokens

TYPE = """
def flattened(value, depth=0):
    if isinstance(value, (list, tuple)):
        return [flattened(each, depth + 1) for each in value]
    if hasattr(value, "items"):
        return {key: flattened(each, depth + 1) for key, each in value.items()}
    return flattened([value, depth], depth + 1)


class Flat(sa.TypeDecorator):
    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return flattened(value)
"""


def test_a_type_that_calls_a_function_in_many_ways():
    check(
        ["update? t"],
        MAKE,
        """
        t = sa.table("t", sa.column("id", sa.Integer), sa.column("n", Flat))
        for row in op.get_bind().execute(t.select()).fetchall():
            op.get_bind().execute(sa.text("update t set n = null where id = :id"), {"id": row.id})
        """,
        before=TYPE,
    )


def test_a_value_that_holds_itself_is_looked_at_to_an_end():
    value = ["a"]
    value += [value] * 9
    assert not is_telling(value)
    assert is_telling([["a"], ("b", "c")])


def test_tokens_can_be_changed_by_who_gets_them():
    text = "select 1"
    tokens(text, "sqlite").clear()
    assert [each.text for each in tokens(text, "sqlite")] == ["select", "1"]
