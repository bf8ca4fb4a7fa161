"""When a file's times can be trusted to tell that it has changed."""

import time

#: Seconds in which two changes of a file may get the same time.
TICK = 2


def is_settled(times, seconds=TICK):
    """Whether nothing has changed for so long. A file that has only just changed could change again without getting another time."""
    return max(times) < time.time_ns() - seconds * 10**9
