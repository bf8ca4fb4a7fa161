"""Makes unusable what was open before a plan: sockets, files that can be written, shared memory.

Descriptors keep their numbers, so that drivers fail as with a server that has gone.
"""

import ctypes
import errno
import fcntl
import os
import select
import socket
import stat
import struct
from typing import Collection, Iterator, List, Optional, Set, Tuple

from . import libc
from .libc import SystemCallFailed
from .own_numbers import own_number

#: Devices that change nothing: null, zero, random, urandom.
DEVICES = {os.makedev(1, minor) for minor in (3, 5, 8, 9)}
PROT_READ_WRITE, PROT_ALL, MAP_PRIVATE, MAP_FIXED, MAP_ANONYMOUS = 3, 7, 0x02, 0x10, 0x20
#: How the kernel names an epoll.
EPOLL = "anon_inode:[eventpoll]"
#: `PROCMAP_QUERY` with `struct procmap_query`: its size, flags, an address; then start, end, flags,
#: page size, offset, file, device; then sizes and addresses of buffers. The flags ask for the first
#: mapping from an address on that is shared.
ASK_MAPPING, QUERY, SHARED_OR_NEXT = 0xC0686611, "QQQQQQQQQIIIIQQ", 0x08 | 0x10
LONGEST_PATH = 4096
#: Bytes of a shared mapping whose content is kept.
LARGEST_COPY = 64 << 20

Identity = Tuple[int, int, int]


class Unusable:
    """The descriptors that were made unusable."""

    def __init__(self, null: int, spare: int) -> None:
        self.numbers: List[int] = []
        #: What they now stand for.
        self.identities: Set[Identity] = set()
        #: Files among these, which can still be read.
        self.readable: Set[Identity] = set()
        #: The null device, open for reading and writing.
        self.null = null
        #: A number to which the trap copies descriptors.
        self.spare = spare


def make_unusable(keep: Collection[int]) -> Unusable:
    """Replaces every descriptor through which something can be changed, but those to keep."""
    null = own_number(os.open(os.devnull, os.O_RDWR))
    empty = own_number(os.open(os.devnull, os.O_RDONLY))
    gone = own_number(closed_socket())
    unusable = Unusable(null, own_number(os.dup(empty)))
    unusable.identities = {identity(empty), identity(gone)}
    for number in open_descriptors():
        if number in keep or number in (null, empty, gone, unusable.spare):
            continue
        replacement = replacement_of(number, empty, gone)
        if replacement is None or is_renewed(number):
            continue
        if replacement == empty and is_read_anew(number):
            unusable.readable.add(identity(number))
        else:
            put_in_place(number, replacement)
        unusable.numbers.append(number)
    replace_shared_memory()
    return unusable


def put_in_place(number: int, other: int) -> None:
    """Has a number stand for what another one does. Nothing starts a program any more, so that it
    doesn't matter who would inherit it.
    """
    try:
        os.dup2(other, number, inheritable=False)
    except OSError:
        # It is beyond the numbers that the process may have by now. Its use fails, too.
        os.close(number)


