"""Texts that rows of the fake database have."""

from ..sql.reader import MARK

#: Tried one after another where a script can't do with the one before.
FAKE_TEXTS = (
    MARK,
    "{}",
    MARK + "-0000-4000-8000-000000000000",
    "[]",
    "7919-02-03 04:05:06",
    "7919",
)
