"""The heads of the scripts, and the revisions that a database lacks, for `lback status`."""

from __future__ import annotations

import functools

from .diagnostics import ignored, summary
from .failure_details import described

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from alembic.runtime.migration import MigrationContext

    from .failure import Reporting

#: The most revisions that are described; the others are counted.
MOST_REVISIONS = 200


def install(channel: Reporting) -> None:
    """Reports the heads before env.py runs, which may not reach its database."""
    from alembic.script import ScriptDirectory

    original = ScriptDirectory.run_env

    @functools.wraps(original)
    def run_env(self: ScriptDirectory) -> None:
        report_heads(channel, self)
        original(self)

    ScriptDirectory.run_env = run_env  # type: ignore[method-assign]


def report_heads(channel: Reporting, scripts: Any) -> None:
    """Reports the heads of the scripts. Never raises."""
    try:
        heads = sorted(scripts.get_heads())
        channel.report(
            "scripts", script_heads=[described(scripts, head) for head in heads], why=None
        )
    except Exception as error:
        channel.report("scripts", script_heads=[], why=summary(error))


def pending(context: MigrationContext, heads: tuple[str, ...]) -> dict[str, Any]:
    """Returns the revisions that an upgrade to all heads would apply, in order. Never raises."""
    try:
        environment = context.environment_context
        assert environment is not None
        scripts = environment.script
        found = list(scripts.iterate_revisions("heads", heads, implicit_base=True))
        found.reverse()
        shown = [described(scripts, script.revision) for script in found[:MOST_REVISIONS]]
        return {"count": len(found), "revisions": shown, "why": None}
    except Exception as error:
        ignored(error, "the revisions of the database are then shown without those that follow")
        return {"count": None, "revisions": [], "why": summary(error)}
