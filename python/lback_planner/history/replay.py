"""One run of a script in the likeliest scenario, for what is written of it."""

from typing import Any, Callable, ContextManager, Iterable, Optional

from alembic.runtime.migration import MigrationContext

from ..execution.arguments import NO_ARGUMENTS, arguments_of
from ..execution.run import Outcome, run
from ..execution.run_steps import RunSteps
from ..execution.scenarios import first
from ..schema.state import Schema
from .direction import FIRST_STEPS
from .loading import module_path
from .revisions import RevisionHistory

#: What is entered around the call of a function.
Log = Optional[ContextManager[Any]]


class Replay:
    """Runs functions of scripts, and of scripts that are being written."""

    def __init__(self, history: RevisionHistory, context: MigrationContext) -> None:
        self.history = history
        self.context = context

    def schema_of(self, revision_ids: Iterable[str]) -> Schema:
        """Returns the schema as these revisions left it."""
        history = self.history
        schema = history.live.empty_schema()
        for number in sorted(history.revisions[each].number for each in revision_ids):
            for change in history.changes(history.ordered[number]):
                schema.apply(change)
        return schema

    def recorded(self, revision_id: str, which: str, log: Log = None) -> Outcome:
        """Returns what a function of a revision does, as Alembic's own objects."""
        if which == "downgrade":
            schema = self.history.schema_after(revision_id)
        else:
            schema = self.history.schema_before(revision_id)
        script = self.history.revisions[revision_id].script
        function = getattr(script.module, which, None)
        if function is None:
            # `upgrade()` and `downgrade()` may be missing.
            function = no_function
        return self.run(function, schema, module_path(script.module, script), log)

    def run(
        self, function: Callable[..., Any], schema: Schema, path: str, log: Log = None
    ) -> Outcome:
        """Runs a function, which changes the schema."""
        arguments = arguments_of(function, self.context) or NO_ARGUMENTS
        steps = RunSteps(FIRST_STEPS)
        outcome = run(function, arguments, self.context, schema, first(), path, steps, log)
        if not schema.enforces_keys:
            outcome.effects = [effect for effect in outcome.effects if not effect.left]
        return outcome


def no_function() -> None:
    """A function of a script that has none."""
