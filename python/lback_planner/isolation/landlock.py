"""Landlock: the kernel's own check of files, behind the filter.

Where the kernel lacks it, the filter is all there is.
"""

import ctypes
import struct

from . import libc
from .libc import SystemCallFailed

CREATE_RULESET, RESTRICT_SELF = 444, 446
ASK_VERSION = 1

#: Rights to files that change something, in the first version: writing, and bits 4 to 12 (removing
#: and making). Versions 2 and 3 add moving between folders and truncating.
WRITE, REMOVE_AND_MAKE, MOVE, TRUNCATE = 1 << 1, 0x1FF << 4, 1 << 13, 1 << 14
#: Binding and connecting TCP sockets, from version 4.
TCP = 3
#: Abstract sockets and signals of other processes, from version 6.
SCOPES = 3
#: `struct landlock_ruleset_attr`: files, network, scope.
RULES = "QQQ"


def restrict() -> int:
    """Takes all rights to change files from this process, and returns the version that did.

    There are no rules, and so no exceptions.
    """
    try:
        version = libc.call(CREATE_RULESET, 0, 0, ASK_VERSION)
        rules = ctypes.create_string_buffer(rules_for(version))
        size = 8 if version < 4 else 16 if version < 6 else 24
        made = libc.call(CREATE_RULESET, ctypes.addressof(rules), size, 0)
        libc.call(RESTRICT_SELF, made, 0)
    except SystemCallFailed:
        # A kernel without Landlock, or one that was started without it.
        return 0
    return version


def rules_for(version: int) -> bytes:
    """Returns the rules that a version of Landlock knows."""
    files = WRITE | REMOVE_AND_MAKE
    files |= MOVE if version >= 2 else 0
    files |= TRUNCATE if version >= 3 else 0
    network, scope = TCP if version >= 4 else 0, SCOPES if version >= 6 else 0
    return struct.pack(RULES, files, network, scope)
