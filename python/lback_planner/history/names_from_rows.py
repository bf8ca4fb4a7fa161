"""Names of tables that are made of what rows hold, also where nothing in the name shows it."""

from typing import Any, Dict, List, Optional, Sequence, Set

from ..coverage.reachability import Reachability
from ..coverage.tracer import Tracer
from ..execution import scenarios
from ..execution.run import Outcome
from ..execution.scenarios import Scenario
from ..model import Effect, Reason
from .job import Job

Line = Optional[int]


def drop_names_from_rows(job: Job, outcomes: Sequence[Outcome], steps: int) -> List[Line]:
    """Drops the effects on tables whose names are made of what rows hold, and returns their lines.

    The script runs once more with rows that only have other values: where names are others then,
    they are made of these values.
    """
    like = Scenario(rows=True)
    base = next((each for each in outcomes if is_as_plain_as(each.scenario, like)), None)
    if base is None or base.by_steps or not any(effect.table for effect in base.effects):
        return []
    names = tables_by_place(base)
    tracer = Tracer(job.project, Reachability())
    other = job.run(scenarios.twin(like), steps, tracer)
    others = tables_by_place(other)
    for line in lines_of(other.reasons) - lines_of(base.reasons):
        # Only there, the statement can't be read.
        others.update((place, set()) for place in names if place[1] == line)
    dropped = [
        effect
        for effect in base.effects
        if effect.table in names.get(place_of(effect), ())
        and effect.table not in others.get(place_of(effect), {effect.table})
    ]
    keys = {effect.key() for effect in dropped}
    for outcome in outcomes:
        outcome.effects = [effect for effect in outcome.effects if effect.key() not in keys]
    return [effect.line for effect in dropped]


def lines_of(reasons: Sequence[Reason]) -> Set[Line]:
    return {reason.line for reason in reasons}


def is_as_plain_as(scenario: Scenario, other: Scenario) -> bool:
    return scenario.answers() == other.answers() and scenario.text == other.text


def place_of(effect: Effect) -> Any:
    return effect.kind, effect.line


def tables_by_place(outcome: Outcome) -> Dict[Any, Set[Any]]:
    """Returns the tables of a run's effects, by their kind and their line."""
    found: Dict[Any, Set[Any]] = {}
    for effect in outcome.effects:
        if effect.table is not None:
            found.setdefault(place_of(effect), set()).add(effect.table)
    return found


def lines_without_names(effects: Sequence[Effect], nameless: Sequence[Line]) -> List[Line]:
    """Returns the lines that had nothing for the name of a table, and never a name."""
    known = {effect.line for effect in effects if effect.table is not None}
    return [line for line in nameless if line not in known]
