"""A revision with its place among the others, and sets of revisions as bits."""

from typing import Iterator, Sequence

from alembic.script import Script


class Revision:
    """A revision, with its place among the others."""

    def __init__(self, number: int, script: Script, parents: Sequence[str]) -> None:
        self.number = number
        self.script = script
        self.id: str = script.revision
        self.parents = parents
        #: A bit for each revision that comes before.
        self.ancestors = 0


def bits(number: int) -> Iterator[int]:
    """Yields the numbers of the bits that are set, the lowest first."""
    while number:
        yield (number & -number).bit_length() - 1
        number &= number - 1


def is_on_one_line(revision: Revision, ordered: Sequence[Revision]) -> bool:
    """Returns whether every revision is before or after one: no branch makes or drops what only
    another one knows of.
    """
    bit = 1 << revision.number
    return revision.ancestors == bit - 1 and all(
        each.ancestors & bit for each in ordered[revision.number + 1 :]
    )


def are_apart(one: Revision, other: Revision) -> bool:
    """Returns whether neither of two revisions follows the other."""
    if one.id == other.id:
        return False
    return not (one.ancestors >> other.number & 1 or other.ancestors >> one.number & 1)
