"""A fake driver, which only records: its connection, its cursor and the object that copies rows."""

import contextlib
from typing import Any, Iterator, List, Optional, Tuple

from ..compat.sqlalchemy_internals import PrivateCursorParts, nothing
from . import async_calls, context
from .driver_texts import mogrified, quoted, text_of
from .fake_numbers import FakeInt, new_number
from .fake_rows import Query
from .missing_attribute import missing


class FakeCursor(PrivateCursorParts):
    """A cursor of the driver."""

    arraysize = 1

    def __init__(self, connection: "FakeConnection") -> None:
        self.connection = connection
        self.description: Optional[List[Tuple[Any, ...]]] = None
        self.query: Optional[Query] = None
        self.found: Optional[List[Tuple[Any, ...]]] = None
        self.rowcount: int = -1
        self.itersize = self.max_row_buffer = 0

    @property
    def lastrowid(self) -> int:
        """The number of the row that was made."""
        scenario = self.recorder.scenario
        return FakeInt(scenario, new_number(scenario))

    @property
    def statusmessage(self) -> str:
        """Returns the server's answer to the last statement, as PostgreSQL words it."""
        if self.query is None:
            return ""
        return "%s %d" % (self.query.verb, self.rowcount)

    @property
    def recorder(self) -> context.Recording:
        """The recorder of the present run."""
        return context.current_or(self.connection.recorder)

    def execute(self, statement: Any, parameters: Any = None, compiled: Any = None) -> "FakeCursor":
        if self.connection.is_being_made:
            # Listeners of the project's prepare every new connection.
            return self
        async_calls.give_way()
        text = text_of(statement)
        self.query = query = self.recorder.statement(text, parameters, compiled)
        self.found = None
        if query is None or not query.gives:
            self.description = None
            self.rowcount = self.recorder.rowcount(text)
        else:
            self.description = [(name,) + (None,) * 6 for name, _ in query.columns]
            self.rowcount = self.recorder.rowcount(text)
        return self

    def executemany(self, statement: Any, parameters: Any, compiled: Any = None) -> "FakeCursor":
        return self.execute(statement, parameters, compiled)

    def rows(self) -> List[Tuple[Any, ...]]:
        """The rows that weren't fetched yet."""
        if self.found is None:
            self.found = [] if self.query is None else list(self.recorder.rows(self.query))
        return self.found

    def fetchone(self) -> Optional[Tuple[Any, ...]]:
        return self.rows().pop(0) if self.rows() else None

    def fetchmany(self, size: Optional[int] = None) -> List[Tuple[Any, ...]]:
        found = self.rows()[: size or 1]
        del self.rows()[: size or 1]
        return found

    def fetchall(self) -> List[Tuple[Any, ...]]:
        found = list(self.rows())
        del self.rows()[:]
        return found

    def __iter__(self) -> Iterator[Tuple[Any, ...]]:
        while self.rows():
            yield self.rows().pop(0)

    def __enter__(self) -> "FakeCursor":
        return self

    def __exit__(self, *_: Any) -> None:
        pass

    def close(self) -> None:
        pass

    def nextset(self) -> None:
        return None

    def mogrify(self, statement: Any, parameters: Any = None) -> Any:
        return mogrified(text_of(statement), self.connection.driver)

    def copy_from(self, file: Any, table: str, *_: Any, columns: Any = None, **__: Any) -> None:
        self.execute("COPY %s FROM STDIN" % quoted(table))

    def copy_to(self, file: Any, table: str, *_: Any, columns: Any = None, **__: Any) -> None:
        self.execute("COPY %s TO STDOUT" % quoted(table))

    def copy_expert(self, statement: Any, *_: Any, **__: Any) -> None:
        self.execute(statement)

    @contextlib.contextmanager
    def copy(self, statement: Any, *_: Any, **__: Any) -> "Iterator[FakeCopy]":
        self.execute(statement)
        yield FakeCopy(self)

    def callproc(self, name: str, parameters: Any = ()) -> None:
        self.execute("CALL %s()" % name)

    setinputsizes = setoutputsize = nothing

    def __getattr__(self, name: str) -> Any:
        return missing(self, name)


class FakeCopy:
    """The object with which psycopg 3 copies rows, in and out."""

    def __init__(self, cursor: FakeCursor) -> None:
        self.cursor = cursor

    def __iter__(self) -> Iterator[Any]:
        return iter(self.cursor)

    rows = __iter__

    def read(self) -> bytes:
        return b""

    def read_row(self) -> Optional[Tuple[Any, ...]]:
        return self.cursor.fetchone()

    write = write_row = set_types = finish = nothing

    def __getattr__(self, name: str) -> Any:
        return missing(self, name)


class FakeConnection:
    """A connection of the driver."""

    notices = ()
    autocommit = False
    isolation_level = None
    closed = False
    encoding = "UTF8"
    server_version = 0

    def __init__(self, recorder: context.Recording, driver: str = "") -> None:
        self.recorder = recorder
        #: The name of the driver that it stands for.
        self.driver = driver
        #: Whether SQLAlchemy is still making the connection, and the script doesn't have it.
        self.is_being_made = False

    @property
    def driver_connection(self) -> "FakeConnection":
        return self

    def cursor(self, *_: Any, **__: Any) -> FakeCursor:
        return FakeCursor(self)

    def execute(self, statement: Any, parameters: Any = None) -> FakeCursor:
        return self.cursor().execute(statement, parameters)

    def executescript(self, statement: Any) -> FakeCursor:
        return self.cursor().execute(statement)

    close = begin = ping = terminate = nothing
    create_function = nothing

    def commit(self) -> None:
        recorder: Any = context.current_or(self.recorder)
        recorder.keys.ended()

    rollback = commit

    def set_isolation_level(self, *levels: Any, **_: Any) -> None:
        recorder: Any = context.current_or(self.recorder)
        recorder.failures.is_outside = True
        recorder.keys.unsure()
        recorder.transaction.isolate(levels[0] if levels else "unknown")

    set_session = set_autocommit = set_isolation_level

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if name in ("autocommit", "isolation_level"):
            self.set_isolation_level(value)

    def __getattr__(self, name: str) -> Any:
        return missing(self, name)
