"""The rules for the locks of MySQL, held against the tables of its manual: no server is asked.

A line of `locks/mysql.txt` has a version, the work and the level that are expected, and a statement
on the tables of its section.
"""

import os
import re
from typing import Any, List, Tuple

import pytest
from lock_truth import said, schema_of
from project import Project
from sqlalchemy.dialects import mysql

from lback_planner.locks.mysql import locks_of
from lback_planner.locks.table_lock import TableLock, unknown_lock
from lback_planner.model import Effect, Name
from lback_planner.schema.state import Schema

pytestmark = pytest.mark.once

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "locks", "mysql.txt")
#: What each word of the file means: whether the table is written anew, and whether it is read.
WORK = {
    "instant": ("no", "no"),
    "nothing": ("no", "no"),
    "scan": ("no", "yes"),
    "rebuild": ("yes", "yes"),
    "copy": ("yes", "yes"),
}


def rows() -> List[Any]:
    with open(FILE, encoding="utf-8") as file:
        texts = re.split("^=== ", file.read(), flags=re.MULTILINE)[1:]
    found = []
    for text in texts:
        title, _, rest = text.partition("\n")
        setup, _, lines = rest.partition("---\n")
        tables = [each for each in setup.split(";\n") if each.strip()]
        for line in filter(None, lines.splitlines()):
            version, expected, statement = line.split(" | ", 2)
            row = (tables, version, expected, statement)
            found.append(pytest.param(*row, id="%s-%s-%s" % (title, version, statement)))
    return found


def of_t(found: List[TableLock]) -> TableLock:
    (lock,) = [lock for lock in found if lock.table == Name("t")]
    return lock


@pytest.mark.parametrize("tables, version, expected, statement", rows())
def test_what_the_manual_says(
    tables: List[str], version: str, expected: str, statement: str
) -> None:
    numbers = tuple(map(int, version.split(".")))
    schema = schema_of(tables, numbers, is_mariadb=False)
    found = of_t(said(statement, schema))
    work, level = expected.split()
    assert (found.rewrites, found.scans) == WORK[work]
    assert found.mode == level.upper()
    assert found.blocks_writes == ("no" if level == "none" else "yes")
    assert found.blocks_reads == ("yes" if level == "exclusive" else "no")


def changes(version: Tuple[int, ...], text: str, setup: str, is_mariadb: bool = False) -> TableLock:
    return of_t(said(text, schema_of([setup], version, is_mariadb)))


T = "create table t (id int primary key, a int, s varchar(50))"


def test_unknown_tables() -> None:
    """A type that isn't known before leaves the copying of rows unknown."""
    found = changes((8, 4, 0), "alter table t modify a bigint", "create table u (id int)")
    assert found == unknown_lock(Name("t"))._replace(blocks_reads="no")
    found = changes((8, 4, 0), "alter table t add column n int", "create table u (id int)")
    assert (found.rewrites, found.mode) == ("no", "NONE")


def test_unknown_versions() -> None:
    """Rules that depend on the version are unknown, and no others are."""
    found = changes((), "alter table t add column n int", T)
    assert (found.rewrites, found.mode) == ("unknown", None)
    found = changes((), "alter table t add index (a)", T)
    assert (found.rewrites, found.scans, found.mode) == ("no", "yes", "NONE")
    found = changes((), "alter table t modify a bigint", T)
    assert (found.rewrites, found.blocks_writes) == ("yes", "unknown")


def test_unknown_widths_of_characters() -> None:
    found = changes((8, 4, 0), "alter table t modify s varchar(100)", T)
    assert found.rewrites == "unknown"
    found = changes((8, 4, 0), "alter table t modify s varchar(100)", T + " charset utf8mb4")
    assert found.rewrites == "yes"
    found = changes((8, 4, 0), "alter table t modify s varchar(60)", T)
    assert found.rewrites == "no"


