"""Facts about tables of PostgreSQL. `LBACK_TEST_POSTGRES` names the server of the suite."""

import importlib
import os
import uuid
from typing import Any, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from test_facts import ODD_NAMES

from lback_planner.facts import postgresql
from lback_planner.facts.table_facts import TableFacts
from lback_planner.model import Name

pytestmark = pytest.mark.per_sqlalchemy
POSTGRESQL = os.environ.get("LBACK_TEST_POSTGRES")
DRIVER = "psycopg2" if sa.__version__.startswith("1.") else "psycopg"


@pytest.mark.skipif(not POSTGRESQL, reason="LBACK_TEST_POSTGRES names no server")
class TestPostgresql:
    @pytest.fixture
    def place(self) -> Iterator[Any]:
        """A URL of a database of its own."""
        driver = importlib.import_module(DRIVER)
        assert POSTGRESQL is not None
        host = parse_qs(urlsplit(POSTGRESQL).query)["host"][0]
        name = "facts_%s" % uuid.uuid4().hex[:8]
        server = driver.connect(host=host, user="postgres", dbname="postgres")
        server.autocommit = True
        server.cursor().execute("create database %s" % name)
        yield "postgresql+%s://postgres@/%s?host=%s" % (DRIVER, name, host)
        server.cursor().execute("drop database %s with (force)" % name)
        server.close()

    @pytest.fixture
    def live(self, place: Any) -> Iterator[Any]:
        engine = sa.create_engine(place)
        with engine.connect() as connection:
            yield connection
        engine.dispose()

    def test_sizes(self, live: Any) -> None:
        live.exec_driver_sql("create table t (id int primary key)")
        live.exec_driver_sql("insert into t select * from generate_series(1, 5000)")
        live.exec_driver_sql("create table empty (id int)")
        names = [Name("t"), Name("empty"), Name("missing"), Name("t", "public"), Name("t", "other")]
        found = postgresql.facts_of(live, names)
        assert found[Name("t")].rows is None and (found[Name("t")].table_bytes or 0) > 100_000
        assert found[Name("empty")].rows == 0
        assert [found[name].exists for name in names] == [True, True, False, True, False]
        live.exec_driver_sql("analyze t")
        found = postgresql.facts_of(live, [Name("t")])
        assert found[Name("t")].rows == 5000 and (found[Name("t")].index_bytes or 0) > 50_000

    @pytest.mark.parametrize("name", [*ODD_NAMES, "x\\'; create table broken (); --", "€" * 15])
    @pytest.mark.parametrize("conforming", ["on", "off"])
    def test_odd_names(self, live: Any, name: str, conforming: str) -> None:
        """A name can't end the literal that it is in, whatever an escape means."""
        table = '"%s"' % name.replace('"', '""').replace("%", "%%")
        live.exec_driver_sql("create table %s (id int)" % table)
        live.exec_driver_sql("set standard_conforming_strings = %s" % conforming)
        assert postgresql.facts_of(live, [Name(name)])[Name(name)].exists
        assert not postgresql.facts_of(live, [Name("broken")])[Name("broken")].exists

    def test_a_table_beyond_the_default_schema(self, live: Any) -> None:
        live.exec_driver_sql("create schema later")
        live.exec_driver_sql("create table later.t (id int)")
        live.exec_driver_sql("set search_path = public, later")
        assert postgresql.facts_of(live, [Name("t")])[Name("t")].exists

    def test_partitions_are_summed(self, live: Any) -> None:
        live.exec_driver_sql("create table p (id int) partition by range (id)")
        for low in (0, 1000):
            bounds = "from (%d) to (%d)" % (low, low + 1000)
            live.exec_driver_sql("create table p%d partition of p for values %s" % (low, bounds))
        live.exec_driver_sql("insert into p select * from generate_series(0, 1999)")
        live.exec_driver_sql("analyze p0, p1000")
        found = postgresql.facts_of(live, [Name("p")])[Name("p")]
        assert (found.rows, found.partitioned) == (2000, True)

    def test_a_locked_table_is_not_waited_for(self, live: Any, place: Any) -> None:
        live.exec_driver_sql("create table t (id int)")
        live.exec_driver_sql("commit")
        other = sa.create_engine(place)
        with other.connect() as holder:
            holder.exec_driver_sql("begin")
            holder.exec_driver_sql("lock table t")
            live.exec_driver_sql("set lock_timeout = '2s'")
            found = postgresql.facts_of(live, [Name("t")])[Name("t")]
            assert found == TableFacts(True, None, None, None, False)
            holder.exec_driver_sql("rollback")
        other.dispose()
