"""A request that can't be met, and what to do about it."""


class Refused(Exception):
    """`kind` is `usage` (what was asked for can't be meant), `incomplete` (what a revision does can't be told), or `alembic` (Alembic would refuse it)."""

    def __init__(self, kind, message, hint=None):
        super().__init__(message)
        self.kind = kind
        self.hint = hint
