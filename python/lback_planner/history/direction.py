"""One direction of one revision: runs it in the scenarios that it needs, and unites what they show.

What is tried is limited by steps and by a number of runs, so that every machine comes to the same.
The clock only ends what has no end; then there is a doubt that says so.
"""

import traceback
from types import ModuleType
from typing import Any, Dict, List, Set

from alembic.runtime.migration import MigrationContext

from ..coverage import surroundings, syntax
from ..coverage.forcing import Forcer
from ..coverage.raised import Failure
from ..coverage.reachability import Reachability
from ..coverage.tracer import Project, Tracer
from ..execution import scenarios
from ..execution.arguments import NO_ARGUMENTS, arguments_of
from ..execution.fake_texts import FAKE_TEXTS
from ..execution.recorder import FROM_ROWS
from ..execution.run import Outcome
from ..execution.run_steps import RunSteps
from ..execution.scenarios import Scenario
from ..execution.statement_log import Run
from ..model import Effect
from ..schema.object_changes import EnforceKeys
from ..schema.state import Schema
from .certain_failures import certain_failure
from .empty_function import does_nothing
from .errors import agree, is_own, raised_by_script, where, without_addresses
from .findings import Direction
from .job import Job
from .module_state import ModuleState
from .names_from_rows import drop_names_from_rows

#: Steps of the first run, and of each run beside it.
FIRST_STEPS = 5_000_000
MORE_STEPS = 500_000
#: Runs of a script, and those that are tried whatever their steps.
RUNS = 24
RUNS_AT_LEAST = 4
#: Steps of all runs after which no further scenario is begun: what it would show is left to the
#: lines that did not run.
ALL_STEPS = 3_000_000
#: Steps of all that is made to run in one scenario, and in all of them before no more are begun.
FORCED_STEPS = 1_500_000


def analyse(
    module: ModuleType,
    which: str,
    context: MigrationContext,
    schema: Schema,
    path: str,
    project: Project,
) -> Direction:
    """Returns what ``upgrade()`` or ``downgrade()`` of a script does. Never raises: what fails is a
    doubt.
    """
    found = Direction()
    try:
        function = getattr(module, which, None)
        if function is None:
            found.empty = True
            return found.finish()
        arguments = arguments_of(function, context)
        if arguments is None:
            why = "`%s` takes arguments that lback doesn't know" % which
            found.reason(why, path, function.__code__.co_firstlineno)
            return found.finish()
        state = ModuleState(module, project)
        job = Job(function, arguments, context, schema, path, project, state)
        examine(found, job, module, which)
        state.restore()
        found.depend_on(surroundings.decided_lines(path))
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        why = "can't be analysed (%s: %s, in %s)" % (type(error).__name__, error, last.name)
        found.reason(why, path)
    return found.finish()


def examine(found: Direction, job: Job, module: ModuleType, which: str) -> None:
    """Runs a function once, and in more scenarios where one run doesn't show everything."""
    first = job.run(scenarios.first(), FIRST_STEPS)
    if first.by_clock:
        # Modules that were imported meanwhile are there now.
        first = job.run(scenarios.first(), FIRST_STEPS)
    found.take(first)
    found.fails = certain_failure(job, first, MORE_STEPS)
    has_code = getattr(job.function, "__code__", None) is not None
    found.empty = not first.effects and has_code and does_nothing(job.path, which)
    files = sorted(job.files(module))
    decides = first.asked or any(map(syntax.has_ways_out, files))
    decides = decides or any(map(surroundings.decides, files))
    if first.forbidden or not decides:
        unite(found, [first])
        found.cut_off(first, job.path)
        if not first.forbidden and first.error is not None:
            ended(found, first.error, job.path, job.project)
        found.doubt_missing_names(job.path)
        return
    several(found, job)


