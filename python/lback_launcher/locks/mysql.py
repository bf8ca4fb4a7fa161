"""MySQL and MariaDB: a named lock, which belongs to the session. Its name has the database in it, since names are the server's."""

from . import base
from .server import ServerLock

#: Names may have 64 characters. Databases whose names begin alike share a lock, at worst.
NAME = "left(concat('lback:', coalesce(database(), '')), 64)"

#: Among the flags of the protocol (`SERVER_STATUS_IN_TRANS`).
IN_TRANSACTION = 1


class Lock(ServerLock):
    def __init__(self, connection):
        super().__init__(connection)
        #: Nothing was read in this transaction yet. Then it can be ended at driver level after each look.
        self.is_idle = not self.in_transaction()
        self.session, self.server = self.row("select connection_id(), concat(@@hostname, ':', @@port, ':', @@datadir)")

    def attempt(self):
        (got,) = self.row("select get_lock(%s, 0)" % NAME)
        if got is None:
            raise base.Unsupported("the server gives no lock")
        return bool(got)

    def guarded(self, act):
        """Does something without consequences for the transaction. REPEATABLE READ, the default here, shows the database as it was at the first
        look for as long as the transaction lasts: so that must not be what the run sees once it has the lock."""
        try:
            return act()
        finally:
            if self.is_idle:
                self.connection.rollback()

    def look(self):
        (holder,) = self.row("select is_used_lock(%s)" % NAME) or (None,)
        return holder

    def is_own(self):
        holder = self.look()
        others = (other for other in base.held.values() if isinstance(other, Lock))
        return any((other.session, other.server) == (holder, self.server) for other in others)

    def holder(self):
        try:
            holder = self.look()
            if holder is None:
                return None
            # Other users' connections are only shown to who may see them.
            row = self.row("select concat(', user ', user, ' from ', host) from information_schema.processlist where id = %d" % holder)
            return "connection %d%s" % (holder, row[0] if row else "")
        except Exception:
            return None

    def hindrance(self):
        """Why there is no use in waiting; `None` where there is some."""
        if not self.in_transaction():
            return None
        # What a transaction has read can't be altered before its end. Whether the other run wants to, only few users may ask.
        return "stale" if self.sees_the_past() else "blocking"

    def in_transaction(self):
        """Whether something was read or written in this transaction."""
        if getattr(self.sqlalchemy.dialect, "is_mariadb", False):
            return bool(self.row("select @@in_transaction")[0])
        # Drivers keep the server's flags, but not all of them look for them in an answer that has rows.
        self.run("do 0")
        flags = getattr(self.driver, "server_status", None)
        if isinstance(flags, int):
            return bool(flags & IN_TRANSACTION)
        told = getattr(self.driver, "in_transaction", None)
        if isinstance(told, bool):
            return told
        return self.sqlalchemy.in_transaction()

    def release(self):
        if not self.closes:
            self.row("select release_lock(%s)" % NAME)
