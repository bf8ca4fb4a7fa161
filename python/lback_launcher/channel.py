"""The channel to lback: a socket, with a JSON document a line in either direction, after a first line with a folder."""

import os
import sys


class Channel:
    """Reports never raise: a run goes on whether or not lback still listens."""

    def __init__(self, descriptor):
        self.descriptor = descriptor
        self.identity = identity(descriptor)
        self.received = b""

    @classmethod
    def from_stdin(cls):
        """Takes the channel from standard input, and puts there what Alembic is to find: an empty one."""
        channel = cls(out_of_the_way(0))
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.close(null)
        renew_stdin()
        return channel

    def report(self, kind, /, **values):
        try:
            import json

            line = json.dumps(dict(values, type=kind, process=os.getpid()), default=str) + "\n"
            # env.py may have closed every descriptor that it didn't know, and opened a file of its own in the place of this one.
            if self.identity is None or identity(self.descriptor) != self.identity:
                return
            data = line.encode("utf-8", "backslashreplace")
            while data:
                data = data[os.write(self.descriptor, data) :]
        except Exception:
            # lback has ended, most likely.
            self.identity = None

    def receive(self):
        """Waits for the next message; `None` when lback has ended."""
        # Not before the first line is there: what this takes is remembered as well.
        import json

        line = self.line()
        return None if line is None else json.loads(line.decode("utf-8"))

    def folder(self):
        """lback's very first line: the folder in which it is remembered what imports take, or nothing."""
        return os.fsdecode(self.line() or b"")

    def line(self):
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


def out_of_the_way(descriptor):
    """A copy that programs which Alembic starts don't inherit, with a number that nobody expects."""
    try:
        import fcntl

        return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 200)
    except (ImportError, OSError):
        return os.dup(descriptor)


def identity(descriptor):
    try:
        status = os.fstat(descriptor)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def renew_stdin():
    """Opens `sys.stdin` again: the object that Python made knows the channel's properties, not those of an empty file."""
    import io

    old = sys.stdin
    if old is None:
        return
    buffer = io.open(0, "rb", closefd=False)
    buffer.raw.name = "<stdin>"
    stdin = io.TextIOWrapper(
        buffer,
        encoding=old.encoding,
        errors=old.errors,
        newline="\n",
        line_buffering=old.line_buffering,
        write_through=old.write_through,
    )
    stdin.mode = "r"
    sys.stdin = sys.__stdin__ = stdin
