"""Decides whether a revision can be reverted, from its effects in both directions."""

from typing import Any, Collection, Dict, NamedTuple, Optional, Tuple

from .. import operation_kinds
from .findings import Direction


class Directions(NamedTuple):
    """The effects of a revision in both directions."""

    up: Direction
    down: Direction
    has_downgrade: bool


def reversibility(both: Directions) -> Tuple[str, Optional[str]]:
    """Returns whether a revision can be reverted, and why not."""
    up, down = both.up, both.down
    if not both.has_downgrade:
        return "no", "there is no `downgrade()`"
    if down.raises is not None:
        return "no", "`downgrade()` raises %s" % down.raises
    does = any(acts(effect.kind, ("select", "execute")) for effect in up.effects)
    undoes = any(acts(effect.kind, ("select",)) for effect in down.effects)
    if does and not undoes and not down.reasons:
        return "no", "`downgrade()` does nothing"
    if down.reasons or (up.reasons and not undoes):
        return "unknown", None
    return "yes", None


def acts(kind: str, idle: Collection[str]) -> bool:
    """Returns whether an operation does something that would have to be undone."""
    return operation_kinds.writes(kind) or kind not in idle


def with_failures(result: Dict[str, Any], on_one_line: bool) -> Dict[str, Any]:
    """Returns a result in which a `downgrade()` that can't work is irreversible.

    What rests on the schema counts only where no other branch can have changed it.
    """
    result = dict(result)
    for which in ("upgrade", "downgrade"):
        fails = result[which]["fails"]
        if fails is not None and fails["by_schema"] and not on_one_line:
            result[which] = dict(result[which], fails=None)
    fails = result["downgrade"]["fails"]
    if fails is not None and result["reversible"] != "no":
        place = "" if fails["line"] is None else " (line %d)" % fails["line"]
        result["reversible"] = "no"
        result["irreversible_because"] = "`downgrade()` can't work: %s%s" % (fails["why"], place)
    return result
