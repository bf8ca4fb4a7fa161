"""Limits how long the statements of steps wait for locks, and how long they run.

The limits hold in steps alone. A limit that the project has set by itself stays: in env.py, in the
URL, or in a version script.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any


class StatementLimits:
    """The limits of the statements on one connection."""

    #: The names of settings that the project has set by itself.
    kept: tuple[str, ...] = ()
    #: The limits that this database doesn't have: `statement-timeout`.
    missing: tuple[str, ...] = ()

    def step_begins(self) -> None:
        """Prepares the connection for the statements of a step."""

    def before(self, statement: str) -> None:
        """Prepares the connection for one statement of a step."""

    def transaction_ended(self) -> None:
        """Notes that a transaction, or a part of it, has ended."""

    def restore(self, connection: Any) -> None:
        """Restores a driver's connection that goes back to its pool."""
