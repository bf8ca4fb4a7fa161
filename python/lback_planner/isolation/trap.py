"""The trap: called in the place of each system call that the filter refuses.

The kernel sends SIGSYS to the thread. The handler is Python, called through `ctypes`: the thread is
in a system call, and nowhere else, so that it may run. It notes the attempt, and has the call fail
with EPERM. Signals that come from elsewhere are ignored.
"""

import ctypes
import errno
import os
import struct
import sys
import threading
from typing import Any, Dict, List, Optional

from ..compat import cpython_internals
from . import libc
from .attempts import OPEN_BEFORE, note
from .descriptors import Unusable, identity
from .filter_program import SIGSYS, UNUSABLE, WRITING, machine, names

SA_SIGINFO, SA_NODEFER = 4, 0x40000000
SYS_SECCOMP = 1

#: What a script does that makes a call, as a fragment of a sentence.
REASONS: Dict[str, str] = {}
for _why, _calls in (
    ("opens a network connection", "connect"),
    ("listens on the network", "bind listen accept accept4"),
    ("sends something over the network", "sendto sendmsg sendmmsg"),
    ("starts a program", "execve execveat"),
    ("writes a file", "open openat openat2 creat truncate ftruncate fallocate"),
    ("removes a file", "unlink unlinkat"),
    ("removes a folder", "rmdir"),
    ("renames a file", "rename renameat renameat2"),
    ("makes a folder", "mkdir mkdirat"),
    ("makes a link", "link linkat symlink symlinkat"),
    ("makes a file", "mknod mknodat"),
    ("locks a file", "flock fcntl"),
    (
        "changes a file",
        "chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes utimensat"
        " futimesat setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr"
        " setxattrat removexattrat",
    ),
    ("sends a signal", "kill tgkill tkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal"),
    ("takes the signal by which a plan notices attempts", "rt_sigaction"),
    ("reaches into another process", "ptrace process_vm_writev process_vm_readv pidfd_getfd"),
):
    for _call in _calls.split():
        REASONS[_call] = _why
#: Calls that read a file.
READING = frozenset(("read", "pread64", "readv", "preadv", "preadv2"))
#: The places of descriptors among the arguments, where that isn't the first one.
DESCRIPTORS = {"splice": 2, "copy_file_range": 2}
OTHER = "makes a system call that a plan doesn't allow"

#: Sockets of the system's own services, which C libraries ask on their own: for users and groups,
#: and for unique numbers. A library then does without them.
SERVICES = (b"/nscd/", b"/run/systemd/userdb", b"/run/dbus/", b"/sss/pipes", b"/uuidd/")
AF_UNIX = 1
#: Family and protocol of the socket by which C libraries ask the kernel for the machine's own
#: addresses, before they look up any other. They do without the answer.
ROUTES = (16, 0)
#: Places in `siginfo_t` of SIGSYS, in words of 32 bits. Classes of `ctypes` take longer to make.
ERROR, CODE, NUMBER = 1, 2, 6


class Machine:
    """The places of a machine's registers in `ucontext_t`, in words of 64 bits."""

    def __init__(self, result: int, arguments: List[int]) -> None:
        self.result = result
        self.arguments = arguments


#: x86-64: after five words come r8 to r15, rdi, rsi, rbp, rbx, rdx, rax. 64-bit ARM: x0 and those
#: after it come behind the mask of signals and an address.
MACHINES = {
    "x86_64": Machine(18, [13, 14, 17, 7, 5, 6]),
    "aarch64": Machine(23, [23, 24, 25, 26, 27, 28]),
}

Handler = ctypes.CFUNCTYPE(
    None, ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int64)
)


