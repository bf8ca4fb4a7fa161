"""The channel to lback: a socket that carries one JSON document a line in both directions.

The first line that lback sends is no JSON: it names the folder of the import cache.
"""

from __future__ import annotations

import os
import sys

from .diagnostics import ignored

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Channel:
    """The launcher's end of the channel.

    `report` never raises: a run goes on whether or not lback still listens.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.identity = identity_of(descriptor)
        #: Whether a report could not be sent.
        self.is_broken = False
        self.received = b""

    @classmethod
    def from_stdin(cls) -> Channel:
        """Takes the channel from standard input, and leaves an empty standard input for Alembic."""
        channel = cls(private_copy(0))
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.close(null)
        reopen_stdin()
        return channel

    def report(self, kind: str, /, **values: Any) -> None:
        """Sends a report of this kind to lback."""
        try:
            import json

            line = json.dumps(dict(values, type=kind, process=os.getpid()), default=str) + "\n"
            self.send(line.encode("utf-8", "backslashreplace"))
        except Exception as error:
            ignored(error, "lback has ended, most likely; a run that has begun goes on unreported")
            self.is_broken = self.is_broken or isinstance(error, ConnectionError)
            self.identity = None

    def is_connected(self) -> bool:
        """Returns whether lback still holds its end. Doesn't wait."""
        if self.is_broken:
            return False
        # Where env.py has closed the channel, the answer is unknown.
        if self.identity is None or identity_of(self.descriptor) != self.identity:
            return True
        try:
            import select

            poll = select.poll()
            poll.register(self.descriptor, 0)
            return not any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll(0))
        except Exception as error:
            ignored(error, "a channel that can't be looked at counts as connected")
            return True

    def pass_on(self, kind: str, document: bytes) -> None:
        """Sends a report of a child: a JSON object to which its kind is still to be added."""
        if document[:1] != b"{" or document[-1:] != b"}" or b"\n" in document:
            return
        comma = b"" if document == b"{}" else b", "
        end = b'%s"type": "%s", "process": %d}\n' % (comma, kind.encode(), os.getpid())
        try:
            self.send(document[:-1] + end)
        except OSError as error:
            ignored(error, "lback has ended, most likely; the plan isn't for anybody any more")
            self.is_broken = self.is_broken or isinstance(error, ConnectionError)
            self.identity = None

    def send(self, data: bytes) -> None:
        """Writes to the channel, unless the project's code has closed it."""
        # env.py may have closed every descriptor that it didn't open, and got this number for a
        # file of its own.
        if self.identity is None or identity_of(self.descriptor) != self.identity:
            return
        while data:
            data = data[os.write(self.descriptor, data) :]

    def receive(self) -> dict[str, Any] | None:
        """Waits for the next message. Returns `None` if lback has ended."""
        # Not imported at the top: by now the import cache is active.
        import json

        line = self.read_line()
        if line is None:
            return None
        message: dict[str, Any] = json.loads(line.decode("utf-8"))
        return message

    def folder(self) -> str:
        """Reads lback's first line: the folder of the import cache, empty for none."""
        return os.fsdecode(self.read_line() or b"")

    def read_line(self) -> bytes | None:
        """Reads up to the end of a line. Returns `None` if lback has ended."""
        while b"\n" not in self.received:
            try:
                data = os.read(self.descriptor, 65536)
            except OSError:
                return None
            if not data:
                return None
            self.received += data
        line, _, self.received = self.received.partition(b"\n")
        return line


def private_copy(descriptor: int) -> int:
    """Returns a copy with an unusual number, which programs that Alembic starts don't inherit."""
    try:
        import fcntl

        return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 200)
    except (ImportError, OSError):
        return os.dup(descriptor)


def identity_of(descriptor: int) -> tuple[int, int] | None:
    """Returns what tells an open file from others, `None` for a descriptor that is closed."""
    try:
        status = os.fstat(descriptor)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def reopen_stdin() -> None:
    """Opens `sys.stdin` again, since Python's object has the properties of the channel."""
    import io

    old: Any = sys.stdin
    if old is None:
        return
    buffer: Any = io.open(0, "rb", closefd=False)  # noqa: SIM115
    buffer.raw.name = "<stdin>"
    stdin: Any = io.TextIOWrapper(
        buffer,
        encoding=old.encoding,
        errors=old.errors,
        newline="\n",
        line_buffering=old.line_buffering,
        write_through=old.write_through,
    )
    stdin.mode = "r"
    sys.stdin = sys.__stdin__ = stdin  # type: ignore[misc]
