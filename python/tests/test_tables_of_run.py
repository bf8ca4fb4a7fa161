"""The tables of a plan that exist before the run, followed through its statements."""

from typing import Any, Dict, List, Optional

import pytest

from lback_planner.facts.tables_of_run import keep_existing, locked_tables
from lback_planner.model import Name

pytestmark = pytest.mark.once


def operation(kind: str, table: str, new: Optional[str] = None, conditional: bool = False) -> Any:
    def document(name: Optional[str]) -> Any:
        return None if name is None else {"schema": None, "name": name}

    return {
        "kind": kind,
        "table": document(table),
        "new_table": document(new),
        "conditional": conditional,
    }


def statement(locked: str, *operations: Any, text: str = "text") -> Any:
    """Returns a statement with its operations, which locks these tables."""
    locks = [{"table": {"schema": None, "name": name}} for name in locked.split()]
    return {"text": text, "locks": locks, "of": list(operations)}


def plan(*statements: Any) -> Dict[str, Any]:
    """Returns a plan with a step for each statement."""
    steps = []
    for each in statements:
        numbers = list(range(len(each["of"])))
        steps.append({"operations": each["of"], "statements": [dict(each, operations=numbers)]})
    return {"steps": steps}


def kept(database: Dict[str, Any], *existing: str) -> List[str]:
    """Returns the tables that each statement locks, if these exist before the run."""
    keep_existing(database, lambda name: name.name in existing)
    return [
        " ".join(lock["table"]["name"] for lock in step["statements"][0]["locks"])
        for step in database["steps"]
    ]


def before(database: Dict[str, Any], *existing: str, unknown: str = "") -> Dict[str, str]:
    """Returns the names before the run of the tables that are locked."""

    def exists(name: Name) -> Optional[bool]:
        return None if name.name in unknown.split() else name.name in existing

    return {name.name: old.name for name, old in locked_tables(database, exists).items()}


ADD = operation("add_column", "a")


def test_tables_that_exist() -> None:
    found = plan(statement("a b", ADD), statement("c"))
    assert kept(found, "a", "b") == ["a b", ""]
    assert before(plan(statement("a", ADD)), "a") == {"a": "a"}


def test_created() -> None:
    found = plan(statement("", operation("create_table", "a")), statement("a", ADD))
    assert kept(found) == ["", ""]
    assert before(found) == {}


def test_created_where_it_exists() -> None:
    """`IF NOT EXISTS` leaves the table; without it, the run fails."""
    found = plan(statement("", operation("create_table", "a")), statement("a", ADD))
    assert before(found, "a") == {"a": "a"}
    assert kept(found, "a") == ["", "a"]


@pytest.mark.parametrize("text, expected", [
    ("CREATE TABLE a (id int)", {}),
    ("create table if  not\nexists a (id int)", {"a": "a"}),
])  # fmt: skip
def test_created_where_nothing_is_known(text: str, expected: Dict[str, str]) -> None:
    found = plan(statement("", operation("create_table", "a"), text=text), statement("a", ADD))
    assert before(found, unknown="a") == expected


def test_created_in_one_case_only() -> None:
    found = plan(
        statement("", operation("create_table", "a", conditional=True)), statement("a", ADD)
    )
    assert before(found, unknown="a") == {"a": "a"}
    assert before(found) == {}


def test_renamed() -> None:
    found = plan(
        statement("a", operation("rename_table", "a", "b")),
        statement("b", operation("add_column", "b")),
        statement("b", operation("rename_table", "b", "c")),
        statement("c", operation("add_column", "c")),
    )
    assert before(found, "a") == {"a": "a", "b": "a", "c": "a"}
    assert kept(found, "a") == ["a", "b", "b", "c"]


def test_renamed_and_another_created() -> None:
    found = plan(
        statement("a", operation("rename_table", "a", "b")),
        statement("", operation("create_table", "a")),
        statement("a b", ADD),
    )
    assert kept(found, "a") == ["a", "", "b"]


def test_renamed_to_what_is_created_if_it_is_missing() -> None:
    text = "create table if not exists b (id int)"
    found = plan(
        statement("a", operation("rename_table", "a", "b")),
        statement("", operation("create_table", "b"), text=text),
        statement("b", operation("add_column", "b")),
    )
    assert before(found, "a") == {"a": "a", "b": "a"}


def test_renamed_in_one_case_only() -> None:
    found = plan(
        statement("a", operation("rename_table", "a", "b", conditional=True)),
        statement("a b", ADD),
    )
    assert before(found, "a") == {"a": "a", "b": "a"}


def test_swapped() -> None:
    found = plan(
        statement(
            "a b",
            operation("rename_table", "a", "c"),
            operation("rename_table", "b", "a"),
            operation("rename_table", "c", "b"),
        ),
        statement("a b", ADD),
    )
    assert kept(found, "a", "b") == ["a b", "a b"]


def test_a_copy_in_the_place_of_a_table() -> None:
    """The rows are those of the table before, and so are its users."""
    for away in (operation("drop_table", "a"), operation("rename_table", "a", "old")):
        found = plan(
            statement("", operation("create_table", "new")),
            statement("a", operation("insert", "new")),
            statement("a", away),
            statement("", operation("rename_table", "new", "a")),
            statement("a", ADD),
        )
        assert before(found, "a") == {"a": "a"}
        assert kept(found, "a") == ["", "a", "a", "", "a"]


def test_dropped_and_created_again() -> None:
    found = plan(
        statement("a", operation("drop_table", "a")),
        statement("", operation("create_table", "a")),
        statement("a", ADD),
    )
    assert kept(found, "a") == ["a", "", ""]


def test_dropped_in_one_case_only() -> None:
    found = plan(
        statement("a", operation("drop_table", "a", conditional=True)), statement("a", ADD)
    )
    assert kept(found, "a") == ["a", "a"]


def test_a_view_in_the_place_of_a_table() -> None:
    found = plan(
        statement("a", operation("drop_view", "a")),
        statement("", operation("create_table", "a")),
        statement("a", ADD),
    )
    assert kept(found, "a") == ["a", "", ""]


def test_created_and_renamed() -> None:
    found = plan(
        statement("", operation("create_table", "a")),
        statement("a", operation("rename_table", "a", "b")),
        statement("b", operation("add_column", "b")),
    )
    assert kept(found) == ["", "", ""]


def test_operations_without_a_table() -> None:
    nothing = dict(operation("execute", "a"), table=None)
    assert kept(plan(statement("", nothing), statement("a", ADD)), "a") == ["", "a"]
