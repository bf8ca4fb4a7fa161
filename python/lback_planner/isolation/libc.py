"""Functions of the C library that the barrier calls. Only the process that plans imports them:
importing `ctypes` takes some milliseconds.
"""

import ctypes
import os
import signal
from typing import Any, Type

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP = 1, 38, 22

library: Any = ctypes.CDLL(None, use_errno=True)
library.syscall.restype = ctypes.c_long
library.mmap.restype = ctypes.c_void_p
#: Found early: looking for it is an event that the sandbox sees.
_set_exception: Any = ctypes.pythonapi.PyThreadState_SetAsyncExc


class SystemCallFailed(OSError):
    """A system call that failed."""


def call(number: int, *arguments: int) -> int:
    """Makes a system call, and returns its result. Raises `SystemCallFailed`."""
    result = int(library.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments)))
    if result == -1:
        raise failure()
    return result


def control(option: int, *arguments: int) -> None:
    """Calls `prctl`. Raises `SystemCallFailed`."""
    words = arguments + (0,) * (4 - len(arguments))
    if library.prctl(ctypes.c_int(option), *map(ctypes.c_long, words)) != 0:
        raise failure()


def failure() -> SystemCallFailed:
    """Returns the error of the last call."""
    code = ctypes.get_errno()
    return SystemCallFailed(code, os.strerror(code))


def raise_in_thread(thread: int, kind: Type[BaseException]) -> None:
    """Raises an exception in a thread, as soon as it runs Python's code again."""
    _set_exception(ctypes.c_ulong(thread), ctypes.py_object(kind))


def die_with_parent(parent: int) -> None:
    """Has the kernel kill this process when its parent ends."""
    control(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
