"""The rules for the locks of SQLite, held against SQLite as far as it can be observed.

Whether a statement writes is seen by another connection that wants to. Whether a table is written
anew, or read, is seen by the pages that the statement changes, and by the steps of its program.
"""

import sqlite3
from typing import Any, List, Tuple

import pytest
from lock_truth import said, schema_of
from project import Project

from lback_planner.locks import sqlite
from lback_planner.locks.table_lock import TableLock
from lback_planner.model import Name
from lback_planner.schema.state import Schema

pytestmark = pytest.mark.once

TABLES = [
    "create table x (id integer primary key, a int, b text, c int)",
    "create table other (id integer primary key, x_id int references x (id))",
    "create index ix_a on x (a)",
]
ROWS = 4000


def sure(text: str, schema: Any = None) -> TableLock:
    """Returns the lock on the table `x`."""
    found = said(text, schema or schema_of(TABLES, ()), "sqlite")
    (lock,) = [lock for lock in found if lock.table == Name("x")]
    return lock


#: Statements, whether they write `x` anew, and whether they read all its rows.
CASES: List[Tuple[str, str, str]] = [
    ("alter table x add column n int", "no", "no"),
    ("alter table x add column n int default 5", "no", "no"),
    ("alter table x add column n int not null default 5", "no", "no"),
    ("alter table x add column n int check (n > 0)", "no", "yes"),
    ("alter table x add column n int default 1 check (n > 0)", "no", "yes"),
    ("alter table x add column n int references other (id)", "no", "no"),
    ("alter table x add column n int as (a + 1) virtual", "no", "no"),
    ("alter table x add column n int not null as (a + 1) virtual", "no", "yes"),
    ("alter table x drop column b", "yes", "yes"),
    ("alter table x drop column c", "yes", "yes"),
    ("alter table x rename column b to d", "no", "no"),
    ("alter table x rename to y", "no", "no"),
    ("create index ix_b on x (b)", "no", "yes"),
    ("create unique index ix_b on x (b, a)", "no", "yes"),
    ("create index ix_b on x (b) where a > 3", "no", "yes"),
    ("reindex x", "no", "yes"),
    ("reindex ix_a", "no", "yes"),
    ("analyze x", "no", "yes"),
    ("update x set c = 1", "no", "yes"),
    ("update x set c = 1 where id = 3", "no", "unknown"),
    ("delete from x", "no", "yes"),
    ("delete from x where a = 3", "no", "unknown"),
    ("insert into x (a) values (1)", "no", "no"),
    ("insert into x (a) select a from x", "no", "unknown"),
    ("drop table x", "no", "no"),
    ("create trigger tr after insert on x begin delete from other; end", "no", "no"),
    ("insert into _alembic_tmp_x select * from x", "yes", "yes"),
]


class Database:
    """A file with tables that have rows, and two connections to it."""

    def __init__(self, path: Any) -> None:
        self.one = sqlite3.connect(str(path), isolation_level=None, timeout=0)
        self.other = sqlite3.connect(str(path), isolation_level=None, timeout=0)
        for text in [*TABLES, "create table _alembic_tmp_x (id integer, a int, b text, c int)"]:
            self.one.execute(text)
        self.one.execute("begin")
        self.one.executemany(
            "insert into x values (?, ?, ?, ?)",
            ((number, number, "text %d" % number * 5, number) for number in range(1, ROWS)),
        )
        self.one.execute("commit")

    def steps(self, text: str) -> int:
        """Returns about how many steps the program of a statement has, as thousands."""
        count = [0]

        def tick() -> int:
            count[0] += 1
            return 0

        self.one.set_progress_handler(tick, 1000)
        self.one.execute(text)
        self.one.set_progress_handler(None, 0)
        return count[0]

    def may_write(self) -> bool:
        """Returns whether another connection may begin to write."""
        try:
            self.other.execute("begin immediate")
        except sqlite3.OperationalError as error:
            assert "locked" in str(error)
            return False
        self.other.execute("rollback")
        return True

    def may_read(self) -> bool:
        try:
            self.other.execute("select count(*) from other").fetchall()
        except sqlite3.OperationalError as error:
            assert "locked" in str(error)
            return False
        return True


@pytest.fixture
def database(tmp_path: Any) -> Any:
    found = Database(tmp_path / "database")
    yield found
    found.one.close()
    found.other.close()


