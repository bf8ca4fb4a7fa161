"""Measures what the process behind the barrier adds to a plan.

    PYTHONPATH=python .venv/bin/python python/benchmarks/barrier.py

Each pair does the same small work twice: in this process, and in one that is forked for it, puts
the barrier up and reports, as a plan does. Alembic, SQLAlchemy and the planner are imported before,
so that the process has the size of a real one. What is measured is the time until the report is
there. Output: medians and quartiles of the pairs' differences, in milliseconds.
"""

import gc
import statistics
import sys
import time
from typing import Callable

from alembic import command  # noqa: F401
from sqlalchemy.dialects import postgresql  # noqa: F401

from lback_planner.isolation import barrier, child
from lback_planner.planner import Planner  # noqa: F401

PAIRS = 200


class Reports:
    """The receiver of the child's report."""

    count = 0

    def pass_on(self, kind: str, document: bytes) -> None:
        """Counts a report."""
        self.count += 1


def work() -> int:
    """Does what any plan does much more of: it makes objects and reads text."""
    return len([str(number).zfill(8) for number in range(20_000)])


def direct() -> None:
    work()


def forked() -> None:
    work_in_child(lambda sender: None)


def behind_barrier() -> None:
    def put_up(sender: child.Sender) -> None:
        lacking = barrier.put_up([sender.descriptor])
        if lacking is not None:
            sys.exit("there is no barrier here: %s" % lacking)

    work_in_child(put_up)


def work_in_child(prepare: Callable[[child.Sender], None]) -> None:
    reports = Reports()

    def in_child(sender: child.Sender, found: bytes) -> None:
        gc.freeze()
        prepare(sender)
        work()
        sender.report("analysing")

    status = child.run(in_child, reports, [])
    assert status == 0 and reports.count == 1, "the child reported nothing"


def milliseconds(task: Callable[[], None]) -> float:
    start = time.perf_counter()
    task()
    return (time.perf_counter() - start) * 1000


def main() -> None:
    start = time.perf_counter()
    barrier.import_parts()
    print("importing its parts, once: %.2f ms" % ((time.perf_counter() - start) * 1000))
    for task in (direct, forked, behind_barrier):
        task()
    for name, task, without in (
        ("the process", forked, direct),
        ("the process and the barrier", behind_barrier, direct),
        ("the barrier alone", behind_barrier, forked),
    ):
        added = [milliseconds(task) - milliseconds(without) for _ in range(PAIRS)]
        low, median, high = statistics.quantiles(added, n=4)
        print("added by %s: %.2f ms (quartiles %.2f to %.2f)" % (name, median, low, high))


if __name__ == "__main__":
    main()
