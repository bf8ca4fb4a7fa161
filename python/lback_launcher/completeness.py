"""Reports what a process that ends with 0 may have left undone: migrations, and a script of SQL.

No function of this module is on the stack while a migration runs.
"""

from __future__ import annotations

import functools
import os

from .compat import alembic_internals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

    from alembic.runtime.environment import EnvironmentContext
    from alembic.runtime.migration import MigrationContext

    from .channel import Channel


#: The process in which migrations began. A copy of it that a script makes ends nothing for it.
_process: int | None = None


def began(channel: Channel, printed: bool = False) -> None:
    """Reports that the migrations of a database begin, to run or to be printed."""
    global _process
    _process = _process or os.getpid()
    channel.report("migrations_began", printed=printed)


def ended(channel: Channel, kind: str = "migrations_ended") -> None:
    """Reports that what began last has ended, unless this is a copy of the process."""
    if _process in (None, os.getpid()):
        channel.report(kind)


def report_returns(channel: Channel) -> None:
    """Reports each time that env.py has run to its end, and not ended the process or raised."""
    from alembic.runtime.environment import EnvironmentContext

    original = EnvironmentContext.__exit__

    @functools.wraps(original)
    def __exit__(self: EnvironmentContext, *raised: Any) -> None:
        original(self, *raised)
        if not any(raised):
            ended(channel, "environment_ended")

    EnvironmentContext.__exit__ = __exit__  # type: ignore[method-assign]


def watch_printing(channel: Channel, context: MigrationContext) -> None:
    """Prepares to report the begin and the end of what Alembic prints: steps and transactions."""
    implementation = context.impl
    begin, commit = implementation.emit_begin, implementation.emit_commit
    steps = alembic_internals.migrations_function(context)
    assert steps is not None

    def emit_begin() -> None:
        began(channel, printed=True)
        begin()

    def emit_commit() -> None:
        commit()
        ended(channel)

    def printed(heads: Any, context: MigrationContext) -> Iterator[Any]:
        began(channel, printed=True)
        yield from steps(heads, context)
        ended(channel)

    implementation.emit_begin = emit_begin  # type: ignore[method-assign]
    implementation.emit_commit = emit_commit  # type: ignore[method-assign]
    alembic_internals.set_migrations_function(context, printed)
