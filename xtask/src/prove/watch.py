"""The tables that statements of this process write, with or without rows.

Every connection counts, such as one that env.py opens.
"""

import database
import sqlalchemy as sa


class Watch:
    def __init__(self):
        self.written = set()
        sa.event.listen(sa.pool.Pool, "connect", self.opened)
        sa.event.listen(sa.engine.Engine, "commit", self.before_commit)

    def take(self):
        """Returns the tables written since the last call."""
        written, self.written = self.written, set()
        return written

    def opened(self, driver, record):
        import sqlite3

        if isinstance(driver, sqlite3.Connection):
            codes = {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}

            def authorize(code, first, second, name, trigger):
                if code in codes and first and not first.startswith("sqlite_"):
                    self.written.add((None, first))
                if code == sqlite3.SQLITE_ALTER_TABLE and second:
                    self.written.add((None, second))
                return sqlite3.SQLITE_OK

            driver.set_authorizer(authorize)

    def before_commit(self, connection):
        """A lock for writing stays until the transaction ends."""
        if connection.dialect.name != "postgresql":
            return
        try:
            cursor = connection.connection.cursor()
            cursor.execute(database.Postgres.LOCKS)
            self.written.update((None if schema == "public" else schema, name) for schema, name in cursor.fetchall())
            cursor.close()
        except Exception:
            pass
