"""The program of the seccomp filter: which system calls a plan may make.

Calls that are in no table are refused. All but the end of the program is the same in each process,
and is made before the process is forked (`head`).
"""

import errno
import functools
import os
import struct
import sys
from typing import Dict, List, Sequence, Tuple

from .syscall_numbers import HARMLESS, NEWEST, REFUSED, SPECIAL

#: One instruction of the kernel's filter machine: code, jump if true, jump if false, operand.
Instruction = Tuple[int, int, int, int]
Block = List[Instruction]

LOAD, JUMP, EQUAL, ABOVE, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x05, 0x15, 0x25, 0x35, 0x45, 0x06
ALLOWED, TRAPPED, FAILED = 0x7FFF0000, 0x00030000, 0x00050000
#: Offsets in what the filter is given.
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16

#: What a trap carries: the call names a descriptor that was made unusable.
UNUSABLE = 1

#: The kernel's names of the machines, with the column of the tables.
MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}

#: Bits of `open` that write or create: access mode, `O_CREAT`, `O_TRUNC`, `O_TMPFILE`.
WRITING = 3 | 0o100 | 0o1000 | 0o20000000
CLONE_THREAD = 0x10000
#: Commands of `fcntl` that lock a file or send signals.
LOCKING = (6, 7, 8, 10, 15, 37, 38, 1024, 1026)
#: Requests of `ioctl` that ask for the kind of a descriptor, or set flags of it.
ASKING = (0x5401, 0x802C542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451, 0x540F)
#: Options of `prctl`: names, and what can only be read.
NAMING = (3, 15, 16, 21, 23, 30, 39, 0x53564D41)
#: Families of sockets that can be made (and not be connected), and levels of their options.
FAMILIES = (1, 2, 10)
LEVELS = (1, 6)
#: Commands of `fcntl` that copy a descriptor.
COPYING = (0, 1030)
SIGSYS = 31
#: Runs of unusable descriptors that are told apart from others, for their doubts.
MOST_UNUSABLE = 60


#: Operands that are known in the process itself: its number, and that to which the trap copies
#: descriptors.
OWN, SPARE = -1, -2
#: Targets of jumps: the check of the first argument for unusable descriptors, and of the third one.
FIRST, THIRD = -3, -4
#: `struct sock_filter`, and the place of the operand in it.
PACK, OPERAND = struct.Struct("=HBBI").pack, 4


class Head:
    """The part of the program that is the same in each process."""

    def __init__(self, instructions: Sequence[Instruction], targets: Dict[int, int]) -> None:
        #: The places in the code of operands that the process knows.
        self.places: List[Tuple[int, int]] = []
        code = []
        for index, (operation, true, false, operand) in enumerate(instructions):
            if operand < 0:
                if operand in targets:
                    operand = targets[operand] - index - 1
                else:
                    self.places.append((8 * index + OPERAND, operand))
                    operand = 0
            code.append(PACK(operation, true, false, operand))
        self.code = b"".join(code)

    def code_for(self, own: int, spare: int) -> bytes:
        """Returns the code for a process."""
        code = bytearray(self.code)
        for place, operand in self.places:
            struct.pack_into("I", code, place, own if operand == OWN else spare)
        return bytes(code)


def packed(instructions: Sequence[Instruction]) -> bytes:
    """Returns instructions as the kernel takes them."""
    return b"".join([PACK(*each) for each in instructions])


def is_known_machine() -> bool:
    """Returns whether there is a program for this machine."""
    return machine() in MACHINES and sys.maxsize > 1 << 32


def machine() -> str:
    """Returns the kernel's name of this machine."""
    return os.uname().machine


def numbers(table: Dict[str, Tuple[object, object]], machine: str) -> Dict[str, int]:
    """Returns the numbers of a table on a machine."""
    column = MACHINES[machine][1]
    found = {}
    for name, columns in table.items():
        number = columns[column]
        if isinstance(number, int):
            found[name] = number
    return found


def names(machine: str) -> Dict[int, str]:
    """Returns the names of all known calls by their numbers."""
    tables = (HARMLESS, SPECIAL, REFUSED)
    return {
        number: name for table in tables for name, number in numbers({**table}, machine).items()
    }


def answer(value: int) -> Block:
    return [(RETURN, 0, 0, value)]


def load_argument(index: int, high: bool = False) -> Block:
    """Loads the lower or the higher half of an argument."""
    return [(LOAD, 0, 0, ARGUMENTS + 8 * index + 4 * high)]


def when(code: int, operand: int, block: Block) -> Block:
    """Runs a block if the comparison holds. The block must end with an answer."""
    return [(code, 0, len(block), operand), *block]


def if_one_of(index: int, values: Sequence[int], then: int, otherwise: int) -> Block:
    """Answers by an argument's lower half, which is all of an `int`."""
    block = load_argument(index)
    for value in values:
        block += when(EQUAL, value, answer(then))
    return block + answer(otherwise)


def end(unusable: Sequence[int]) -> Block:
    """Returns the end of the program, behind the head. It traps a call whose argument is one of
    the descriptors that were made unusable.

    They are so without the filter, which notices their use.
    """
    block: Block = []
    for first, last in ranges(sorted(unusable))[:MOST_UNUSABLE]:
        block += [(AT_LEAST, 0, 2, first), (ABOVE, 1, 0, last), *answer(TRAPPED | UNUSABLE)]
    return block + answer(ALLOWED)


