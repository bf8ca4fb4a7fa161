"""SQLite: a file beside the database, locked by the operating system, which unlocks it when the process ends, however it does.

The file is empty of meaning: what counts is the lock on it. Whoever holds it removes it, so that nothing is left behind; one that a killed process left
is locked and removed by the next.
"""

import os
import time

from . import base


class Lock:
    scope = "file"
    process = None
    closes = False

    def __init__(self, connection):
        pooled = connection.connection
        self.connection = getattr(pooled, "dbapi_connection", None) or pooled
        self.driver = getattr(pooled, "driver_connection", None) or self.connection
        database = self.file_of_database()
        if not database:
            raise base.NotNeeded
        # Not every system has it.
        import fcntl

        self.flock = lambda descriptor: fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.path = os.path.realpath(database) + "-lback-lock"
        self.descriptor = None

    def file_of_database(self):
        """The file itself, whatever the URL says; empty for a database in memory."""
        cursor = self.connection.cursor()
        try:
            cursor.execute("pragma database_list")
            files = [row[2] for row in cursor.fetchall() if row[1] == "main"]
        finally:
            cursor.close()
        return files[0] if files else None

    def attempt(self):
        while True:
            descriptor = self.open()
            try:
                self.flock(descriptor)
            except BlockingIOError:
                os.close(descriptor)
                return False
            except BaseException:
                os.close(descriptor)
                raise
            if self.is_still(descriptor):
                break
            # The holder removed the file between these two steps: a lock on it keeps nobody out.
            os.close(descriptor)
        self.descriptor = descriptor
        self.sign()
        return True

    def open(self):
        flags = os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            return os.open(self.path, os.O_RDWR | os.O_CREAT | flags, 0o666)
        except PermissionError:
            # Another user's. It can be locked all the same.
            return os.open(self.path, os.O_RDONLY | flags)

    def is_still(self, descriptor):
        try:
            return os.path.samestat(os.fstat(descriptor), os.stat(self.path))
        except FileNotFoundError:
            return False

    def sign(self):
        """Says who holds it, for those who wait."""
        since = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
        text = "process %d on %s, since %s" % (os.getpid(), os.uname().nodename, since)
        try:
            os.ftruncate(self.descriptor, 0)
            os.pwrite(self.descriptor, text.encode("utf-8", "replace"), 0)
        except OSError:
            pass

    def holder(self):
        try:
            with open(self.path, "rb") as file:
                return file.read(500).decode("utf-8", "replace") or None
        except OSError:
            return None

    def is_own(self):
        others = (other for other in base.held.values() if isinstance(other, Lock))
        return any(other.path == self.path for other in others)

    def guarded(self, act):
        return act()

    def hindrance(self):
        """Why there is no use in waiting; `None` where there is some."""
        # The project's transaction has written: nobody else can meanwhile.
        return "blocking" if getattr(self.driver, "in_transaction", False) is True else None

    def release(self):
        descriptor, self.descriptor = self.descriptor, None
        if descriptor is None:
            return
        if self.is_still(descriptor):
            os.unlink(self.path)
        os.close(descriptor)
