"""Tests of the limits of statements, of the errors of locks, and of the heads of statements."""

from typing import Any, Optional

import pytest

from lback_launcher.waits.lock_error import lock_error
from lback_launcher.waits.monitor import Monitor
from lback_launcher.waits.statement import may_wait, waits_safely, words_of
from lback_launcher.waits.statement_head import head

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX CONCURRENTLY i ON t (a)",
        "create unique index concurrently if not exists i on t (a);",
        "/* why */ drop index\n concurrently i -- now",
        "reindex index concurrently i",
        "reindex (verbose) table concurrently t",
        "alter table only s.t validate constraint c",
        "alter table t detach partition p concurrently",
        "refresh materialized view concurrently v",
        "vacuum analyze t",
        "analyze t",
    ],
)
def test_statements_that_wait_safely(statement: str) -> None:
    words = words_of(statement)
    assert may_wait(words) and waits_safely(words)


@pytest.mark.parametrize(
    "statement",
    [
        "create index i on t (concurrently)",
        "create index i on t (a) where note = 'concurrently'",
        "alter table t validate constraint c, add column b int",
        "alter table t add column b int, validate constraint c",
        "alter table t validate constraint c; alter table t add column b int",
        "alter table t add column validate int",
        "vacuum full t",
        "vacuum (full, analyze) t",
        "drop index i",
        "insert into t values ('vacuum')",
    ],
)
def test_statements_that_others_queue_behind(statement: str) -> None:
    words = words_of(statement)
    assert may_wait(words) and not waits_safely(words)


@pytest.mark.parametrize("statement", ["", "-- note", "SET lock_timeout = 1", "show x", "commit;"])
def test_statements_that_wait_for_no_table(statement: str) -> None:
    assert not may_wait(words_of(statement))


@pytest.mark.parametrize(
    ("dialect", "statement", "shown"),
    [
        ("postgresql", "select 'it''s', 4.5e3, t1.a2 from t1", "select ?, ?, t1.a2 from t1"),
        ("postgresql", "select 'C:\\', 'secret'", "select ?, ?"),
        ("postgresql", "select E'it\\'s secret', x", "select ?, x"),
        ("postgresql", "select $a$ it's $ $a$, $$x$$, \"a 'b\"", 'select ?, ?, "a \'b"'),
        ("postgresql", "select 'cut off", "select ?"),
        ("postgresql", "select 1 -- secret 'a\n/* 'b */ + 0xff", "select ? + ?"),
        ("mysql", "select 'it\\'s secret', \"secret\", `a 5`", "select ?, ?, `a 5`"),
        ("mysql", "select 1 # secret", "select ?"),
    ],
)
def test_literals_are_not_shown(dialect: str, statement: str, shown: str) -> None:
    assert head(statement, dialect) == shown


def test_a_head_is_short() -> None:
    assert len(head("select " + "a, " * 1000)) == 160


class PsycopgError(Exception):
    """An error as psycopg's and asyncpg's."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__()
        self.sqlstate = sqlstate


class PymysqlError(Exception):
    """An error as PyMySQL's."""


PymysqlError.__module__ = "pymysql.err"


class BusyError(Exception):
    """An error of SQLite's driver before Python 3.11."""


BusyError.__module__ = "sqlite3"


class Wrapped(Exception):
    """An error as SQLAlchemy's."""

    def __init__(self, orig: Optional[BaseException]) -> None:
        super().__init__()
        self.orig = orig


@pytest.mark.parametrize(
    ("error", "found"),
    [
        (PsycopgError("55P03"), "timeout"),
        (PsycopgError("40P01"), "deadlock"),
        (PsycopgError("57014"), None),
        (Exception({"C": "55P03", "M": "canceling"}), "timeout"),
        (PymysqlError(1205, "Lock wait timeout exceeded"), "timeout"),
        (PymysqlError(3572, "NOWAIT is set"), "timeout"),
        (PymysqlError(1213, "Deadlock found"), "deadlock"),
        (PymysqlError(1064, "syntax"), None),
        (Exception(1205), None),
        (BusyError("database is locked"), "timeout"),
        (BusyError("no such table: locked"), None),
    ],
)
def test_errors_of_locks(error: BaseException, found: Optional[str]) -> None:
    assert lock_error(error) == found
    assert lock_error(Wrapped(error)) == found
    around = RuntimeError("in env.py")
    around.__cause__ = Wrapped(error)
    assert lock_error(around) == found


def test_a_server_that_can_not_be_asked_is_asked_once() -> None:
    reports = []

    class Run:
        def report(self, kind: str, **values: Any) -> None:
            reports.append((kind, values))
            monitor.ended.set()

    def view() -> Any:
        raise OSError("no route to the server")

    connection: Any = type("Connection", (), {"dialect": None})
    monitor = Monitor(Run(), connection, view, 0.0, head)
    from lback_launcher.waits.monitor import Running

    monitor.running = Running("alter table t")
    monitor.start()
    monitor.thread.join(10)
    assert [kind for kind, _ in reports] == ["wait_unseen"]
    assert "no route" in reports[0][1]["why"]
