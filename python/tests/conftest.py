"""Settings of all tests."""

import sys

# Compiled files beside the packages would end up in lback's binary.
sys.dont_write_bytecode = True

import pytest  # noqa: E402

from lback_planner.execution import sandbox  # noqa: E402


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Lets a run take minutes: a virtual machine may stand still for a while."""
    monkeypatch.setattr(sandbox, "LIMIT", 120.0)
