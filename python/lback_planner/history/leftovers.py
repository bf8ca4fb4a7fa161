"""The objects that a downgrade leaves behind, so that the next upgrade fails."""

from typing import Any, Dict, List, Optional, Tuple

from ..model import Effect
from .reversibility import Directions

#: Kinds that create an object, with those that drop it.
CREATES = {
    "create_table": "drop_table",
    "create_view": "drop_view",
    "create_type": "drop_type",
    "create_sequence": "drop_sequence",
    "create_function": "drop_function",
    "create_schema": "drop_schema",
    "create_extension": "drop_extension",
}
#: What makes it harmless that an object is there already.
TOLERANT = ("IF NOT EXISTS", "OR REPLACE")

Key = Tuple[str, str]


def leftovers(both: Directions) -> List[Dict[str, Any]]:
    """Returns what `upgrade()` surely creates anew each time and `downgrade()` doesn't drop.

    Returns nothing where that can't be told.
    """
    up, down = both.up, both.down
    if up.reasons or down.reasons or down.raises or not both.has_downgrade:
        return []
    created: Dict[Key, None] = {}
    for effect in up.effects:
        take(created, effect)
    for effect in down.effects:
        key = key_of(effect)
        if key is not None and effect.kind in CREATES.values():
            created.pop(key, None)
    return [{"kind": kind, "name": name} for kind, name in created]


def take(created: Dict[Key, None], effect: Effect) -> None:
    """Takes up what an operation of an upgrade creates, renames or drops."""
    key = key_of(effect)
    if key is None or effect.conditional:
        return
    if effect.kind in CREATES and not any(words in effect.clause for words in TOLERANT):
        if not getattr(effect.change, "if_not_exists", False):
            created[key] = None
    elif effect.kind in CREATES.values():
        created.pop(key, None)
    elif effect.kind == "rename_table" and key in created and effect.new_table is not None:
        created.pop(key)
        created[("table", str(effect.new_table))] = None


def key_of(effect: Effect) -> Optional[Key]:
    """Returns the kind and the name of the object that an operation is about."""
    kind = effect.kind.partition("_")[2]
    name = str(effect.table) if kind in ("table", "view") else effect.name
    return None if name is None else (kind, name)
