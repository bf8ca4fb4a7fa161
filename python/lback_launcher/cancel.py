"""Stops the statement that runs when lback asks for it, where the driver doesn't do so when it is interrupted.

psycopg cancels its statement at SIGINT, asyncio's drivers do at the end of their task. Drivers written in C see nothing before the statement has
ended, and MySQL's server goes on without its client. So for these, and only while a step of a migration runs, a thread waits for lback's word.
"""

import sys
import threading
import time

#: Seconds that SIGINT, which lback sends along, is given to arrive: the run shall end by it, not by an error that the project may handle.
HEAD_START = 0.1

#: Seconds that the end of the process waits for a cancellation under way, and for one that was announced.
PATIENCE = 5
ANNOUNCED = 0.25

MYSQL = {"pymysql", "mysqldb", "mysqlconnector", "mariadbconnector", "cymysql", "pyodbc"}


class Listener:
    def __init__(self, channel):
        self.channel = channel
        self.current = None
        self.asked = threading.Event()
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.listen, name="lback-cancel", daemon=True)
        self.thread.start()

    def listen(self):
        message = self.channel.receive()
        if message is None or message.get("type") != "cancel":
            return
        self.asked.set()
        time.sleep(HEAD_START)
        stop = self.current
        try:
            if stop is not None:
                stop()
        except Exception as error:
            self.channel.report("not_cancelled", why="%s: %s" % (type(error).__name__, error))
        finally:
            self.done.set()


listener = None


def step_begins(channel, context):
    """A statement of this step may be stopped from now on."""
    global listener
    stop = way_to_stop(context.dialect, context.connection)
    if stop is None:
        return
    if listener is None:
        listener = Listener(channel)
    listener.current = stop


def step_ended():
    if listener is not None:
        listener.current = None


def way_to_stop(dialect, connection):
    """A function that stops what runs on this connection, to be called from another thread; `None` where none is needed, or known."""
    pooled = connection.connection
    driver = getattr(pooled, "driver_connection", None) or pooled
    name = getattr(dialect, "driver", None)
    if dialect.name == "sqlite":
        # aiosqlite has the connection within.
        return getattr(getattr(driver, "_conn", driver), "interrupt", None)
    if dialect.name == "postgresql" and name in ("psycopg2", "psycopg2cffi"):
        return driver.cancel
    if dialect.name == "postgresql" and name == "pg8000":
        from .locks.postgresql import backend_of_driver

        return on_another_connection(connection, "select pg_cancel_backend(%d)" % backend_of_driver(driver))
    if dialect.name in ("mysql", "mariadb") and name in MYSQL:
        return on_another_connection(connection, "kill query %d" % session(pooled))
    return None


def session(pooled):
    cursor = pooled.cursor()
    try:
        cursor.execute("select connection_id()")
        return cursor.fetchone()[0]
    finally:
        cursor.close()


def on_another_connection(connection, sql):
    """Connects as the project's engine does."""
    pool = connection.engine.pool

    def stop():
        other = pool.recreate().connect()
        try:
            cursor = other.cursor()
            cursor.execute(sql)
            cursor.close()
        finally:
            other.close()

    return stop


def at_end():
    if listener is None:
        return
    interrupted = isinstance(sys.exc_info()[1], KeyboardInterrupt)
    if listener.asked.wait(ANNOUNCED if interrupted else 0):
        listener.done.wait(PATIENCE)