def jump(target: int) -> Block:
    """Goes on at a target behind all blocks."""
    return [(JUMP, 0, 0, target)]


def if_any_bit(index: int, bits: int, then: int, otherwise: int) -> Block:
    return load_argument(index) + when(ANY_BIT, bits, answer(then)) + answer(otherwise)


def sending() -> Block:
    """Allows `sendto` without an address."""
    block: Block = []
    for high in (False, True):
        block += load_argument(4, high) + [(EQUAL, 1, 0, 0), (RETURN, 0, 0, TRAPPED)]
    return block + jump(FIRST)


def controlling() -> Block:
    """Allows `fcntl` except to lock, to have signals sent, and to copy what is unusable."""
    block = load_argument(1)
    for command in LOCKING:
        block += when(EQUAL, command, answer(TRAPPED))
    for command in COPYING:
        block += when(EQUAL, command, jump(FIRST))
    return block + answer(ALLOWED)


def special() -> Dict[str, Block]:
    """Returns what decides on calls by their arguments."""
    reading = writing = jump(FIRST)
    into = jump(THIRD)
    copying = load_argument(1) + when(EQUAL, SPARE, answer(ALLOWED)) + writing
    forking = answer(FAILED | errno.EPERM)
    own = (OWN,)
    handler = load_argument(0) + when(EQUAL, SIGSYS, answer(TRAPPED))
    return {
        "read": reading,
        "pread64": reading,
        "readv": reading,
        "preadv": reading,
        "preadv2": reading,
        "recvfrom": reading,
        "recvmsg": reading,
        "recvmmsg": reading,
        "tee": reading,
        "write": writing,
        "writev": writing,
        "pwrite64": writing,
        "pwritev": writing,
        "pwritev2": writing,
        "sendto": sending(),
        "sendfile": writing,
        "shutdown": writing,
        "splice": into,
        "copy_file_range": into,
        "dup": writing,
        "dup2": writing,
        "dup3": copying,
        "fcntl": controlling(),
        "open": if_any_bit(1, WRITING, TRAPPED, ALLOWED),
        "openat": if_any_bit(2, WRITING, TRAPPED, ALLOWED),
        # Their arguments are in memory. C libraries fall back to the older call.
        "openat2": answer(TRAPPED),
        "clone3": answer(FAILED | errno.ENOSYS),
        # Where a process is made, signals may be blocked, and a trap would end the process.
        "clone": if_any_bit(0, CLONE_THREAD, ALLOWED, FAILED | errno.EPERM),
        "fork": forking,
        "vfork": forking,
        "ioctl": if_one_of(1, ASKING, ALLOWED, TRAPPED),
        "socket": if_one_of(0, FAMILIES, ALLOWED, TRAPPED),
        "setsockopt": if_one_of(1, LEVELS, ALLOWED, TRAPPED),
        "kill": if_one_of(0, own, ALLOWED, TRAPPED),
        "tgkill": if_one_of(0, own, ALLOWED, TRAPPED),
        "tkill": if_one_of(0, own, ALLOWED, TRAPPED),
        "prlimit64": if_one_of(0, (0, OWN), ALLOWED, TRAPPED),
        "prctl": if_one_of(0, NAMING, ALLOWED, TRAPPED),
        "rt_sigaction": handler + answer(ALLOWED),
    }


@functools.lru_cache(maxsize=None)
def head(machine: str) -> Head:
    """Returns all of the program but its end, which checks descriptors."""
    made = decisions(machine)
    third = len(made)
    # From here on, the argument that is loaded is checked.
    made += load_argument(2) + [(JUMP, 0, 0, 1)] + load_argument(0)
    return Head(made, {FIRST: third + 2, THIRD: third})


def decisions(machine: str) -> Block:
    """Returns what decides on each call. Calls that reach its end are refused."""
    architecture = MACHINES[machine][0]
    # Another architecture (32 bits) has other numbers.
    made: Block = [(LOAD, 0, 0, ARCHITECTURE), (EQUAL, 1, 0, architecture)]
    made += answer(FAILED | errno.EPERM) + [(LOAD, 0, 0, NUMBER)]
    blocks = special()
    for name, number in numbers({**SPECIAL}, machine).items():
        if name in blocks:
            made += when(EQUAL, number, blocks[name])
    for first, last in ranges(sorted(numbers({**HARMLESS}, machine).values())):
        made += [(AT_LEAST, 0, 2, first), (ABOVE, 1, 0, last), *answer(ALLOWED)]
    # Newer calls, and those of x32, don't exist.
    made += when(ABOVE, NEWEST, answer(FAILED | errno.ENOSYS))
    return made + answer(TRAPPED)


def ranges(values: Sequence[int]) -> List[Tuple[int, int]]:
    """Returns the first and the last of each run of numbers without a gap."""
    found: List[Tuple[int, int]] = []
    for value in values:
        if found and found[-1][1] == value - 1:
            found[-1] = found[-1][0], value
        else:
            found.append((value, value))
    return found
