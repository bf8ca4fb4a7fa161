"""Stops the statement that runs at lback's request, if the driver can't be interrupted.

psycopg cancels its statement at SIGINT, and asyncio's drivers do at the end of their task. Drivers
written in C notice nothing before the statement has ended, and MySQL's server goes on without its
client. For these, and only while a step of a migration runs, a thread waits for lback's message.
"""

from __future__ import annotations

import sys
import threading
import time

from .compat import drivers
from .diagnostics import summary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from alembic.runtime.migration import MigrationContext
    from sqlalchemy.engine import Connection, Dialect

    from .channel import Channel

    Stop = Callable[[], object]

#: Seconds that SIGINT, which lback sends along, gets to arrive first: the run ends by it, not by an
#: error that the project may handle.
HEAD_START = 0.1

#: Seconds that the end of the process waits for a cancellation that goes on.
PATIENCE = 5
#: Seconds that the end of an interrupted process waits for a request to cancel.
ANNOUNCED = 0.25

#: The drivers of MySQL and MariaDB whose statements are stopped by `KILL QUERY`.
MYSQL_DRIVERS = {"pymysql", "mysqldb", "mysqlconnector", "mariadbconnector", "cymysql", "pyodbc"}


class CancelListener:
    """A thread that waits for lback's request to cancel."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        #: What stops the statement of the step that runs.
        self.stop: Stop | None = None
        self.asked = threading.Event()
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.listen, name="lback-cancel", daemon=True)
        self.thread.start()

    def listen(self) -> None:
        """Waits for the request, and stops the statement."""
        message = self.channel.receive()
        if message is None or message.get("type") != "cancel":
            return
        self.asked.set()
        time.sleep(HEAD_START)
        stop = self.stop
        try:
            if stop is not None:
                stop()
        except Exception as error:
            self.channel.report("not_cancelled", why=summary(error))
        finally:
            self.done.set()


listener: CancelListener | None = None


def step_begins(channel: Channel, context: MigrationContext) -> None:
    """Lets lback stop statements of the step that begins."""
    global listener
    connection = context.connection
    stop = None if connection is None else way_to_stop(context.dialect, connection)
    if stop is None:
        return
    if listener is None:
        listener = CancelListener(channel)
    listener.stop = stop


def step_ended() -> None:
    """Ignores requests to cancel until the next step begins."""
    if listener is not None:
        listener.stop = None


def way_to_stop(dialect: Dialect, connection: Connection) -> Stop | None:
    """Returns a function that stops what runs on this connection, to be called from another thread.

    Returns `None` where none is needed, or none is known.
    """
    pooled = connection.connection
    driver = drivers.driver_connection(pooled)
    name = getattr(dialect, "driver", None)
    if dialect.name == "sqlite":
        interrupt = drivers.sqlite_interrupt(driver)
        return None if interrupt is None else unless_closed(driver, interrupt)
    if dialect.name == "postgresql" and name in ("psycopg2", "psycopg2cffi"):
        return unless_closed(driver, driver.cancel)
    if dialect.name == "postgresql" and name == "pg8000":
        backend = drivers.postgresql_backend(driver)
        return (
            None
            if backend is None
            else on_another_connection(connection, "select pg_cancel_backend(%d)" % backend)
        )
    if dialect.name in ("mysql", "mariadb") and name in MYSQL_DRIVERS:
        return on_another_connection(connection, "kill query %d" % mysql_session(pooled))
    return None


def unless_closed(driver: Any, stop: Stop) -> Stop:
    """Returns a function that stops what runs on a connection, and does nothing on a closed one.

    SIGINT may have ended the step, and closed its connection, before.
    """

    def stop_if_open() -> None:
        try:
            stop()
        except Exception:
            if not drivers.is_closed(driver):
                raise

    return stop_if_open


def mysql_session(pooled: Any) -> int:
    """Returns the server's number of a connection."""
    cursor = pooled.cursor()
    try:
        cursor.execute("select connection_id()")
        return int(cursor.fetchone()[0])
    finally:
        cursor.close()


def on_another_connection(connection: Connection, sql: str) -> Stop:
    """Returns a function that runs a statement on a new connection of the project's engine."""
    pool = connection.engine.pool

    def stop() -> None:
        other = pool.recreate().connect()
        try:
            cursor = other.cursor()
            cursor.execute(sql)
            cursor.close()
        finally:
            other.close()

    return stop


def at_end() -> None:
    """Waits for a cancellation that goes on."""
    if listener is None:
        return
    interrupted = isinstance(sys.exc_info()[1], KeyboardInterrupt)
    if listener.asked.wait(ANNOUNCED if interrupted else 0):
        listener.done.wait(PATIENCE)
