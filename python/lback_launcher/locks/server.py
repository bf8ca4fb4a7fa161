"""What the locks of PostgreSQL and MySQL have in common: statements on the driver's own connection."""


class ServerLock:
    scope = "connection"
    process = None
    closes = False
    past = None

    def __init__(self, connection):
        self.sqlalchemy = connection
        pooled = connection.connection
        # What SQLAlchemy talks to, and what a project would call the connection: the same, but for asynchronous drivers.
        self.connection = getattr(pooled, "dbapi_connection", None) or pooled
        self.driver = getattr(pooled, "driver_connection", None) or self.connection

    def row(self, sql):
        cursor = self.connection.cursor()
        try:
            cursor.execute(sql)
            return cursor.fetchone()
        finally:
            cursor.close()

    def run(self, sql):
        cursor = self.connection.cursor()
        try:
            cursor.execute(sql)
        finally:
            cursor.close()

    def guarded(self, act):
        """Does something that may fail, without consequences for the transaction."""
        return act()

    def sees_the_past(self):
        """Whether the transaction's isolation shows the database as it was at its first statement."""
        if self.past is None:
            level = self.sqlalchemy.dialect.get_isolation_level(self.connection)
            self.past = level.upper().replace("-", " ") in ("REPEATABLE READ", "SERIALIZABLE")
        return self.past
