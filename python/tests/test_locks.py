"""Tests of the locks, rewrites and scans that a plan has, held against a real PostgreSQL.

`LBACK_TEST_POSTGRES` names the server of the suite; without it, nothing is tested.
"""

import os
import re
import uuid
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Set

import pytest
import sqlalchemy as sa
from locks_on_server import Truth, ask, engine_of, flush, in_transaction, outside

from lback_planner.locks.statement_locks import locks_of
from lback_planner.locks.table_lock import TableLock
from lback_planner.schema.state import Schema
from lback_planner.sql import statements

SERVER = os.environ.get("LBACK_TEST_POSTGRES")
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "locks", "postgresql")
pytestmark = pytest.mark.once


class Case(NamedTuple):
    """One statement, and what is before it."""

    title: str
    setup: str
    statement: str
    #: Whether it can't run in a transaction.
    outside: bool
    #: What differs from the server, or isn't known, by design: `scans t`, `mode t`, `rewrites t`.
    unlike: Set[str]
    #: Tables that the server reads although its statistics don't show it.
    read: Set[str]


def cases() -> List[Any]:
    """Reads the statements: `=== title`, a setup before `---`, the statement, lines of `=>`.

    The first part of a file is the setup of all. Words after `=>`: `autocommit`; `unknown` or
    `unlike` before what isn't compared, with the reason after `because`; `reads t`.
    """
    found = []
    for name in sorted(os.listdir(FOLDER)):
        with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
            common, *texts = re.split("^=== ", file.read(), flags=re.MULTILINE)
        for text in texts:
            case = case_of(text, common)
            found.append(pytest.param(case, id="%s-%s" % (name[:-4], case.title)))
    return found


def case_of(text: str, common: str) -> Case:
    title, _, rest = text.partition("\n")
    notes = re.findall("^=> (.*)\n?", rest, flags=re.MULTILINE)
    rest = re.sub("^=> .*\n?", "", rest, flags=re.MULTILINE)
    setup, line, statement = rest.rpartition("---\n")
    said = [note.partition(" because ")[0] for note in notes]
    unlike = {note.partition(" ")[2] for note in said if note.startswith(("unknown ", "unlike "))}
    read = {note.partition(" ")[2] for note in said if note.startswith("reads ")}
    return Case(title, common + setup, statement.strip(), "autocommit" in said, unlike, read)


class Site:
    """A database whose tables are made anew where a test needs others than the test before."""

    def __init__(self, url: Any) -> None:
        self.engine = engine_of(url)
        self.made: Optional[str] = None

    def prepare(self, setup: str, is_spoilt: bool) -> None:
        if self.made == setup and not is_spoilt:
            return
        with self.engine.connect() as connection:
            connection.exec_driver_sql("drop schema if exists public, other cascade")
            connection.exec_driver_sql("create schema public")
            connection.exec_driver_sql(setup.replace("%", "%%"))
            flush(connection)
        self.made = None if is_spoilt else setup


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    if SERVER is None:
        pytest.skip("LBACK_TEST_POSTGRES names no server")
    server = sa.engine.make_url(SERVER)
    name = "locks_%s" % uuid.uuid4().hex[:12]
    administer(server, "create database %s" % name)
    made = Site(server.set(database=name))
    yield made
    made.engine.dispose()
    administer(server, "drop database %s with (force)" % name)


def administer(server: Any, statement: str) -> None:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def expected(case: Case, version: List[int]) -> Dict[str, TableLock]:
    """Returns the locks that the planner finds, by the names of tables."""
    schema = Schema()
    schema.version = tuple(version)
    for effect in statements.read(case.setup, "postgresql", "public", schema).effects:
        if effect.change is not None:
            schema.apply(effect.change)
    reading = statements.read(case.statement, "postgresql", "public", schema)
    return {str(lock.table): lock for lock in locks_of(reading.effects, schema, "postgresql")}


def differences(case: Case, real: Dict[str, Truth], said: Dict[str, TableLock]) -> List[str]:
    """Returns where both differ."""
    found = []
    for table, truth in sorted(real.items()):
        lock = said.get(table)
        answers = {"mode": None, "rewrites": "no", "scans": "no"}
        if lock is not None:
            mode = lock.mode if lock.mode != "ACCESS SHARE" else None
            answers = {"rewrites": lock.rewrites, "scans": lock.scans}
            answers["mode"] = mode if lock.mode is not None else "unknown"
        facts: Dict[str, Optional[str]] = {"mode": truth.mode}
        if truth.mode is not None:
            facts["rewrites"] = "yes" if truth.rewrites else "no"
            facts["scans"] = "yes" if truth.scans or table in case.read else "no"
        for what, fact in facts.items():
            subject = "%s %s" % (what, table)
            if answers[what] != fact and subject not in case.unlike:
                found.append("%s: server %s, planner %s" % (subject, fact, answers[what]))
            elif answers[what] == fact and subject in case.unlike:
                found.append("%s: no longer differs" % subject)
    return found


@pytest.mark.parametrize("case", cases())
def test_locks(case: Case, site: Site) -> None:
    def prepare() -> None:
        site.prepare(case.setup, case.outside)

    prepare()
    with site.engine.connect() as connection:
        version = [int(part) for part in ask(connection, "show server_version")[0][0].split(".")]
    if case.outside:
        real = outside(site.engine, case.statement, prepare)
    else:
        real = in_transaction(site.engine, case.statement)
    found = differences(case, real, expected(case, version))
    assert not found, "\n".join([case.statement, *found])
