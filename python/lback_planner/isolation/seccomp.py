"""Puts the filter in force."""

import ctypes
import os
import struct
from typing import Sequence

from . import libc
from .filter_program import end, head, machine, packed
from .libc import SystemCallFailed

SECCOMP_SET_MODE_FILTER = 1
#: Without it, kernels before 5.16 slow the process down.
SPEC_ALLOW = 4
CALL = {"x86_64": 317, "aarch64": 277}
#: `struct sock_fprog`: the number of instructions of eight bytes, and their address.
PROGRAM = "HP"


def install(unusable: Sequence[int], spare: int) -> None:
    """Filters the calls of this process, for good. Raises `SystemCallFailed`.

    The process must have given up on gaining privileges.
    """
    code = head(machine()).code_for(os.getpid(), spare) + packed(end(unusable))
    instructions = ctypes.create_string_buffer(code)
    program = struct.pack(PROGRAM, len(code) // 8, ctypes.addressof(instructions))
    structure = ctypes.create_string_buffer(program)
    address = ctypes.addressof(structure)
    for flags in (SPEC_ALLOW, 0):
        try:
            libc.call(CALL[machine()], SECCOMP_SET_MODE_FILTER, flags, address)
            return
        except SystemCallFailed:
            # A kernel before 4.17 doesn't know the flag, one before 3.17 the call.
            continue
    libc.control(libc.PR_SET_SECCOMP, 2, address)
