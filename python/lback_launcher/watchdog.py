"""Ends a process that works for lback alone when lback has ended, or the time is over."""

from __future__ import annotations

import os
import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .channel import Channel

#: Seconds between two looks at whether lback still waits.
CONNECTION_PAUSE = 0.5

#: The exit code of a process that was not done in time.
OVERDUE = 124


def end_after(seconds: float, channel: Channel) -> None:
    """Ends this process when the time is over or lback has ended, whatever it waits for."""
    end_at = time.monotonic() + seconds

    def end() -> None:
        while time.monotonic() < end_at and channel.is_connected():
            time.sleep(min(CONNECTION_PAUSE, max(0, end_at - time.monotonic())))
        os._exit(OVERDUE)

    threading.Thread(target=end, daemon=True).start()


def end_with_lback(channel: Channel) -> None:
    """Ends this process when lback has ended."""
    end_after(float("inf"), channel)