def ended(found: Direction, error: BaseException, path: str, project: Project) -> None:
    """Notes that a run ended with an error: the script's own, or one that may be due to the fake
    database.
    """
    file, line = where(error, path, project)
    kind, text = type(error).__name__, str(error)
    if is_own(error, project):
        found.raises = without_addresses("%s: %s" % (kind, text) if text else kind)
    else:
        shown = " ".join(without_addresses(text).split())[:120]
        found.reason("fails where there is no database (%s: %s)" % (kind, shown), file, line)


class Trials:
    """The scenarios of one function: those that were tried, and those that are still to be."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.tracer = Tracer(job.project, Reachability())
        self.outcomes: List[Outcome] = []
        self.asked: Set[str] = set()
        self._queue: List[Scenario] = [scenarios.first()]
        #: Scenarios of keys come last.
        self._later: List[Scenario] = []
        self._keys: Set[str] = set()
        self._steps = 0

    def __call__(self, found: Direction) -> None:
        """Tries scenarios until none is left, or there were enough."""
        while (self._queue or self._later) and self._has_budget():
            tracer = self.tracer
            if not self._queue:
                tracer = Tracer(self.job.project, self.tracer.reach)
            scenario = (self._queue or self._later).pop(0)
            outcome = self.job.run(scenario, MORE_STEPS if self.outcomes else FIRST_STEPS, tracer)
            if outcome.by_steps and self.outcomes:
                # Answers that let a script go on for ever prove nothing.
                outcome.error, outcome.forbidden = TimeoutError(outcome.forbidden), None
            self.outcomes.append(outcome)
            self._steps += outcome.steps
            found.take(outcome)
            if outcome.forbidden:
                found.cut_off(outcome, self.job.path)
                break
            self.tracer.learn(tracer)
            self._plan(scenario, outcome)

    def _has_budget(self) -> bool:
        tried = len(self.outcomes)
        return tried < RUNS and (self._steps < ALL_STEPS or tried < RUNS_AT_LEAST)

    def _plan(self, scenario: Scenario, outcome: Outcome) -> None:
        """Works out which scenarios a run makes worth trying."""
        self._later += scenarios.with_keys(outcome.scenario.keys, self._keys)
        if outcome.asked - self.asked:
            self.asked |= outcome.asked
            tried = [other.scenario.answers() for other in self.outcomes]
            further = scenarios.further(self.asked)
            self._queue = [other for other in further if other.answers() not in tried]
        failed = outcome.error is not None and scenario.rows
        if failed and not raised_by_script(outcome.error, self.job.project):
            other_text = scenarios.with_other_text(scenario)
            if other_text is not None:
                self._queue.append(other_text)


def several(found: Direction, job: Job) -> None:
    """Runs a function in all scenarios that it needs, and makes the lines run that ran in none."""
    trials = Trials(job)
    trials(found)
    for line in drop_names_from_rows(job, trials.outcomes, MORE_STEPS):
        found.reason(FROM_ROWS, job.path, line)
    unite(found, trials.outcomes)
    found.asked = trials.asked
    error = trials.outcomes[0].error
    if error is not None and agree(trials.outcomes, job.project):
        ended(found, error, job.path, job.project)
        return
    read_what_never_ran(found, job, trials.tracer)
    found.doubt_missing_names(job.path)


def unite(found: Direction, outcomes: List[Outcome]) -> None:
    """Takes over the effects of all runs. What isn't in all of them is conditional."""
    seen: Dict[Any, Effect] = {}
    found.done = outcomes[0].effects
    found.runs = [
        Run(each.statements, each.error is None and not each.forbidden) for each in outcomes
    ]
    # A run that was cut off doesn't show what would have come.
    whole = [outcome for outcome in outcomes if outcome.error is None and not outcome.forbidden]
    for number, outcome in enumerate(outcomes):
        for effect in outcome.effects:
            key = effect.key()
            if key not in seen:
                seen[key] = effect
                effect.main = number == 0
                found.effects.append(effect)
            if seen[key] is not effect:
                agree_on_keys(found, seen[key], effect)
        for reason in outcome.reasons:
            found.reason(*reason)
    keys = [{effect.key() for effect in outcome.effects} for outcome in whole or outcomes]
    for key, effect in seen.items():
        if not all(key in others for others in keys):
            effect.conditional = True


