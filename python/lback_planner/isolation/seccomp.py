"""Puts the filter in force."""

import ctypes
import os
from typing import Sequence

from . import libc
from .filter_program import Instruction, Process, machine, program
from .libc import SystemCallFailed

SECCOMP_SET_MODE_FILTER = 1
#: Without it, kernels before 5.16 slow the process down.
SPEC_ALLOW = 4
CALL = {"x86_64": 317, "aarch64": 277}


class FilterInstruction(ctypes.Structure):
    """`struct sock_filter`."""

    _fields_ = [
        ("code", ctypes.c_uint16),
        ("true", ctypes.c_uint8),
        ("false", ctypes.c_uint8),
        ("operand", ctypes.c_uint32),
    ]


class FilterProgram(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = [("length", ctypes.c_uint16), ("filter", ctypes.POINTER(FilterInstruction))]


def install(unusable: Sequence[int], spare: int) -> None:
    """Filters the calls of this process, for good. Raises `SystemCallFailed`.

    The process must have given up on gaining privileges.
    """
    made = structure(program(Process(machine(), os.getpid(), unusable, spare)))
    address = ctypes.addressof(made)
    for flags in (SPEC_ALLOW, 0):
        try:
            libc.call(CALL[machine()], SECCOMP_SET_MODE_FILTER, flags, address)
            return
        except SystemCallFailed:
            # A kernel before 4.17 doesn't know the flag, one before 3.17 the call.
            continue
    libc.control(libc.PR_SET_SECCOMP, 2, address)


def structure(instructions: Sequence[Instruction]) -> FilterProgram:
    """Returns the program as the kernel takes it."""
    array = (FilterInstruction * len(instructions))(
        *(FilterInstruction(*each) for each in instructions)
    )
    return FilterProgram(len(instructions), array)
