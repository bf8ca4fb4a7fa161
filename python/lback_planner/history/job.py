"""A job of the analysis: one function of a script, which can run in any scenario."""

from types import FunctionType, ModuleType
from typing import Any, Callable, NamedTuple, Optional, Set

from alembic.runtime.migration import MigrationContext

from ..coverage.tracer import Project, Tracer
from ..execution.arguments import Arguments
from ..execution.run import Outcome, run
from ..execution.run_steps import RunSteps
from ..execution.scenarios import Scenario
from ..schema.state import Schema
from .module_state import ModuleState


class Job(NamedTuple):
    """A function to be analysed, with what its runs need."""

    function: Callable[..., Any]
    arguments: Arguments
    context: MigrationContext
    schema: Schema
    path: str
    project: Project
    state: ModuleState

    def files(self, module: ModuleType) -> Set[str]:
        """Returns the script, and the modules of the project whose functions it names."""
        found = {self.path}
        for value in list(vars(module).values()):
            if isinstance(value, FunctionType) and self.project.has(value.__code__.co_filename):
                found.add(value.__code__.co_filename)
        return found

    def run(self, scenario: Scenario, steps: int, tracer: Optional[Tracer] = None) -> Outcome:
        """Runs the function in a scenario, on a copy of the schema."""
        return self.call(self.function, self.arguments, scenario, RunSteps(steps), tracer)

    def call(
        self,
        function: Callable[..., Any],
        arguments: Arguments,
        scenario: Scenario,
        steps: RunSteps,
        tracer: Optional[Tracer],
    ) -> Outcome:
        """Runs any function in the place of the script's."""
        watching = None if tracer is None else tracer.counting(steps)
        schema = self.schema.copy()
        self.state.restore()
        return run(function, arguments, self.context, schema, scenario, self.path, steps, watching)
