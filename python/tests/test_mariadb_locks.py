"""The rules for the locks of MariaDB, held against what a server accepts.

Each statement asks for less than the server needs, until it is accepted: the cheapest `ALGORITHM`
and the weakest `LOCK` are what the server would do by itself. `LBACK_TEST_MARIADB` names the server
of the suite; without it, nothing is asked.
"""

import os
import re
import uuid
from typing import Any

import pytest
from lock_truth import Server, cases, difference, said, schema_of

from lback_planner.locks.table_lock import TableLock
from lback_planner.model import Name

SERVER = os.environ.get("LBACK_TEST_MARIADB")
pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def server() -> Any:
    if not SERVER:
        pytest.skip("LBACK_TEST_MARIADB names no server")
    found = Server(SERVER, "lback_locks_%s" % uuid.uuid4().hex[:8])
    yield found
    found.close()


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title + "-" + case.statement)
def test_what_the_server_does(server: Server, case: Any) -> None:
    schema = schema_of(case.tables, server.version)
    found = [lock for lock in said(case.statement, schema) if lock.table == Name("t")]
    assert len(found) == 1
    answer = server.asked(case)
    assert not difference(found[0], answer, case.mark), (found[0], answer)


def test_a_difference_is_seen() -> None:
    schema = schema_of(["create table t (a int)"], (10, 11, 14))
    (found,) = said("alter table t add column b int", schema)
    assert isinstance(found, TableLock)
    for rewrites, mode in (("no", "SHARED"), ("yes", "NONE"), ("unknown", None)):
        other = found._replace(rewrites=rewrites, mode=mode)
        answer = type("Answer", (), {"algorithm": "instant", "lock": "none"})
        assert difference(other, answer, "")  # type: ignore[arg-type]


def test_the_copied_rows(server: Server) -> None:
    """A copy counts the rows that it has copied, and nothing else does."""
    for text, is_copied in (
        ("alter table t modify a bigint", True),
        ("alter table t add constraint c check (a > 0)", True),
        ("alter table t order by a", True),
        ("alter table t engine = myisam", True),
        ("alter table t add column b int", False),
        ("alter table t add index (a)", False),
        ("alter table t force", False),
    ):
        server.make(["create table t (a int not null)", "insert into t values (1), (2), (3)"])
        (found,) = said(text, schema_of(["create table t (a int not null)"], server.version))
        result = server.run(text)
        assert (result.rowcount > 0) == is_copied, text
        assert (found.mode == "SHARED") == is_copied, text


def test_enough_statements() -> None:
    found = cases()
    assert len(found) >= 150
    assert sum(case.mark == "" for case in found) >= 140
    assert not [case for case in found if not re.match("alter|create", case.statement)]
