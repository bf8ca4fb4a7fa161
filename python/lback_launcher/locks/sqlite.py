"""SQLite: a file beside the database, locked by the operating system.

The system unlocks it when the process ends, however it ends. The file's content only tells others
who holds it. Its holder removes it; one that a killed process left is locked and removed by the
next run.
"""

from __future__ import annotations

import os
import time

from ..compat import drivers
from ..diagnostics import ignored
from . import base

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


class SqliteLock(base.DatabaseLock):
    """A lock on a file."""

    scope = "file"

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        database = self.database_file()
        if not database:
            raise base.NotNeeded
        # Not every system has it.
        import fcntl

        def flock(descriptor: int) -> None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

        self.flock = flock
        self.path = os.path.realpath(database) + "-lback-lock"
        self.descriptor: int | None = None

    def database_file(self) -> str | None:
        """Returns the database's file, whatever the URL says; empty for a database in memory."""
        cursor = self.connection.cursor()
        try:
            cursor.execute("pragma database_list")
            files: list[str] = [row[2] for row in cursor.fetchall() if row[1] == "main"]
        finally:
            cursor.close()
        return files[0] if files else None

    def attempt(self) -> bool:
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
            # The holder removed the file between these two steps: a lock on it keeps no other run
            # out.
            os.close(descriptor)
        self.descriptor = descriptor
        self.sign(descriptor)
        return True

    def open(self) -> int:
        """Opens the file, and creates it if it is missing."""
        flags = os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            return os.open(self.path, os.O_RDWR | os.O_CREAT | flags, 0o666)
        except PermissionError:
            # Another user's file can be locked all the same.
            return os.open(self.path, os.O_RDONLY | flags)

    def is_still(self, descriptor: int) -> bool:
        """Returns whether the open file is the one at the path."""
        try:
            return os.path.samestat(os.fstat(descriptor), os.stat(self.path))
        except FileNotFoundError:
            return False

    def sign(self, descriptor: int) -> None:
        """Writes who holds the lock, for runs that wait."""
        since = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
        text = "process %d on %s, since %s" % (os.getpid(), os.uname().nodename, since)
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, text.encode("utf-8", "replace"), 0)
        except OSError as error:
            ignored(
                error, "another user's file can't be written; runs that wait then see no holder"
            )

    def holder(self) -> str | None:
        try:
            with open(self.path, "rb") as file:
                return file.read(500).decode("utf-8", "replace") or None
        except OSError:
            return None

    def is_own(self) -> bool:
        others = (other for other in base.held.values() if isinstance(other, SqliteLock))
        return any(other.path == self.path for other in others)

    def reason_not_to_wait(self) -> str | None:
        # The project's transaction has written, so that no other run can write before it ends.
        return "blocking" if drivers.sqlite_in_transaction(self.driver) else None

    def release(self) -> None:
        descriptor, self.descriptor = self.descriptor, None
        if descriptor is None:
            return
        if self.is_still(descriptor):
            os.unlink(self.path)
        os.close(descriptor)
