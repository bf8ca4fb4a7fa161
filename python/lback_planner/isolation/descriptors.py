"""Makes unusable what was open before a plan: sockets, files that can be written, shared memory.

Descriptors keep their numbers, so that drivers fail as with a server that has gone.
"""

import ctypes
import fcntl
import os
import select
import socket
import stat
from typing import Collection, List, NamedTuple, Optional, Tuple

from . import libc
from .libc import SystemCallFailed

#: Devices that change nothing: null, zero, random, urandom.
DEVICES = {os.makedev(1, minor) for minor in (3, 5, 8, 9)}
#: Descriptors of ours get numbers that loops over "all" descriptors spare.
FIRST_OWN = 200
PROT_READ_WRITE, MAP_PRIVATE, MAP_FIXED, MAP_ANONYMOUS = 3, 0x02, 0x10, 0x20
#: How the kernel names an epoll.
EPOLL = "anon_inode:[eventpoll]"
#: Bytes of a shared mapping whose content is kept.
LARGEST_COPY = 64 << 20

Identity = Tuple[int, int, int]


class Unusable(NamedTuple):
    """The descriptors that were made unusable."""

    numbers: List[int]
    #: What they now stand for.
    identities: Collection[Identity]
    #: The null device, open for reading and writing.
    null: int
    #: A number to which the trap copies descriptors.
    spare: int


def make_unusable(keep: Collection[int]) -> Unusable:
    """Replaces every descriptor through which something can be changed, but those to keep."""
    null = own_number(os.open(os.devnull, os.O_RDWR))
    empty = own_number(os.open(os.devnull, os.O_RDONLY))
    gone = own_number(closed_socket())
    spare = own_number(os.dup(empty))
    replaced = []
    for number in open_descriptors():
        if number in keep or number in (null, empty, gone, spare) or is_renewed(number):
            continue
        replacement = replacement_of(number, empty, gone)
        if replacement is not None:
            os.dup2(replacement, number)
            replaced.append(number)
    replace_shared_memory()
    return Unusable(replaced, {identity(empty), identity(gone)}, null, spare)


def own_number(descriptor: int) -> int:
    """Moves a descriptor to an unusual number."""
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, FIRST_OWN)
    os.close(descriptor)
    return moved


def closed_socket() -> int:
    """Returns a socket whose other end is closed."""
    own, other = socket.socketpair()
    other.close()
    return own.detach()


def open_descriptors() -> List[int]:
    return sorted(int(name) for name in os.listdir("/proc/self/fd"))


def replacement_of(number: int, empty: int, gone: int) -> Optional[int]:
    """Returns what replaces a descriptor, `None` for one that changes nothing."""
    try:
        status = os.fstat(number)
        writes = fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY
    except OSError:
        # The one by which the folder was read is closed by now.
        return None
    kind = stat.S_IFMT(status.st_mode)
    if kind == stat.S_IFSOCK:
        return gone
    if kind == stat.S_IFDIR or (kind == stat.S_IFREG and not writes):
        return None
    if kind == stat.S_IFCHR and status.st_rdev in DEVICES:
        return None
    return empty


def is_renewed(number: int) -> bool:
    """Gives an event loop that goes on an epoll of its own, instead of the one that it shares with
    the parent process. Returns whether the descriptor was one.
    """
    try:
        if os.readlink("/proc/self/fd/%d" % number) != EPOLL:
            return False
    except OSError:
        return False
    with select.epoll() as new:
        os.dup2(new.fileno(), number, inheritable=False)
    return True


def identity(descriptor: int) -> Identity:
    """Returns what tells an open file from others."""
    status = os.fstat(descriptor)
    return status.st_dev, status.st_ino, status.st_rdev


def replace_shared_memory() -> None:
    """Gives this process a copy of its own of all memory that it shares and can write.

    SQLite keeps the index of its log there.
    """
    with open("/proc/self/maps", "rb") as file:
        lines = file.read().splitlines()
    for line in lines:
        place, access = line.split(b" ", 2)[:2]
        if access[1:2] == b"w" and access[3:4] == b"s":
            start, end = (int(part, 16) for part in place.split(b"-"))
            replace_mapping(start, end - start)


def replace_mapping(start: int, length: int) -> None:
    content = ctypes.string_at(start, length) if length <= LARGEST_COPY else b""
    flags = MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS
    made = libc.library.mmap(
        ctypes.c_void_p(start),
        ctypes.c_size_t(length),
        PROT_READ_WRITE,
        flags,
        -1,
        ctypes.c_long(0),
    )
    if made != start:
        raise SystemCallFailed(ctypes.get_errno(), "a shared mapping could not be replaced")
    ctypes.memmove(start, content, len(content))
