"""The report of a step."""

from __future__ import annotations

from .compat import alembic_internals
from .diagnostics import ignored

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def revision_of(step: Any) -> str | None:
    """Returns the revision that a step applies or reverts."""
    script = getattr(step, "revision", None)
    return getattr(script, "revision", None)


def step_description(step: Any) -> dict[str, Any]:
    """Returns what is reported of a step of an upgrade, a downgrade or a stamp."""
    try:
        revision = getattr(step, "revision", None)
        if revision is None:
            ends = step.to_revisions or step.from_revisions
            return reported_step("stamp", ",".join(ends), list(step.from_revisions), None)
        direction = "upgrade" if step.is_upgrade else "downgrade"
        down_revisions = list(alembic_internals.down_revisions(revision))
        return reported_step(direction, revision.revision, down_revisions, step.doc)
    except Exception as error:
        ignored(error, "a step of a kind that lback doesn't know is reported without details")
        return reported_step("unknown", "", [], None)


def reported_step(
    direction: str, revision: str, down_revisions: list[str], doc: str | None
) -> dict[str, Any]:
    """Returns the fields of a step in a report."""
    return {
        "direction": direction,
        "revision": revision,
        "down_revisions": down_revisions,
        "doc": doc,
    }
