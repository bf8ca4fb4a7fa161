"""Starts a program in an environment that forbids filters of system calls, as some containers do."""

import ctypes
import os
import platform
import struct
import sys

LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOWED, FAILED = 0x7FFF0000, 0x00050001
SECCOMP, PRCTL = {"x86_64": (317, 157), "aarch64": (277, 167)}[platform.machine()]
PR_SET_SECCOMP = 22

program = b"".join(
    struct.pack("HBBI", *instruction)
    for instruction in (
        (LOAD, 0, 0, 0),
        (EQUAL, 4, 0, SECCOMP),
        (EQUAL, 0, 2, PRCTL),
        (LOAD, 0, 0, 16),
        (EQUAL, 1, 0, PR_SET_SECCOMP),
        (RETURN, 0, 0, ALLOWED),
        (RETURN, 0, 0, FAILED),
    )
)
memory = ctypes.create_string_buffer(program)
header = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(memory))
library = ctypes.CDLL(None, use_errno=True)
if library.prctl(38, 1, 0, 0, 0) or library.prctl(PR_SET_SECCOMP, 2, header, 0, 0):
    sys.exit(os.strerror(ctypes.get_errno()))
os.execv(sys.argv[1], sys.argv[1:])
