"""Hooks in Alembic and in Python's JSON readers that report to the recorder of the run that goes
on.
"""

import sys
from typing import Any

from alembic.operations.base import AbstractOperations
from alembic.operations.batch import BatchOperationsImpl

from . import context, fake_columns
from .fake_values import install_in


def install() -> None:
    """Installs the hooks, unless they are there. Outside of a run they do nothing."""
    for name in ("json", "simplejson"):
        if name in sys.modules:
            install_in(sys.modules[name].JSONDecoder)
    operations: Any = AbstractOperations
    batches: Any = BatchOperationsImpl
    if getattr(operations.invoke, "of_lback", False):
        return
    invoke, flush = operations.invoke, batches.flush

    def invoked(self: Any, operation: Any) -> Any:
        recorder = context.current()
        if recorder is None:
            return invoke(self, operation)
        return recorder.operation(operation, lambda: invoke(self, operation))

    def flushed(self: Any) -> Any:
        recorder = context.current()
        if recorder is None:
            return flush(self)
        return recorder.flush(self, lambda: flush(self))

    invoked.of_lback = True  # type: ignore[attr-defined]
    operations.invoke, batches.flush = invoked, flushed
    fake_columns.install()
