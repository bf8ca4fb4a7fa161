"""Sorts the revisions of a project: each comes after those that it depends on."""

from typing import Any, Dict, Iterator, List, Sequence, Set, Tuple

from alembic.script import Script, ScriptDirectory

from ..compat import alembic_internals


def in_order(script: ScriptDirectory) -> Iterator[Tuple[Script, List[str]]]:
    """Yields each revision after those that it comes from and depends on, with their ids."""
    found: Dict[str, Tuple[Script, List[str]]] = {}
    for revision in alembic_internals.all_revisions(script):
        found[revision.revision] = revision, parents_of(revision)
    placed: Set[str] = set()
    for start in sorted(found):
        stack = [start]
        while stack:
            current = stack[-1]
            if current in placed:
                stack.pop()
                continue
            revision, parents = found[current]
            parents = [parent for parent in parents if parent in found]
            missing = [parent for parent in parents if parent not in placed]
            if missing:
                stack.extend(reversed(missing))
                continue
            stack.pop()
            placed.add(current)
            yield revision, parents


def parents_of(revision: Script) -> List[str]:
    """Returns the revisions that one comes from or depends on."""
    found = alembic_internals.all_down_revisions(revision)
    if found is not None:
        return list(found)
    groups = (revision.down_revision, revision.dependencies)
    return [each for group in groups for each in as_tuple(group)]


def as_tuple(group: Any) -> Sequence[str]:
    return (group,) if isinstance(group, str) else tuple(group or ())
