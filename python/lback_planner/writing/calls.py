"""The calls that a script makes on `op` and on its batches, as source text.

Each call is written when it is made: Alembic changes columns and constraints that it was given.
"""

import contextlib
import functools
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Callable, ContextManager, Dict, Iterator, List, Optional, Tuple, Type

from alembic.operations import BatchOperations, Operations
from alembic.runtime.migration import MigrationContext

from ..diagnostics import ignored
from ..execution import context
from .values import SourceWriter, Unwritable

#: Methods that change nothing by themselves.
NO_CALLS = frozenset(
    (
        "invoke", "context", "batch_alter_table", "f", "get_bind", "get_context",
        "implementation_for", "register_operation", "inline_literal", "run_async",
    )
)  # fmt: skip


@dataclass
class Batch:
    """A batch of a script: the line that opens it, without its end."""

    text: Optional[str]
    why: Optional[str] = None


@dataclass
class Call:
    """One call of a script, with the numbers of the recorded events that it led to.

    `text` is its source without what it is called on, `None` where an argument has no source.
    """

    name: str
    text: Optional[str]
    why: Optional[str]
    batch: Optional[Batch]
    first: int
    end: int
    #: Imports that the call needs beside those of its arguments.
    imports: List[str] = field(default_factory=list)


@dataclass
class CallLog(ContextManager["CallLog"]):
    """The calls of one run of a script, while it is entered."""

    writer: SourceWriter
    calls: List[Call] = field(default_factory=list)
    #: The numbers of the first event and of the event after the last, of each autocommit block.
    blocks: List[Tuple[int, int]] = field(default_factory=list)
    _batches: Dict[int, Tuple[Any, Batch]] = field(default_factory=dict)
    _depth: int = 0
    _before: List[Tuple[Any, str, Any]] = field(default_factory=list)

    def __enter__(self) -> "CallLog":
        for owner in (Operations, BatchOperations):
            for name in dir(owner):
                found = getattr(owner, name)
                if not name.startswith("_") and name not in NO_CALLS and callable(found):
                    self._replace(owner, name, self._logged(name, found))
        blocks = self._logged_blocks(MigrationContext.autocommit_block)
        self._replace(MigrationContext, "autocommit_block", blocks)
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        for owner, name, own in reversed(self._before):
            if own is None:
                delattr(owner, name)
            else:
                setattr(owner, name, own)

    def _replace(self, owner: Any, name: str, new: Any) -> None:
        self._before.append((owner, name, vars(owner).get(name)))
        setattr(owner, name, new)

    def _logged(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def method(operations: Any, *args: Any, **keywords: Any) -> Any:
            recorder: Any = context.current()
            if recorder is None or self._depth:
                return original(operations, *args, **keywords)
            call = self._call(name, operations, args, keywords, len(recorder.events))
            self._depth += 1
            try:
                return original(operations, *args, **keywords)
            finally:
                self._depth -= 1
                call.end = len(recorder.events)
                call.imports = imports_of(recorder.events[call.first : call.end])

        return method

    def _call(
        self, name: str, operations: Any, args: Tuple[Any, ...], keywords: Any, first: int
    ) -> Call:
        text, why = None, None
        try:
            text = self.writer.call(name, args, keywords)
        except Unwritable as error:
            why = str(error)
        except Exception as error:
            ignored(error, "a call that can't be written becomes a comment")
            why = "%s: %s" % (type(error).__name__, error)
        call = Call(name, text, why, self._batch(operations), first, first)
        self.calls.append(call)
        return call

    def _batch(self, operations: Any) -> Optional[Batch]:
        """Returns the batch of a call, `None` outside of batches."""
        if not isinstance(operations, BatchOperations):
            return None
        settings: Any = operations.impl
        if id(settings) not in self._batches:
            # The settings are kept, so that no other ones get their address.
            self._batches[id(settings)] = settings, self._opened(settings)
        return self._batches[id(settings)][1]

    def _opened(self, settings: Any) -> Batch:
        """Returns a batch with the line that opens it."""
        try:
            keywords = self.writer.write_all(batch_options(settings))
            if settings.copy_from is not None:
                from .elements import write_whole_table

                keywords["copy_from"] = write_whole_table(self.writer, settings.copy_from)
        except Exception as error:
            ignored(error, "a batch that can't be opened again is a comment")
            return Batch(None, str(error))
        parts = [self.writer.write(settings.table_name)]
        parts += ["%s=%s" % pair for pair in keywords.items()]
        return Batch("with %sbatch_alter_table(%s)" % (self.writer.op, ", ".join(parts)))

    def _logged_blocks(self, original: Callable[..., Any]) -> Callable[..., Any]:
        log = self

        @contextlib.contextmanager
        def autocommit_block(migration: MigrationContext) -> Iterator[None]:
            recorder: Any = context.current()
            first = 0 if recorder is None else len(recorder.events)
            with original(migration):
                try:
                    yield
                finally:
                    if recorder is not None:
                        log.blocks.append((first, len(recorder.events)))

        return autocommit_block


def batch_options(settings: Any) -> Dict[str, Any]:
    """Returns the keyword arguments with which a batch was opened, without a table to copy."""
    found: Dict[str, Any] = {}
    if settings.schema is not None:
        found["schema"] = settings.schema
    if settings.recreate != "auto":
        found["recreate"] = settings.recreate
    reflecting = {
        key: value for key, value in settings.reflect_kwargs.items() if key != "listeners"
    }
    for option, value in (
        ("table_args", tuple(settings.table_args or ())),
        ("table_kwargs", dict(settings.table_kwargs or {})),
        ("reflect_args", tuple(settings.reflect_args or ())),
        ("reflect_kwargs", reflecting),
        ("naming_convention", settings.naming_convention),
        ("partial_reordering", settings.partial_reordering),
    ):
        if value:
            found[option] = value
    return found


def imports_of(events: List[Any]) -> List[str]:
    """Returns the imports that register the operations of a call, for those of a project's own."""
    modules = {type(event.operation).__module__ for event in events}
    return sorted(
        "import %s" % module
        for module in modules
        if not module.startswith(("alembic.", "sqlalchemy.", "lback_planner."))
    )
