"""Asynchronous functions of scripts, which `op.run_async` calls: they run on the fake connection,
without an event loop.
"""

from typing import Any, Callable, Generator

from ..compat import sqlalchemy_internals

#: Steps of a function that only gives way to others, as `asyncio.sleep(0)` does.
PATIENCE = 10_000


class State:
    """Counts the asynchronous functions that run."""

    depth = 0


state = State()


def give_way() -> None:
    """Does what SQLAlchemy wants of statements of asynchronous functions."""
    if state.depth:
        sqlalchemy_internals.give_way()


def run_async(function: Callable[..., Any], connection: Any, *args: Any, **kwargs: Any) -> Any:
    """Runs an asynchronous function with an asynchronous connection around a fake one."""
    asynchronous = sqlalchemy_internals.async_connection(connection)
    return result_of(function(asynchronous, *args, **kwargs))


def result_of(coroutine: Generator[Any, Any, Any]) -> Any:
    """Runs a coroutine to its end. Raises an error for one that waits for something."""
    for _ in range(PATIENCE):
        state.depth += 1
        try:
            waits = coroutine.send(None)
        except StopIteration as end:
            return end.value
        finally:
            state.depth -= 1
        if waits is not None:
            coroutine.close()
            raise RuntimeError("waits for `%s`" % type(waits).__name__)
    raise RuntimeError("never ends")
