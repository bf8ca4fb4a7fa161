"""The failure of a function that is certain: it ends each run of the function."""

from typing import Any, Dict, List, NamedTuple, Optional

from ..execution import scenarios
from ..execution.failures import Failure
from ..execution.run import Outcome
from ..execution.scenarios import Scenario
from .job import Job


class CertainFailure(NamedTuple):
    """A reason why a function can't work, with the line. `by_schema` is as in `Failure`."""

    why: str
    line: Optional[int]
    by_schema: bool

    def as_json(self) -> Dict[str, Any]:
        return self._asdict()


def certain_failure(job: Job, first: Outcome, steps: int) -> Optional[CertainFailure]:
    """Returns the failure that ends a function whatever the database answers.

    A script may catch the error. So each scenario is run again, with the error raised.
    """
    if not first.failures or first.error is not None or first.forbidden:
        return None
    found: List[Failure] = []
    for scenario in [scenarios.first(), *scenarios.further(first.asked)]:
        failure = ended_by(job, scenario, steps)
        if failure is None:
            return None
        found.append(failure)
    if len({(failure.line, failure.why) for failure in found}) != 1:
        return None
    return CertainFailure(found[0].why, found[0].line, any(each.by_schema for each in found))


def ended_by(job: Job, scenario: Scenario, steps: int) -> Optional[Failure]:
    """Returns the failure that ends a run in a scenario, `None` if another one or none does."""
    outcome = job.run(scenarios.failing(scenario), steps)
    return next((each for each in outcome.failures if each.error is outcome.error), None)
