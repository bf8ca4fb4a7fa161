"""The barrier: what the operating system refuses to the process that plans.

It is put up once, before any code of the project runs in that process, and stays.
"""

import errno
import sys
from typing import Collection, Optional

from ..diagnostics import ignored
from .attempts import is_linux
from .filter_program import is_known_machine, machine

#: `execveat`. Called with nothing, it shows whether the filter is there: else the error is another.
PROBE = {"x86_64": 322, "aarch64": 281}


def import_parts() -> None:
    """Imports and makes all that the barrier needs, while compiled files can still be written."""
    if not is_linux():
        return
    try:
        from . import descriptors, landlock, libc, seccomp, trap  # noqa: F401
        from .filter_program import head

        if is_known_machine():
            head(machine())
    except (ImportError, OSError, AttributeError) as error:
        ignored(error, "without them there is no barrier, which the plan says")


def put_up(keep: Collection[int]) -> Optional[str]:
    """Puts the barrier up around this process; descriptors to keep can still be written.

    Returns why there is none or not all of it, as a fragment of a sentence, `None` if there is.
    """
    if not is_linux():
        return "this system (%s) has no such barrier" % sys.platform
    if not is_known_machine():
        return "there is none for this machine"
    try:
        return put_up_on_linux(keep)
    except (ImportError, OSError, AttributeError) as error:
        return "the system refused it (%s)" % error


def put_up_on_linux(keep: Collection[int]) -> Optional[str]:
    from . import descriptors, landlock, libc, seccomp, trap

    unusable = descriptors.make_unusable(keep)
    handler = trap.install(unusable)
    libc.control(libc.PR_SET_NO_NEW_PRIVS, 1)
    landlock.restrict()
    seccomp.install(unusable.numbers, unusable.spare)
    try:
        libc.call(PROBE[machine()], -1, 0, 0, 0, 0)
    except OSError as error:
        if error.errno == errno.EPERM and handler.refused == 1:
            handler.notes = True
            return None
    return "the system doesn't keep to it"
