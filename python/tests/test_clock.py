"""A plan is the same on a slow machine as on a fast one."""

import signal
import time

import pytest
from project import Project, names

from lback_planner.execution import sandbox

pytestmark = pytest.mark.once

#: How much slower the machine seems to be.
SLOWER = 20
#: Seconds of a run that has no end.
LIMIT = 0.5

ROWS = 'rows = op.get_bind().execute(sa.text("select id, name from a")).fetchall()\n'
#: Python's own code, in which no step is counted.
ENDLESS = "sum(__import__('heapq').merge(iter(int, 1), iter(int, 1)))"
#: Scripts that need several scenarios, keys, loops, and lines that run in no scenario.
SCRIPTS = [
    ROWS + "for row in rows:\n"
    '    if row.name == "x":\n'
    '        op.execute("delete from b")\n'
    "    elif row.id > 10 ** 9:\n"
    '        op.drop_table("c")\n',
    'if sa.inspect(op.get_bind()).has_table("d"):\n    op.drop_table("d")\n'
    'else:\n    op.drop_table("e")',
    'tables = {"one": "f", "two": "g"}\n'
    + ROWS
    + "for row in rows:\n"
    + '    op.execute("delete from " + tables.get(row.name, "h"))\n',
    "for number in range(40):\n"
    '    found = op.get_bind().execute(sa.text("select 1 from i where n = :n"), {"n": number})\n'
    "    if found.scalar():\n"
    '        op.drop_table("t%d" % number)\n',
    ROWS + "while rows:\n    rows = list(rows)\n",
    'count = op.get_bind().execute(sa.text("select count(*) from j")).scalar()\n'
    "if count == 12345:\n"
    '    for name in ("k", "l"):\n'
    "        op.drop_table(name)\n",
]


class SlowClock:
    """A clock that runs faster than the machine computes, and so makes the machine slow."""

    def __init__(self, original):
        self.original = original

    def __getattr__(self, name):
        return getattr(self.original, name)

    def setitimer(self, which, seconds, interval=0.0):
        return self.original.setitimer(which, seconds / SLOWER, interval)

    def monotonic(self):
        return self.original.monotonic() * SLOWER

    def process_time(self):
        return self.original.process_time() * SLOWER


def plans():
    with Project() as project:
        for script in SCRIPTS:
            project.revision(script, downgrade=script)
        return project.analysis()


def test_a_slow_machine_makes_the_same_plan(monkeypatch):
    monkeypatch.setattr(sandbox, "LIMIT", 60.0)
    usual = plans()
    monkeypatch.setattr(sandbox, "signal", SlowClock(signal))
    monkeypatch.setattr(sandbox, "time", SlowClock(time))
    assert plans() == usual


@pytest.mark.parametrize(
    "endless",
    [
        # In the first run, and in one in which there are rows.
        ENDLESS,
        ROWS + "if rows:\n    " + ENDLESS,
    ],
)
def test_what_the_clock_ends_has_a_doubt(monkeypatch, endless):
    monkeypatch.setattr(sandbox, "LIMIT", LIMIT)
    with Project() as project:
        project.revision(endless + '\nop.drop_table("b")')
        found = project.analysis()["1"]["upgrade"]
    assert not found["complete"]
    assert "takes longer than %g seconds" % LIMIT in [doubt["why"] for doubt in found["reasons"]]


def test_steps_end_a_loop_that_waits_for_other_rows():
    with Project() as project:
        project.revision(ROWS + 'while rows:\n    rows = list(rows)\nop.drop_table("b")')
        found = project.analysis()["1"]["upgrade"]
    assert "b" in names(found["writes"])
    assert not any("seconds" in doubt["why"] for doubt in found["reasons"])


class InterruptedSignals:
    """The module ``signal``, in which a timer rings just before it is stopped."""

    def __init__(self, ring):
        self.ring = ring

    def __getattr__(self, name):
        return getattr(signal, name)

    def setitimer(self, which, seconds, interval=0.0):
        if not seconds and self.ring:
            self.ring = False
            signal.raise_signal(signal.SIGVTALRM)
        return signal.setitimer(which, seconds, interval)


def test_a_timer_that_rings_at_the_end_of_a_run_ends_no_other(monkeypatch):
    before = signal.getsignal(signal.SIGVTALRM), signal.getsignal(signal.SIGALRM)
    monkeypatch.setattr(sandbox, "signal", InterruptedSignals(ring=True))
    ended = sandbox.Sandbox("1.py", limit=0.05)
    try:
        with pytest.raises(sandbox.TooLong), ended():
            pass
        assert signal.getitimer(signal.ITIMER_VIRTUAL)[0], "the timer was stopped all the same"
        with sandbox.Sandbox("2.py", limit=60.0)():
            pass
        end = time.monotonic() + 1
        while time.monotonic() < end:
            pass
        assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    finally:
        for timer in (signal.ITIMER_VIRTUAL, signal.ITIMER_REAL):
            signal.setitimer(timer, 0)
        for number, handler in zip((signal.SIGVTALRM, signal.SIGALRM), before):
            signal.signal(number, handler or signal.SIG_DFL)