def test_copies_of_mariadb() -> None:
    """A copy lets others write from 11.2 on, but for tables with actions of foreign keys."""
    text = "alter table t modify a bigint"
    assert changes((11, 1, 9), text, T, True).mode == "SHARED"
    assert changes((11, 2, 1), text, T, True).mode == "NONE"
    assert changes((11, 2, 1), text, T, True).rewrites == "yes"
    keyed = T[:-1] + ", foreign key (a) references u (id) on delete cascade)"
    assert changes((11, 2, 1), text, keyed, True).mode == "SHARED"
    without_key = "create table t (a int)"
    assert changes((11, 2, 1), text, without_key, True).mode is None


def test_other_engines() -> None:
    """The rules are those of InnoDB."""
    found = changes((8, 4, 0), "alter table t add column n int", T + " engine=MyISAM")
    assert found == unknown_lock(Name("t"))


def test_tables_that_are_referred_to() -> None:
    text = "alter table t add foreign key (a) references u (id)"
    found = {lock.table: lock for lock in said(text, schema_of([T], (8, 4, 0), False))}
    assert found[Name("u")] == TableLock(Name("u"), "NONE", "no", "no")


def test_an_unknown_part_hides_no_known_one() -> None:
    """The known parts of a statement block in any case."""
    text = "alter table t modify unknown_column bigint, add fulltext index (s), modify a bigint"
    found = changes((8, 4, 0), text, T)
    assert (found.rewrites, found.scans, found.blocks_writes) == ("yes", "yes", "yes")


def test_effects_without_rules() -> None:
    assert locks_of([Effect("create_policy", Name("t"), "p")], Schema()) == [
        unknown_lock(Name("t"))
    ]


def test_two_tables() -> None:
    found = said("drop table t, u", schema_of([T], (8, 4, 0), False))
    assert [(lock.table.name, lock.mode) for lock in found] == [
        ("t", "EXCLUSIVE"),
        ("u", "EXCLUSIVE"),
    ]
    found = said("insert into u select * from t", schema_of([T], (8, 4, 0), False))
    assert {(lock.table.name, lock.mode, lock.scans) for lock in found} == {
        ("u", "NONE", "no"),
        ("t", "NONE", "unknown"),
    }


def test_dialects() -> None:
    for dialect in ("mysql", "mariadb"):
        schema = schema_of([T], (10, 11, 2))
        assert of_t(said("alter table t force", schema, dialect)).rewrites == "yes"


@pytest.mark.parametrize("is_mariadb", [False, True])
def test_operations_of_alembic(is_mariadb: bool) -> None:
    """The server of the connection decides which rules hold."""
    dialect: Any = mysql.pymysql.dialect(is_mariadb=is_mariadb)
    dialect.server_version_info = (10, 11, 2) if is_mariadb else (8, 0, 20)
    make = (
        'op.create_table("t", sa.Column("id", sa.Integer, primary_key=True),'
        ' sa.Column("a", sa.Integer), sa.Column("s", sa.String(20)), mysql_charset="utf8mb4",'
        ' mariadb_charset="utf8mb4")\n'
        'op.create_index("ft", "t", ["s"], mysql_prefix="FULLTEXT", mariadb_prefix="FULLTEXT")'
    )
    body = (
        'op.drop_index("ft", "t")\n'
        'op.alter_column("t", "a", existing_type=sa.Integer, type_=sa.BigInteger)\n'
        'op.alter_column("t", "s", existing_type=sa.String(20), type_=sa.String(100))\n'
        'op.execute("alter table t add column n int first")\n'
        'op.create_index("ix", "t", ["a"])\n'
        'op.drop_column("t", "a")\n'
    )
    with Project() as project:
        project.revision(make)
        project.revision(body)
        found = project.analysis(dialect=dialect)[project.revisions[-1]]["upgrade"]
    assert found["reasons"] == []
    locks = [lock for statement in found["statements"] for lock in statement["locks"]]
    assert [lock["rewrites"] for lock in locks] == [
        "no",
        "yes",
        "no" if is_mariadb else "yes",
        "no" if is_mariadb else "yes",
        "no",
        "no" if is_mariadb else "yes",
    ]
