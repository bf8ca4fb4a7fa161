"""Sizes of tables from a file: which of them a plan uses, and for which project."""

from typing import Any, Dict, Optional

import pytest

from lback_planner.facts.saved import SavedFacts, refuse_other_project
from lback_planner.facts.table_facts import TableFacts
from lback_planner.model import Name
from lback_planner.refused import Refused


def table(name: str, schema: Optional[str] = None) -> Dict[str, Any]:
    sizes = {"rows": 41, "table_bytes": 8, "index_bytes": 4, "partitioned": True}
    return dict(sizes, schema=schema, name=name)


def saved(*tables: Dict[str, Any], number: int = 1) -> SavedFacts:
    document = {"file": "f.json", "saved_at": "2026-01-02T03:04:05Z", "bases": ["a1"]}
    return SavedFacts(dict(document, databases=[{"tables": list(tables)}]), number, "public")


FROM_FILE = TableFacts(True, 41, 8, 4, True)


@pytest.mark.parametrize(
    "own",
    [None, TableFacts(True), TableFacts(True, rows=0, table_bytes=8192), TableFacts(True, None, 0)],
)
def test_a_size_that_is_unknown_or_nothing_is_that_of_the_file(own: Optional[TableFacts]) -> None:
    facts = saved(table("users"))
    expected = FROM_FILE if own is None else FROM_FILE._replace(partitioned=own.partitioned)
    assert facts.instead_of(Name("users"), own) == expected
    document = {"file": "f.json", "saved_at": "2026-01-02T03:04:05Z", "tables": 1}
    assert facts.as_json() == document


@pytest.mark.parametrize("own", [TableFacts(True, 1), TableFacts(True, None, 8192)])
def test_a_size_of_the_database_itself_counts(own: TableFacts) -> None:
    facts = saved(table("users"))
    assert facts.instead_of(Name("users"), own) is None
    assert facts.as_json() is None


def test_names_are_found_by_their_schema() -> None:
    facts = saved(table("users"), table("orders", "shop"))
    assert facts.instead_of(Name("users", "public"), None) == FROM_FILE
    assert facts.instead_of(Name("orders", "shop"), None) == FROM_FILE
    assert facts.instead_of(Name("orders"), None) is None
    assert facts.instead_of(Name("users", "shop"), None) is None


def test_a_database_that_the_file_lacks_has_no_sizes() -> None:
    assert saved(table("users"), number=2).instead_of(Name("users"), None) is None


@pytest.mark.parametrize(
    ("own", "is_refused"), [(["a1"], False), (["a1", "b1"], False), (["b1"], True), ([], True)]
)
def test_a_file_of_other_first_revisions_is_refused(own: Any, is_refused: bool) -> None:
    document = {"file": "f.json", "bases": ["a1"]}
    if not is_refused:
        refuse_other_project(document, own)
        return
    with pytest.raises(
        Refused, match="`f.json` is of another project: its history begins with `a1`"
    ):
        refuse_other_project(document, own)
