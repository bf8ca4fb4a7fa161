"""The steps that Alembic would take, asked of its own script directory."""

from typing import TYPE_CHECKING, Any, Collection, List, Optional, Set, Tuple

from .compat import alembic_internals
from .refused import Refused

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

Heads = Tuple[str, ...]


def steps_up(script: "ScriptDirectory", target: str, heads: Heads) -> List[Any]:
    """Returns the steps of an upgrade."""
    return list(alembic_internals.upgrade_steps(script, target, heads))


def steps_down(script: "ScriptDirectory", target: str, heads: Heads) -> List[Any]:
    """Returns the steps of a downgrade.

    A script without ``downgrade()`` ends Alembic before the first step, with an error of Python's.
    It is refused here.
    """
    try:
        return list(alembic_internals.downgrade_steps(script, target, heads))
    except AttributeError as error:
        module = getattr(error, "obj", None)
        revision = getattr(module, "revision", None)
        if getattr(error, "name", "downgrade") != "downgrade" or "downgrade" not in str(error):
            raise
        which = "a revision on the way" if revision is None else "the revision `%s`" % revision
        raise Refused(
            "alembic",
            "%s has no `downgrade()`: Alembic can't go back past it" % which,
            "write its `downgrade()`, or a new revision that undoes it: "
            "`lback makemigrations` begins one",
        ) from error


def heads_after(heads: Collection[str], steps: Collection[Any]) -> Set[str]:
    """Returns the heads when all steps are done, as Alembic itself keeps them."""
    maintainer = alembic_internals.MemoryHeads(heads)
    for step in steps:
        parent = only_parent(step)
        revision = step.revision.revision
        if parent is not None and revision in maintainer.heads:
            # Alembic comes to the same after it has looked at all that lies below, at each step.
            maintainer.replace(revision, parent)
        else:
            maintainer.apply(step)
    return set(maintainer.heads)


def only_parent(step: Any) -> Optional[str]:
    """Returns the revision that becomes the head after a downgrade, ``None`` where Alembic must
    look further.

    That is the only revision below, if there is no other above it.
    """
    below = alembic_internals.all_down_revisions(step.revision) or ()
    if step.is_upgrade or len(below) != 1:
        return None
    parent = step.revision_map.get_revision(below[0])
    alone = alembic_internals.all_next_revisions(parent) == {step.revision.revision}
    return str(parent.revision) if alone else None
