"""The heads after some steps: as Alembic keeps them."""

import random
import unittest

from alembic.runtime.migration import HeadMaintainer, RevisionStep
from alembic.script.revision import Revision, RevisionMap

from lback_planner.steps import heads_after


class Made(Revision):
    """A revision with the functions that a step expects."""

    class module:
        upgrade = downgrade = None


def graph(seed):
    """Some revisions, with branches, merges and dependencies."""
    choice = random.Random(seed)
    made = []
    for number in range(choice.randint(2, 14)):
        below = [each.revision for each in made]
        parents = choice.sample(below, min(len(below), choice.choice((0, 1, 1, 1, 1, 2))))
        others = [each for each in below if each not in parents]
        needs = choice.sample(others, 1) if others and choice.random() < 0.15 else None
        made.append(
            Made(
                "r%d" % number, tuple(parents) or None, dependencies=tuple(needs) if needs else None
            )
        )
    return RevisionMap(lambda: made), [each.revision for each in made]


class ByAlembic(HeadMaintainer):
    def _insert_version(self, version):
        self.heads.add(version)

    def _delete_version(self, version):
        self.heads.discard(version)

    def _update_version(self, from_, to_):
        self.heads.discard(from_)
        self.heads.add(to_)


class Heads(unittest.TestCase):
    def test_are_those_that_alembic_keeps(self):
        for seed in range(400):
            found, names = graph(seed)
            up = [RevisionStep(found, found.get_revision(name), True) for name in names]
            down = [
                RevisionStep(found, found.get_revision(name), False) for name in reversed(names)
            ]
            top = set()
            for steps in (up, down):
                heads = set() if steps is up else top
                expected = ByAlembic(None, set(heads))
                for number, step in enumerate(steps):
                    expected.update_to_step(step)
                    self.assertEqual(
                        set(heads_after(set(heads), steps[: number + 1])),
                        expected.heads,
                        (seed, number, step.is_upgrade),
                    )
                if steps is up:
                    top = set(expected.heads)


if __name__ == "__main__":
    unittest.main()
