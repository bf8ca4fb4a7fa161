"""The statements of `locks/mariadb.txt`, and what a server of MariaDB says of each."""

import os
import re
from typing import Any, List, NamedTuple, Optional

import sqlalchemy as sa

from lback_planner.locks.statement_locks import locks_of
from lback_planner.locks.table_lock import TableLock
from lback_planner.schema.state import Schema
from lback_planner.sql import statements

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "locks", "mariadb.txt")
#: From the cheapest to the one that does everything.
ALGORITHMS = ("instant", "nocopy", "inplace", "copy")
LEVELS = ("none", "shared", "exclusive")
#: "is not supported for this operation", with and without a reason.
REFUSED = (1845, 1846)


class Case(NamedTuple):
    """A statement on tables. `unsure`: the rules may leave it unknown, or say more than is done."""

    title: str
    tables: List[str]
    statement: str
    mark: str


class Answer(NamedTuple):
    """The cheapest algorithm and the weakest lock that the server accepts."""

    algorithm: str
    lock: str


def cases() -> List[Case]:
    """Reads the file: `=== title`, the tables, `---`, and a statement a line.

    `?` before a statement: the rules can't tell. `>`: they say more than the server does.
    """
    with open(FILE, encoding="utf-8") as file:
        texts = re.split("^=== ", file.read(), flags=re.MULTILINE)[1:]
    found = []
    for text in texts:
        title, _, rest = text.partition("\n")
        tables, _, lines = rest.partition("---\n")
        setup = [each for each in tables.split(";\n") if each.strip()]
        for line in lines.splitlines():
            mark, statement = (line[0], line[2:]) if line[:2] in ("? ", "> ") else ("", line)
            if statement:
                found.append(Case(title, setup, statement, mark))
    return found


def schema_of(tables: List[str], version: Any, is_mariadb: bool = True) -> Schema:
    """Returns the schema after some statements."""
    schema = Schema()
    schema.version, schema.is_mariadb = tuple(version), is_mariadb
    for text in tables:
        for effect in statements.read(text, "mysql", None, schema).effects:
            if effect.change is not None:
                schema.apply(effect.change)
    return schema


def said(statement: str, schema: Schema, dialect: str = "mysql") -> List[TableLock]:
    """Returns what the rules say of a statement."""
    reading = statements.read(statement, dialect, None, schema)
    assert not reading.problems, reading.problems
    return locks_of(reading.effects, schema, dialect)


def with_clauses(statement: str, algorithm: str, level: str) -> str:
    """Returns a statement that is refused if the server needs more than this."""
    clauses = "algorithm=%s, lock=%s" % (algorithm, level)
    before = "alter table t "
    if statement.startswith(before):
        return "%s%s, %s" % (before, clauses, statement[len(before) :])
    return "%s %s" % (statement, clauses.replace(",", ""))


class Server:
    """A connection to a database of its own, which is dropped at the end."""

    def __init__(self, url: str, name: str) -> None:
        server = sa.make_url(url).set(database="information_schema")
        self.engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
        self.name = name
        self.live = self.engine.connect()
        self.run("create database %s character set latin1" % name)
        self.run("use %s" % name)
        self.version = self.live.dialect.server_version_info

    def close(self) -> None:
        self.run("drop database %s" % self.name)
        self.live.close()
        self.engine.dispose()

    def run(self, text: str) -> Any:
        return self.live.exec_driver_sql(text.replace("%", "%%"))

    def make(self, tables: List[str]) -> None:
        """Drops all tables, and makes these."""
        self.run("set foreign_key_checks=0")
        for (name,) in self.run("show tables").all():
            self.run("drop table `%s`" % name)
        self.run("set foreign_key_checks=1")
        for text in tables:
            self.run(text)

    def asked(self, case: Case) -> Answer:
        """Asks for less and less until the server accepts: what is refused changes nothing."""
        self.make(case.tables)
        for algorithm in ALGORITHMS:
            for level in LEVELS:
                if self.accepts(with_clauses(case.statement, algorithm, level)):
                    return Answer(algorithm, level)
        raise AssertionError("the server refuses %s in every way" % case.statement)

    def accepts(self, text: str) -> bool:
        try:
            self.run(text)
        except sa.exc.DBAPIError as error:
            if error.orig is None or error.orig.args[0] not in REFUSED:
                raise
            return False
        return True


def difference(found: TableLock, answer: Answer, mark: str) -> Optional[str]:
    """Returns how the rules differ from the server, `None` if they don't."""
    rewrites = answer.algorithm in ("inplace", "copy")
    # A new name needs the strongest lock, for a moment only.
    level = "none" if answer == Answer("instant", "exclusive") else answer.lock
    expected = ("yes" if rewrites else "no", level.upper())
    actual = (found.rewrites, found.mode)
    if mark == "?":
        return None if found.rewrites == "unknown" or found.mode is None else "is known"
    if mark == ">":
        return None if found.rewrites == "yes" and actual != expected else "says no more"
    if actual != expected:
        return "the rules say %s, the server %s" % (actual, expected)
    if answer.algorithm == "instant" and found.scans != "no":
        return "the rules say that rows are read"
    if rewrites and found.scans != "yes":
        return "the rules don't say that rows are read"
    return None
