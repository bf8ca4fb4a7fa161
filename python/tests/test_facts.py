"""Facts about tables: what the catalogues of SQLite and MariaDB say of them.

SQLite always takes part. `LBACK_TEST_MARIADB` names the server of the suite; without it, it is left
out.
"""

import os
import uuid
from typing import Any, Iterator

import pytest
import sqlalchemy as sa

from lback_planner.facts import mysql, sqlite
from lback_planner.facts.table_facts import TableFacts
from lback_planner.model import Name

pytestmark = pytest.mark.per_sqlalchemy
SERVER = os.environ.get("LBACK_TEST_MARIADB")
ODD_NAMES = [
    "select",
    "a b",
    "a`b",
    'a"b',
    "a'b",
    "a%b",
    "a%sb",
    "a\\b",
    "ä",
    "a.b",
    "a;b",
    "$a",
    ":a",
]


def name_in(names: Any, text: str) -> Any:
    return next(found for name, found in names.items() if name.name == text)


class TestSqlite:
    @pytest.fixture
    def live(self, tmp_path: Any) -> Iterator[Any]:
        engine = sa.create_engine("sqlite:///%s" % (tmp_path / "main"))
        with engine.connect() as connection:
            connection.exec_driver_sql("attach database '%s' as aux" % (tmp_path / "aux"))
            yield connection
        engine.dispose()

    def test_rows(self, live: Any) -> None:
        live.exec_driver_sql("create table t (id integer primary key)")
        live.exec_driver_sql("insert into t values (1), (2), (3)")
        live.exec_driver_sql("create table empty (id integer)")
        found = sqlite.facts_of(live, [Name("t"), Name("empty"), Name("missing")])
        assert found == {
            Name("t"): TableFacts(True, 3, partitioned=False),
            Name("empty"): TableFacts(True, 0, partitioned=False),
            Name("missing"): TableFacts(False),
        }

    def test_numbers_that_are_no_count(self, live: Any) -> None:
        """The numbers between the lowest and the highest are an estimate from above."""
        live.exec_driver_sql("create table few (id integer primary key)")
        live.exec_driver_sql("insert into few values (7), (9000)")
        live.exec_driver_sql("create table below (id integer primary key)")
        live.exec_driver_sql("insert into below values (-3), (-2)")
        live.exec_driver_sql("create table wide (id text primary key) without rowid")
        found = sqlite.facts_of(live, [Name("few"), Name("below"), Name("wide")])
        assert found[Name("few")].rows == 8994
        assert found[Name("below")].rows == 2
        assert found[Name("wide")].rows is None
        assert found[Name("wide")].exists

    def test_columns_called_as_the_number(self, live: Any) -> None:
        live.exec_driver_sql("create table t (rowid text, oid text)")
        live.exec_driver_sql("insert into t values ('z', 'y'), ('x', 'y')")
        live.exec_driver_sql("create table all_three (rowid text, oid text, _rowid_ text)")
        found = sqlite.facts_of(live, [Name("t"), Name("all_three")])
        assert found[Name("t")].rows == 2
        assert found[Name("all_three")] == TableFacts(True, None, partitioned=False)

    @pytest.mark.parametrize("name", ODD_NAMES)
    def test_odd_names(self, live: Any, name: str) -> None:
        quoted = '"%s"' % name.replace('"', '""')
        live.connection.cursor().execute("create table %s (id integer)" % quoted)
        live.connection.cursor().execute("insert into %s values (1)" % quoted)
        assert sqlite.facts_of(live, [Name(name)])[Name(name)].rows == 1

    def test_case(self, live: Any) -> None:
        """A name means the same table in any case; SQLite knows only the case of ASCII."""
        live.exec_driver_sql("create table Users (id integer)")
        live.exec_driver_sql("insert into Users values (1)")
        for name in ("users", "USERS", "Users"):
            assert sqlite.facts_of(live, [Name(name)])[Name(name)].rows == 1

    def test_other_databases(self, live: Any) -> None:
        live.exec_driver_sql("create table aux.t (id integer)")
        live.exec_driver_sql("insert into aux.t values (1)")
        live.exec_driver_sql("create temp table passing (id integer)")
        names = [Name("t", "aux"), Name("t"), Name("t", "main"), Name("t", "none")]
        found = sqlite.facts_of(live, [*names, Name("passing"), Name("passing", "temp")])
        assert found[Name("t", "aux")].rows == 1
        # Without a schema, SQLite looks in all databases.
        assert found[Name("t")].rows == 1
        assert not found[Name("t", "main")].exists
        # What can't be asked leaves the others alone.
        assert Name("t", "none") not in found
        assert found[Name("passing")].exists
        assert found[Name("passing", "temp")].exists

    def test_views_and_virtual_tables(self, live: Any) -> None:
        live.exec_driver_sql("create table t (id integer)")
        live.exec_driver_sql("create view v as select * from t")
        live.exec_driver_sql("create index ix on t (id)")
        found = sqlite.facts_of(live, [Name("v"), Name("ix")])
        assert found[Name("v")] == TableFacts(True)
        # An index isn't a table.
        assert found[Name("ix")] == TableFacts(False)

    def test_no_transaction_begins(self, live: Any) -> None:
        live.exec_driver_sql("create table t (id integer)")
        live.connection.commit()
        sqlite.facts_of(live, [Name("t")])
        assert not live.connection.in_transaction


