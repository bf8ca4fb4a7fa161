"""Puts the filter in force."""

import ctypes
import errno
import os
import struct
from typing import Sequence

from . import libc
from .filter_program import end, head, machine, packed
from .libc import SystemCallFailed

SECCOMP_SET_MODE_FILTER = 1
#: All threads: functions that a library has called after a fork may have started some.
TSYNC = 1
#: Without it, kernels before 5.16 slow the process down.
SPEC_ALLOW = 4
CALL = {"x86_64": 317, "aarch64": 277}
#: `struct sock_fprog`: the number of instructions of eight bytes, and their address.
PROGRAM = "HP"


def install(unusable: Sequence[int], spare: int) -> None:
    """Filters the calls of this process, in all its threads, for good. Raises `SystemCallFailed`.

    The process must have given up on gaining privileges.
    """
    code = head(machine()).code_for(os.getpid(), spare) + packed(end(unusable))
    instructions = ctypes.create_string_buffer(code)
    program = struct.pack(PROGRAM, len(code) // 8, ctypes.addressof(instructions))
    structure = ctypes.create_string_buffer(program)
    address = ctypes.addressof(structure)
    try:
        refused = libc.call(CALL[machine()], SECCOMP_SET_MODE_FILTER, TSYNC | SPEC_ALLOW, address)
    except SystemCallFailed:
        # A kernel before 4.17 doesn't know the second flag.
        refused = libc.call(CALL[machine()], SECCOMP_SET_MODE_FILTER, TSYNC, address)
    if refused != 0:
        raise SystemCallFailed(errno.ESRCH, "thread %d has a filter of its own" % refused)
