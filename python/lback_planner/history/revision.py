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
