"""Fills in the script that `alembic revision` writes, with a revision that lback has derived."""

from __future__ import annotations

import functools

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from alembic.script import Script, ScriptDirectory


def install(bodies: dict[str, str]) -> None:
    """Passes these texts to the template of every script that is generated from now on."""
    from alembic.script.base import ScriptDirectory

    original = ScriptDirectory.generate_revision

    @functools.wraps(original)
    def generate_revision(self: ScriptDirectory, *args: Any, **kwargs: Any) -> Script | None:
        kwargs.update(bodies)
        return original(self, *args, **kwargs)

    ScriptDirectory.generate_revision = generate_revision  # type: ignore[method-assign]