class Trap:
    """The handler of SIGSYS in a process that plans."""

    def __init__(self, unusable: Unusable) -> None:
        self.machine = MACHINES[machine()]
        self.unusable = unusable
        #: The number of calls that were refused, and whether they are noted.
        self.refused = 0
        self.notes = False
        self._busy = threading.local()
        self._copying = threading.Lock()

    def install(self) -> None:
        """Takes SIGSYS."""
        global _trap
        _trap = self
        if take_signal(SIGSYS, ACTION, None) != 0:
            raise libc.failure()
        notice_forks()

    def handle(self, information: Any, words: Any) -> None:
        """Has a call fail, and notes it. `words` are those of `ucontext_t`."""
        if information[CODE] != SYS_SECCOMP:
            return
        arguments = [words[index] for index in self.machine.arguments]
        # First of all: whatever happens below, the call has failed.
        words[self.machine.result] = -errno.EPERM
        self.refused += 1
        if not self.notes or getattr(self._busy, "now", False):
            return
        self._busy.now = True
        try:
            unusable = information[ERROR] == UNUSABLE
            result = self.answer(int(information[NUMBER]), arguments, unusable)
            words[self.machine.result] = result
        finally:
            self._busy.now = False

    def answer(self, number: int, arguments: List[int], unusable: bool) -> int:
        """Returns the result of a call: mostly that it is not permitted."""
        name = names(machine()).get(number, str(number))
        index = DESCRIPTORS.get(name, 0)
        if unusable and self.is_usable(arguments[index], name):
            return self.on_copy(number, arguments, index)
        if name == "openat2" and not self.writes(arguments[2]):
            # C libraries fall back to the older call.
            return -errno.ENOSYS
        if name in ("open", "openat") and self.is_null(arguments[name == "openat"]):
            return os.dup(self.unusable.null)
        if name == "connect" and is_service(arguments[1], arguments[2]):
            return -errno.EPERM
        if name == "socket" and (arguments[0], arguments[2]) == ROUTES:
            return -errno.EPERM
        why = OPEN_BEFORE if unusable else REASONS.get(name, OTHER)
        note("%s (`%s`)" % (why, name), caller())
        return -errno.EPERM

    def is_usable(self, descriptor: int, call: str) -> bool:
        """Returns whether a number isn't what it was when the filter was made, or may be read."""
        try:
            now = identity(descriptor)
        except OSError:
            return True
        if now in self.unusable.readable:
            return call in READING
        return now not in self.unusable.identities

    def writes(self, address: int) -> bool:
        """Returns whether `struct open_how` asks for more than to read."""
        return bool(int.from_bytes(ctypes.string_at(address, 8), sys.byteorder) & WRITING)

    def on_copy(self, number: int, arguments: List[int], index: int) -> int:
        """Makes a call with another number for its descriptor, one that the filter doesn't know."""
        with self._copying:
            try:
                copy = os.dup2(arguments[index], self.unusable.spare, inheritable=False)
                changed = [*arguments[:index], copy, *arguments[index + 1 :]]
                return libc.call(number, *changed)
            except OSError as error:
                return -(error.errno or errno.EIO)

    def is_null(self, address: int) -> bool:
        return ctypes.string_at(address) == os.devnull.encode()


def is_service(address: int, length: int) -> bool:
    """Returns whether the address of a socket is that of one of the system's own services."""
    content = ctypes.string_at(address, min(max(length, 0), 110))
    if int.from_bytes(content[:2], sys.byteorder) != AF_UNIX:
        return False
    return any(service in content for service in SERVICES)


def caller() -> Optional[Any]:
    """Returns the innermost frame that isn't of the trap."""
    frame: Optional[Any] = cpython_internals.caller(1)
    while frame is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    return frame


_trap: Optional[Trap] = None


def install(unusable: Unusable) -> Trap:
    """Installs the trap of this process."""
    trap = Trap(unusable)
    trap.install()
    return trap


def handle(signal: int, information: Any, words: Any) -> None:
    """The handler of SIGSYS."""
    if _trap is not None:
        _trap.handle(information, words)


# Made on import, which is before the process is forked, and must live as long as the process.
_handler = Handler(handle)
#: `struct sigaction` of C libraries on 64-bit Linux: the handler, the mask, flags, the restorer.
ACTION = struct.pack(
    "P128siP", ctypes.cast(_handler, ctypes.c_void_p).value, b"", SA_SIGINFO | SA_NODEFER, 0
)
take_signal: Any = libc.library.sigaction


def forking() -> None:
    """Notes that code in C is about to call `fork`, which fails.

    The C library blocks all signals in `fork`, so that the filter can't send one.
    """
    if _trap is not None and _trap.notes:
        note("makes another process (`fork`)", caller())


_forking = ctypes.CFUNCTYPE(None)(forking)


def notice_forks() -> None:
    """Has the C library call `forking`."""
    # glibc has the first name alone, other libraries the second one.
    register = getattr(libc.library, "__register_atfork", None)
    if register is None:
        register = libc.library.pthread_atfork
    register(_forking, None, None, None)
