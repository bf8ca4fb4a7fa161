"""The answers to whether a session of an earlier process goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any

    #: What identifies a session, as JSON: the process of the run writes it, that of the probe reads
    #: it.
    Identity = dict[str, Any]

#: The session has ended, and so has everything that it did.
GONE = "gone"
#: The session goes on, and may still commit.
ALIVE = "alive"
#: Whether the session goes on can't be seen.
UNSEEN = "unseen"


class Status(NamedTuple):
    """The state of a session."""

    state: str
    #: The reason why that can't be seen.
    why: str | None = None
    #: What goes on, where it isn't the session itself.
    what: str | None = None
    #: The statement that shows it.
    look: str | None = None


HAS_ENDED = Status(GONE)
GOES_ON = Status(ALIVE)


def unseen(why: str) -> Status:
    """Returns the status of a session that can't be seen."""
    return Status(UNSEEN, why)