@pytest.mark.skipif(not SERVER, reason="LBACK_TEST_MARIADB names no server")
class TestMariaDB:
    @pytest.fixture(scope="class")
    def place(self) -> Iterator[Any]:
        """Yields the name of a database, and an engine that is in it. There is another one."""
        name = "Lback_facts_%s" % uuid.uuid4().hex[:8]
        url = sa.make_url(str(SERVER)).set(database="information_schema")
        server = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with server.connect() as live:
            live.exec_driver_sql("create database `%s`" % name)
            live.exec_driver_sql("create database `%s_2`" % name)
        engine = sa.create_engine(url.set(database=name), isolation_level="AUTOCOMMIT")
        yield name, engine
        with server.connect() as live:
            live.exec_driver_sql("drop database `%s`" % name)
            live.exec_driver_sql("drop database `%s_2`" % name)
        engine.dispose()
        server.dispose()

    @pytest.fixture
    def live(self, place: Any) -> Iterator[Any]:
        with place[1].connect() as connection:
            yield connection

    def test_rows_and_bytes(self, live: Any) -> None:
        live.exec_driver_sql("create table counted (id int primary key, s varchar(99), key (s))")
        live.exec_driver_sql("insert into counted select seq, repeat('x', 90) from seq_1_to_2000")
        live.exec_driver_sql("analyze table counted")
        found = mysql.facts_of(live, [Name("counted"), Name("missing")])
        table = found[Name("counted")]
        assert table.exists and table.partitioned is False
        assert table.rows is not None and 1000 < table.rows < 4000
        assert table.table_bytes is not None and table.table_bytes >= 2000 * 90
        assert table.index_bytes is not None and table.index_bytes > 16384
        assert found[Name("missing")] == TableFacts(False)

    def test_partitions(self, live: Any) -> None:
        live.exec_driver_sql(
            "create table parts (id int primary key) partition by hash (id) partitions 3"
        )
        live.exec_driver_sql("insert into parts values (1), (2), (3), (4)")
        live.exec_driver_sql("analyze table parts")
        table = mysql.facts_of(live, [Name("parts")])[Name("parts")]
        assert table.partitioned is True and table.rows == 4

    @pytest.mark.parametrize("name", ODD_NAMES)
    def test_odd_names(self, live: Any, name: str) -> None:
        quoted = "`%s`" % name.replace("`", "``").replace("%", "%%")
        live.exec_driver_sql("create table %s (id int)" % quoted)
        assert mysql.facts_of(live, [Name(name)])[Name(name)].exists

    @pytest.mark.parametrize("mode", ["ANSI_QUOTES", "NO_BACKSLASH_ESCAPES", "PIPES_AS_CONCAT", ""])
    def test_modes(self, live: Any, mode: str) -> None:
        live.exec_driver_sql("create table if not exists plain (id int)")
        live.exec_driver_sql("set sql_mode = '%s'" % mode)
        assert mysql.facts_of(live, [Name("plain")])[Name("plain")].exists
        live.exec_driver_sql("set sql_mode = default")

    @pytest.mark.parametrize("charset", ["latin1", "utf8mb3", "utf8mb4", "ucs2_result"])
    def test_charsets(self, live: Any, charset: str) -> None:
        """The connection's collation doesn't matter."""
        live.exec_driver_sql("create table if not exists `größe` (id int)")
        if charset == "ucs2_result":
            live.exec_driver_sql("set collation_connection = utf8mb4_bin")
        else:
            live.exec_driver_sql("set character_set_connection = %s" % charset)
        assert mysql.facts_of(live, [Name("größe")])[Name("größe")].exists
        live.exec_driver_sql("set names utf8mb4")

    def test_case(self, live: Any) -> None:
        """Facts tell names apart by their case if the server does."""
        live.exec_driver_sql("create table Upper (id int primary key)")
        live.exec_driver_sql("create table lower (id int primary key)")
        sensitive = live.exec_driver_sql("select @@lower_case_table_names").scalar() == 0
        names = [Name("Upper"), Name("upper"), Name("LOWER"), Name("lower")]
        found = mysql.facts_of(live, names)
        assert found[Name("Upper")].exists and found[Name("lower")].exists
        assert found[Name("upper")].exists == (not sensitive)
        assert found[Name("LOWER")].exists == (not sensitive)

    def test_two_tables_that_differ_in_case(self, live: Any) -> None:
        if live.exec_driver_sql("select @@lower_case_table_names").scalar() != 0:
            pytest.skip("the server doesn't tell them apart")
        live.exec_driver_sql("create table Twin (id int primary key)")
        live.exec_driver_sql("create table twin (id int primary key) partition by hash (id)")
        found = mysql.facts_of(live, [Name("Twin"), Name("twin")])
        assert found[Name("Twin")].partitioned is False
        assert found[Name("twin")].partitioned is True

    def test_another_database(self, live: Any, place: Any) -> None:
        other = "%s_2" % place[0]
        live.exec_driver_sql("create table `%s`.there (id int)" % other)
        live.exec_driver_sql("create table `here` (id int)")
        names = [Name("there", other), Name("there"), Name("here"), Name("here", place[0])]
        found = mysql.facts_of(live, [*names, Name("here", other), Name("x", "no_database")])
        assert [found[name].exists for name in names] == [True, False, True, True]
        assert not found[Name("here", other)].exists
        assert not found[Name("x", "no_database")].exists

    def test_the_same_name_in_both_databases(self, live: Any, place: Any) -> None:
        other = "%s_2" % place[0]
        live.exec_driver_sql("create table `%s`.both (id int primary key)" % other)
        live.exec_driver_sql("create table `both` (id int primary key) partition by hash (id)")
        found = mysql.facts_of(live, [Name("both", other), Name("both"), Name("both", place[0])])
        assert found[Name("both", other)].partitioned is False
        assert found[Name("both")].partitioned is True
        assert found[Name("both", place[0])].partitioned is True

    def test_views_and_sequences(self, live: Any) -> None:
        live.exec_driver_sql("create table base (id int)")
        live.exec_driver_sql("create view seen as select * from base")
        found = mysql.facts_of(live, [Name("seen")])[Name("seen")]
        assert found.exists and found.rows is None and found.partitioned is None

    def test_a_view_that_is_broken(self, live: Any) -> None:
        live.exec_driver_sql("create table under_it (id int)")
        live.exec_driver_sql("create view broken as select * from under_it")
        live.exec_driver_sql("drop table under_it")
        found = mysql.facts_of(live, [Name("broken"), Name("under_it")])
        assert found[Name("broken")].exists
        assert not found[Name("under_it")].exists

    def test_no_database(self, place: Any) -> None:
        url = place[1].url.set(database="information_schema")
        engine = sa.create_engine(url)
        with engine.connect() as live:
            assert mysql.facts_of(live, [Name("no_table")])[Name("no_table")] == TableFacts(False)
        engine.dispose()

    def test_no_permission(self, live: Any, place: Any) -> None:
        """A table that the account may not see isn't said to be missing."""
        live.exec_driver_sql("create table hidden (id int)")
        live.exec_driver_sql("create table shown (id int)")
        user = "u_%s" % uuid.uuid4().hex[:8]
        live.exec_driver_sql("create user %s@localhost identified by 'secret'" % user)
        live.exec_driver_sql("grant select on `%s`.shown to %s@localhost" % (place[0], user))
        url = place[1].url.set(username=user, password="secret")
        engine = sa.create_engine(url)
        try:
            with engine.connect() as own:
                found = mysql.facts_of(own, [Name("hidden"), Name("shown")])
            assert found[Name("shown")].exists
            assert Name("hidden") not in found
        finally:
            engine.dispose()
            live.exec_driver_sql("drop user %s@localhost" % user)

    def test_an_account_of_one_database(self, live: Any, place: Any) -> None:
        """An account sees all tables there: one that it doesn't see is missing."""
        user = "u_%s" % uuid.uuid4().hex[:8]
        live.exec_driver_sql("create user '%s'@'%%%%' identified by 'secret'" % user)
        live.exec_driver_sql("create user '%s'@localhost identified by 'secret'" % user)
        live.exec_driver_sql("grant all on `%s`.* to '%s'@localhost" % (place[0], user))
        engine = sa.create_engine(place[1].url.set(username=user, password="secret"))
        try:
            with engine.connect() as own:
                names = [Name("missing"), Name("missing", "mysql")]
                assert mysql.facts_of(own, names) == {Name("missing"): TableFacts(False)}
        finally:
            engine.dispose()
            live.exec_driver_sql("drop user '%s'@localhost, '%s'@'%%%%'" % (user, user))
