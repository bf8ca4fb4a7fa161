"""Hooks in Alembic and in Python's JSON readers that report to the recorder of the run that goes
on.
"""

import sys
from typing import Any

from alembic.operations.base import AbstractOperations
from alembic.operations.batch import BatchOperationsImpl
from sqlalchemy.engine import CursorResult

from ..compat import cpython_internals, sqlalchemy_internals
from ..libraries import is_library
from . import async_calls, context, driver_texts, fake_columns, ordered_elements, orm_events
from .fake_values import install_in


def counted() -> None:
    """Takes up that a script reads how many rows a statement changed."""
    recorder = context.current()
    caller = cpython_internals.caller(2)
    if recorder is not None and not is_library(caller.f_globals.get("__name__")):
        recorder.scenario.ask("rows")


def watch_async(operations: Any) -> None:
    """Has asynchronous functions run on the fake connection, if the live one is asynchronous."""
    own = getattr(operations, "run_async", None)
    if own is None:
        return

    def run_async(self: Any, function: Any, *args: Any, **kwargs: Any) -> Any:
        recorder = context.current()
        if recorder is None or not getattr(recorder.dialect, "is_async", False):
            return own(self, function, *args, **kwargs)
        return async_calls.run_async(function, self.get_bind(), *args, **kwargs)

    operations.run_async = run_async


def install() -> None:
    """Installs the hooks, unless they are there. Outside of a run they do nothing."""
    for name in ("json", "simplejson"):
        if name in sys.modules:
            install_in(sys.modules[name].JSONDecoder)
    orm_events.install()
    driver_texts.install()
    sqlalchemy_internals.watch_counts(CursorResult, counted)
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

    watch_async(operations)
    invoked.of_lback = True  # type: ignore[attr-defined]
    operations.invoke, batches.flush = invoked, flushed
    fake_columns.install()
    ordered_elements.install()
