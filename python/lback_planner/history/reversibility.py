"""Decides whether a revision can be reverted, from its effects in both directions."""

from typing import Collection, NamedTuple, Optional, Tuple

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
