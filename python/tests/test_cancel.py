"""Tests of what stops a running statement."""

import sqlite3
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy.pool import NullPool

from lback_launcher import cancel


def test_a_closed_connection_of_sqlite_has_nothing_to_stop() -> None:
    engine = sqlalchemy.create_engine("sqlite://", poolclass=NullPool)
    with engine.connect() as connection:
        stop = cancel.way_to_stop(engine.dialect, connection)
        assert stop is not None
        stop()
    stop()


class Driver:
    """A connection as psycopg2's, whose server can't be reached."""

    closed = 0
    in_transaction = False

    def cancel(self) -> None:
        raise OSError("no route to the server")


def test_a_statement_that_can_not_be_stopped_is_an_error() -> None:
    driver: Any = Driver()
    with pytest.raises(OSError, match="no route"):
        cancel.unless_closed(driver, driver.cancel)()
    driver.closed = 1
    cancel.unless_closed(driver, driver.cancel)()


def test_an_interrupt_of_sqlite_stops_a_statement() -> None:
    connection = sqlite3.connect(":memory:")
    stop = cancel.unless_closed(connection, connection.interrupt)
    connection.set_progress_handler(stop, 1000)
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        connection.execute(endless).fetchone()
