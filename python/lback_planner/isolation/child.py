"""The process that plans, and its parent, which keeps the connection and passes on its reports.

The child reports through a pipe in one direction. The parent does for it what the child can't do
any more: it sends reports to lback, and writes the files of the caches.
"""

import json
import os
import warnings
from typing import Any, BinaryIO, Callable, Collection, Iterator, NamedTuple, Optional, Protocol

from ..diagnostics import ignored
from .files import write_file
from .own_numbers import own_number

#: Reports that the child may make. A frame of another kind is a file to be kept.
REPORTS = frozenset(("analysing", "database_plan", "refused", "error", "blind"))
KEEP = "keep"
#: The last frame of a child that has another one go on, with what it has found.
AGAIN = "again"
#: The last frame of a child that has done its work. It takes the system some milliseconds to end
#: the process, and the parent doesn't wait for that.
DONE = "done"


class Frame(NamedTuple):
    """One message of the child."""

    kind: str
    #: The path of a file to be kept, empty for a report.
    path: str
    content: bytes


class Receiver(Protocol):
    """A receiver of the reports that the parent passes on."""

    def pass_on(self, kind: str, document: bytes) -> None:
        """Sends a report, which is a JSON object."""


class Sender:
    """The child's end of the pipe. It is the planner's channel."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def report(self, kind: str, /, **values: Any) -> None:
        """Sends a report of this kind."""
        self.send(kind, "", json.dumps(values, default=str).encode("utf-8", "backslashreplace"))

    def keep(self, path: str, content: bytes) -> None:
        """Has the parent write a file of a cache."""
        self.send(KEEP, path, content)

    def send(self, kind: str, path: str, content: bytes) -> None:
        name = os.fsencode(path)
        data = b"%s %d %d\n" % (kind.encode(), len(name), len(content)) + name + content
        view = memoryview(data)
        while view:
            view = view[os.write(self.descriptor, view) :]


def frames(stream: BinaryIO) -> Iterator[Frame]:
    """Yields the frames of a child until it ends. What isn't a frame ends them, too."""
    while True:
        head = stream.readline(100).split()
        if len(head) != 3:
            return
        path, content = stream.read(int(head[1])), stream.read(int(head[2]))
        if len(content) != int(head[2]):
            return
        yield Frame(head[0].decode("ascii", "replace"), os.fsdecode(path), content)


#: What is done in a child: with its sender, and what another child has found.
Work = Callable[[Sender, bytes], None]


def run(work: Work, receiver: Receiver, files: Collection[str]) -> int:
    """Does work in children, one after another as long as they ask for that.

    Returns how the last one ended, in the form of `waitpid`. These files alone are kept: those of
    other projects would be believed there.
    """
    parent = Parent(receiver, files)
    while True:
        found, parent.found = parent.found or b"", None
        status = run_once(work, found, parent)
        if status != 0 or parent.found is None:
            return status


class Parent:
    """The parent's part: passes on what a child reports."""

    def __init__(self, receiver: Receiver, files: Collection[str]) -> None:
        self.receiver = receiver
        self.files = files
        #: What a child that can't go on has found.
        self.found: Optional[bytes] = None

    def take(self, frame: Frame) -> None:
        """Takes a frame. One of an unknown kind, or for another file, is dropped."""
        if frame.kind in REPORTS:
            self.receiver.pass_on(frame.kind, frame.content)
        elif frame.kind == AGAIN:
            self.found = frame.content
        elif frame.kind == KEEP and frame.path in self.files:
            write_file(frame.path, frame.content)


def run_once(work: Work, found: bytes, receiver: Parent) -> int:
    reading, writing = os.pipe()
    writing = own_number(writing)
    parent = os.getpid()
    with warnings.catch_warnings():
        # Python warns of threads. The child starts none of them again, and waits for none.
        warnings.simplefilter("ignore")
        child = os.fork()
    if child == 0:
        os.close(reading)
        run_in_child(work, found, Sender(writing), parent)
    os.close(writing)
    return receive(child, reading, receiver)


def receive(child: int, reading: int, receiver: Parent) -> int:
    """Passes on what a child reports, until it ends."""
    status: Optional[int] = None
    try:
        with open(reading, "rb") as stream:
            for frame in frames(stream):
                if frame.kind == DONE:
                    status = 0
                    return status
                receiver.take(frame)
        status = os.waitpid(child, 0)[1]
        return status
    finally:
        if status is None:
            # This process was interrupted.
            os.kill(child, 9)
            os.waitpid(child, 0)


def run_in_child(work: Work, found: bytes, sender: Sender, parent: int) -> None:
    """Does the work, and ends the process."""
    status = 1
    try:
        end_with(parent)
        work(sender, found)
        sender.send(DONE, "", b"")
        status = 0
    finally:
        os._exit(status)


def end_with(parent: int) -> None:
    """Ends this process when its parent ends, where the system can do that."""
    try:
        from . import libc

        libc.die_with_parent(parent)
    except (ImportError, OSError, AttributeError) as error:
        ignored(error, "the child ends when its work is done")
