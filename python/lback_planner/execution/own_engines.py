"""Engines that a script makes for the database of the run, to look at its schema.

They get a fake connection, on which they can only read. A connection of its own doesn't see what
the run hasn't committed, so that answers about the schema are tried both ways.
"""

import os
from typing import Any, Callable, List, Optional, Tuple

from sqlalchemy.engine import Engine
from sqlalchemy.pool import NullPool

from ..compat import sqlalchemy_internals
from ..sql import statements
from . import context, fake_engine
from .driver_texts import text_of
from .fake_driver import FakeConnection, FakeCursor

Forbid = Callable[[str], None]

#: What becomes of a statement that may write.
OWN_CONNECTION = "uses a database connection of its own"


class ApartCursor(FakeCursor):
    """A cursor that only reads."""

    def execute(self, statement: Any, parameters: Any = None, compiled: Any = None) -> FakeCursor:
        connection: Any = self.connection
        recorder = self.recorder
        found = statements.read(
            text_of(statement), recorder.dialect.name, recorder.default_schema, recorder.schema
        )
        if found.problems or any(effect.written() for effect in found.effects):
            connection.forbid(OWN_CONNECTION)
        return super().execute(statement, parameters, compiled)


class ApartConnection(FakeConnection):
    """A connection beside the run's."""

    def __init__(self, recorder: context.Recording, driver: str, forbid: Forbid) -> None:
        super().__init__(recorder, driver)
        self.forbid = forbid

    def cursor(self, *_: Any, **__: Any) -> FakeCursor:
        return ApartCursor(self)


def install(forbid: Forbid) -> None:
    """Has engines for the database of the run, once they are made or used, be fake ones."""
    kind: Any = Engine
    for name in ("__init__", "connect", "raw_connection"):
        setattr(kind, name, adopting(getattr(kind, name), name == "__init__", forbid))


def adopting(original: Callable[..., Any], is_new: bool, forbid: Forbid) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not is_new:
            adopt(self, forbid)
        result = original(self, *args, **kwargs)
        if is_new:
            adopt(self, forbid)
        return result

    method.__name__ = original.__name__
    return method


def adopt(engine: Any, forbid: Forbid) -> None:
    """Gives an engine the fake driver, if a script runs and it is for the run's database."""
    recorder = context.current()
    if recorder is None or isinstance(engine.dialect, fake_engine.FakeDialect):
        return
    if getattr(engine.dialect, "is_async", False):
        # Helpers that look at the schema don't wait for it.
        return
    place = place_of(engine.url)
    if place is None or place != place_of(recorder.url()):
        return
    driver = str(getattr(engine.dialect, "driver", ""))
    dialect = fake_engine.dialect_like(recorder.dialect, recorder)
    dialect.is_apart = True

    def create(*_: Any) -> Any:
        return ApartConnection(recorder, driver, forbid)

    pool = NullPool(create)
    sqlalchemy_internals.set_dialect_of_pool(pool, dialect)
    engine.pool, engine.dialect = pool, dialect


def place_of(url: Any) -> Optional[Tuple[Any, ...]]:
    """Returns what tells the database of a URL from others, `None` for one that has none."""
    database: Any = url.database
    if url.get_backend_name() == "sqlite":
        if not database or database == ":memory:" or str(database).startswith("file:"):
            return None
        return ("sqlite", os.path.abspath(database))
    hosts: List[Any] = [url.host or url.query.get("host"), url.port or url.query.get("port")]
    return (url.get_backend_name(), database, *hosts)
