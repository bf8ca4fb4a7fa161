"""Copies of the syntax of statements, which are changed before they are made to run."""

import ast

import pytest

from lback_planner.coverage.syntax import copied

STATEMENTS = [
    "a.b[c] = d if not e else [f for g, *h in i if g > 1]",
    "with x() as y, z:\n    for k in range(3):\n        continue\n    else:\n        pass",
    "def f(a, *, b: int = 1, **c) -> str:\n    return f'{a!r:>{b}}'",
    "try:\n    raise A from b\nexcept (C, D) as e:\n    global g\n    del g[1:2]",
]


@pytest.mark.parametrize("text", STATEMENTS)
def test_a_copy_is_the_same(text):
    (statement,) = ast.parse(text).body
    copy = copied(statement)
    assert ast.dump(copy, include_attributes=True) == ast.dump(statement, include_attributes=True)
    originals = {id(node) for node in ast.walk(statement) if hasattr(node, "lineno")}
    assert not originals & {id(node) for node in ast.walk(copy)}


def test_a_copy_has_what_its_statement_was_given():
    (statement,) = ast.parse("a = b").body
    statement.values_of_lback = {"b": object()}
    copy = copied(statement)
    assert copy.values_of_lback is statement.values_of_lback
    copy.targets[0].id = "other"
    assert statement.targets[0].id == "a"