@pytest.mark.parametrize("text, rewrites, scans", CASES, ids=lambda value: str(value))
def test_what_sqlite_does(database: Database, text: str, rewrites: str, scans: str) -> None:
    found = sure(text)
    assert (found.rewrites, found.scans) == (rewrites, scans)
    if "as (" in text and sqlite3.sqlite_version_info < (3, 31):
        pytest.skip("this SQLite has no generated columns")
    if " drop column" in text and sqlite3.sqlite_version_info < (3, 35):
        pytest.skip("this SQLite drops no columns")
    database.one.execute("begin")
    steps = database.steps(text)
    if found.mode == "SHARED":
        assert database.may_write()
    else:
        assert not database.may_write()
        assert found.blocks_writes == "yes"
    if found.blocks_reads == "no":
        assert database.may_read()
    if scans == "no":
        assert steps < 3
    elif scans == "yes" and not text.startswith("delete"):
        # SQLite empties a table without a look at its rows; `DELETE` says so only with triggers.
        assert steps >= 3
    database.one.execute("rollback")


def test_the_readers_of_a_table_that_is_written_anew(database: Database) -> None:
    """Readers wait as soon as the cache is full, and never with a write-ahead log."""
    for journal, expected in (("delete", False), ("wal", True)):
        database.one.execute("pragma journal_mode = %s" % journal)
        database.one.execute("pragma cache_size = 10")
        database.one.execute("begin")
        database.one.execute("alter table x drop column b")
        assert database.may_read() == expected
        database.one.execute("rollback")
    assert sure("alter table x drop column b").blocks_reads == "unknown"


def test_a_dropped_table_with_keys() -> None:
    schema = schema_of(TABLES, ())
    assert sure("drop table x", schema).scans == "no"
    schema.enforces_keys = True
    assert sure("drop table x", schema).scans == "unknown"


def test_tables_that_are_only_read() -> None:
    for text in ("insert into y select * from x", "create table y as select * from x"):
        assert sure(text)._replace(scans="no") == TableLock(Name("x"), "SHARED", "no", "no")


def test_other_tables_with_the_name_of_a_copy() -> None:
    """Only what Alembic copies in a batch is written anew."""
    for text in (
        "insert into _alembic_tmp_y select * from x",
        "insert into aux._alembic_tmp_x select * from x",
        "insert into tmp_x select * from x",
        "insert into _alembic_tmp_x values (1)",
    ):
        found = said(text, schema_of(TABLES, ()), "sqlite")
        assert {lock.rewrites for lock in found} == {"no"}


def test_a_vacuum() -> None:
    found = said("vacuum", schema_of(TABLES, ()), "sqlite")
    assert {lock.table for lock in found} == {Name("x"), Name("other")}
    assert {(lock.mode, lock.rewrites) for lock in found} == {("EXCLUSIVE", "yes")}
    into = said("vacuum into 'file'", schema_of(TABLES, ()), "sqlite")
    assert {(lock.mode, lock.rewrites, lock.scans) for lock in into} == {("SHARED", "no", "yes")}
    assert said("vacuum", Schema(), "sqlite") == []


def test_a_batch_of_alembic() -> None:
    """A table is written anew once, whatever the batch changes."""
    make = (
        'op.create_table("x", sa.Column("id", sa.Integer, primary_key=True),'
        ' sa.Column("a", sa.Text))'
    )
    batch = (
        'with op.batch_alter_table("x") as b:\n'
        '    b.drop_column("a")\n'
        '    b.add_column(sa.Column("n", sa.Integer))'
    )
    with Project() as project:
        project.revision(make)
        project.revision(batch)
        found = project.analysis()[project.revisions[-1]]["upgrade"]
    assert found["reasons"] == []
    (statement,) = found["statements"]
    assert statement["operations"] == [0, 1] and statement["text"] is None
    assert statement["locks"] == [sqlite.written(Name("x"), "yes").as_json()]


def test_a_batch_that_only_alters() -> None:
    make = 'op.create_table("x", sa.Column("id", sa.Integer, primary_key=True))'
    batch = 'with op.batch_alter_table("x") as b:\n    b.add_column(sa.Column("n", sa.Integer))'
    with Project() as project:
        project.revision(make)
        project.revision(batch)
        found = project.analysis()[project.revisions[-1]]["upgrade"]
    (statement,) = found["statements"]
    assert statement["text"].startswith("ALTER TABLE x ADD")
    assert statement["locks"] == [sqlite.written(Name("x")).as_json()]