def agree_on_keys(found: Direction, one: Effect, other: Effect) -> None:
    """Unites what two runs say of SQLite's foreign keys at one place."""
    one.left = one.left and other.left
    if one.change is None and isinstance(other.change, EnforceKeys) and other.change.on:
        found.leaves_keys = True
    elif isinstance(one.change, EnforceKeys) and other.change is None:
        # In one of the runs it did nothing.
        found.leaves_keys = found.leaves_keys or one.change.on or None
        one.change = None


def read_what_never_ran(found: Direction, job: Job, tracer: Tracer) -> None:
    """Adds what the lines that never ran would do, and a doubt for each that can't be told."""
    failed: Dict[Any, Failure] = {}
    queue = [
        Scenario(rows=True),
        Scenario(rows=True, text=FAKE_TEXTS[1]),
        Scenario(rows=True, truth=False),
    ]
    later: List[Scenario] = []
    keys: Set[str] = set()
    taken = 0
    while queue or later:
        # The scenarios of keys only add to what the others show.
        adds = not queue
        scenario = (queue or later).pop(0)
        scenario.forces = True
        if adds:
            tracer.forget_forced()
        steps = RunSteps(FORCED_STEPS)
        forcer = Forcer(tracer, scenario, steps)
        outcome = job.call(forcer, NO_ARGUMENTS, scenario, steps, tracer)
        taken += outcome.steps
        found.take(outcome)
        add_forced(found, outcome)
        if taken < FORCED_STEPS:
            later += scenarios.with_keys(scenario.keys, keys)
        if outcome.by_clock or not adds:
            found.cut_off(outcome, job.path)
        if outcome.by_clock:
            break
        if adds:
            continue
        if outcome.error is not None and not outcome.forbidden:
            why = "can't be read further (%s: %s)"
            found.reason(why % (type(outcome.error).__name__, outcome.error), job.path)
        failed = {each.key(): each for each in forcer.failed}
        if not failed:
            queue = []
    doubt_what_failed(found, tracer, failed)


def add_forced(found: Direction, outcome: Outcome) -> None:
    """Adds the effects of statements that were made to run."""
    known = {effect.key() for effect in found.effects}
    places = {effect.key()[:-1] for effect in found.effects}
    for effect in outcome.effects:
        if isinstance(effect.change, EnforceKeys) and effect.change.on:
            found.leaves_keys = True
        if effect.key() not in known and effect.key()[:-1] not in places:
            known.add(effect.key())
            effect.found_by = ["source"]
            effect.conditional = True
            effect.main = False
            found.effects.append(effect)
    for reason in outcome.reasons:
        found.reason(*reason)


def doubt_what_failed(found: Direction, tracer: Tracer, failed: Dict[Any, Failure]) -> None:
    """Adds a doubt for each statement that could not be run, and for calls of which there are too
    many.
    """
    for activations in tracer.functions.values():
        if activations.more:
            code = activations.code
            why = "calls `%s` in more ways than are tried" % code.co_name
            found.reason(why, code.co_filename, code.co_firstlineno)
    for failure in failed.values():
        statement, function, error = failure
        if (function.code, statement.lineno) in tracer.by_keys:
            # There it had all that it needs.
            continue
        if failure.is_due_to_nothing() and tracer.has_run(function.code, statement.lineno):
            continue
        shown = " ".join(without_addresses(str(error)).split())[:100]
        why = "may write, in a case that can't be tried (%s: %s)" % (type(error).__name__, shown)
        found.reason(why, function.code.co_filename, statement.lineno)