def is_read_anew(number: int) -> bool:
    """Opens a file that can be read and written once more, to be read from the same place. Returns
    whether the descriptor was one.
    """
    status = os.fstat(number)
    access = fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE
    if not stat.S_ISREG(status.st_mode) or access != os.O_RDWR:
        return False
    try:
        new = os.open("/proc/self/fd/%d" % number, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    os.lseek(new, os.lseek(number, 0, os.SEEK_CUR), os.SEEK_SET)
    put_in_place(number, new)
    os.close(new)
    return True


def closed_socket() -> int:
    """Returns a socket whose other end is closed. Python's own function takes longer."""
    pair = ctypes.create_string_buffer(8)
    if libc.library.socketpair(socket.AF_UNIX.value, socket.SOCK_STREAM.value, 0, pair) != 0:
        raise libc.failure()
    own, other = struct.unpack("ii", pair.raw)
    os.close(other)
    return int(own)


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
        put_in_place(number, new.fileno())
    return True


def identity(descriptor: int) -> Identity:
    """Returns what tells an open file from others."""
    status = os.fstat(descriptor)
    return status.st_dev, status.st_ino, status.st_rdev


class Mapping:
    """A part of the memory of this process."""

    def __init__(
        self, start: int, length: int, protection: int, offset: int, file: Tuple[int, int]
    ) -> None:
        self.start = start
        self.length = length
        #: As `mmap` takes it.
        self.protection = protection
        self.offset = offset
        #: The device and the number of the mapped file.
        self.file = file
        self.path = b""


def replace_shared_memory() -> None:
    """Gives this process a copy of its own of all memory that it shares.

    SQLite keeps the index of its log there, and maps databases. What is mapped to be read only can
    be made writable by a script.
    """
    with open("/proc/self/maps", "rb", buffering=0) as maps:
        try:
            shared = list(queried(maps.fileno()))
        except OSError:
            # Kernels before 6.11 have this file as text alone.
            shared = listed(maps.read())
    for mapping in shared:
        replace_mapping(mapping)


def queried(maps: int) -> Iterator[Mapping]:
    """Asks the kernel for the memory that is shared, which is faster than to read all of it."""
    size, end = struct.calcsize(QUERY), 0
    name = ctypes.create_string_buffer(LONGEST_PATH)
    place = ctypes.addressof(name)
    while True:
        question = [size, SHARED_OR_NEXT, end, *[0] * 8, LONGEST_PATH, 0, place, 0]
        try:
            answer = fcntl.ioctl(maps, ASK_MAPPING, struct.pack(QUERY, *question))
        except OSError as error:
            if error.errno == errno.ENOENT:
                return
            raise
        start, end, flags, _, offset, inode, major, minor = struct.unpack(QUERY, answer)[3:11]
        file = os.makedev(major, minor), inode
        mapping = Mapping(start, end - start, flags & PROT_ALL, offset, file)
        mapping.path = name.value
        yield mapping


def listed(maps: bytes) -> List[Mapping]:
    """Returns the memory that is shared, from the content of `/proc/self/maps`."""
    lines = maps.splitlines()
    return [mapping_of(line) for line in lines if line.split(None, 2)[1][3:4] == b"s"]


def mapping_of(line: bytes) -> Mapping:
    """Reads a line of `/proc/self/maps`."""
    place, access, offset, device, number, *path = line.split(None, 5)
    start, end = (int(part, 16) for part in place.split(b"-"))
    major, minor = (int(part, 16) for part in device.split(b":"))
    protection = sum(bit for bit, letter in ((1, b"r"), (2, b"w"), (4, b"x")) if letter in access)
    file = os.makedev(major, minor), int(number)
    mapping = Mapping(start, end - start, protection, int(offset, 16), file)
    mapping.path = b"".join(path)
    return mapping


def replace_mapping(mapping: Mapping) -> None:
    file = opened(mapping)
    if file is not None:
        try:
            map_here(mapping, MAP_PRIVATE | MAP_FIXED, file)
        finally:
            os.close(file)
        return
    content = content_of(mapping)
    mapping.protection, mapping.offset = PROT_READ_WRITE, 0
    map_here(mapping, MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1)
    ctypes.memmove(mapping.start, content, len(content))


def opened(mapping: Mapping) -> Optional[int]:
    """Opens the mapped file anew, to be read; `None` where there is none any more."""
    try:
        file = os.open(mapping.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return None
    status = os.fstat(file)
    if (status.st_dev, status.st_ino) == mapping.file and stat.S_ISREG(status.st_mode):
        return file
    os.close(file)
    return None


def content_of(mapping: Mapping) -> bytes:
    """Reads memory. What has no file behind it any more is an error of the system, and no crash."""
    with open("/proc/self/mem", "rb") as memory:
        try:
            return os.pread(memory.fileno(), min(mapping.length, LARGEST_COPY), mapping.start)
        except OSError:
            return b""


def map_here(mapping: Mapping, flags: int, file: int) -> None:
    """Replaces a mapping by one of a file, or of memory without a file."""
    made = libc.library.mmap(
        ctypes.c_void_p(mapping.start),
        ctypes.c_size_t(mapping.length),
        mapping.protection,
        flags,
        file,
        ctypes.c_long(mapping.offset),
    )
    if made != mapping.start:
        raise SystemCallFailed(ctypes.get_errno(), "a shared mapping could not be replaced")
