"""A request that can't be met, and what to do about it."""

from typing import Optional


class Refused(Exception):
    """A request that can't be met.

    `kind` is ``usage`` (what was asked for can't be meant), ``incomplete`` (what a revision does
    can't be told), ``alembic`` (Alembic would refuse it) or ``facts`` (the file of facts can't be
    used). `hint` is the next step, ``None`` where
    there is none.
    """

    def __init__(self, kind: str, message: str, hint: Optional[str] = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.hint = hint
