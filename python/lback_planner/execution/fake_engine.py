"""A fake engine: SQLAlchemy's own engine and connection in the project's dialect, over a driver
that only records.

Every statement is taken. What it gives is decided by the recorder and its scenario.
"""

from typing import Any, Dict, List, Optional, Type

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.url import URL, make_url
from sqlalchemy.pool import NullPool

from ..compat import sqlalchemy_internals
from ..compat.sqlalchemy_internals import nothing
from ..diagnostics import ignored
from . import context
from .fake_driver import FakeConnection
from .fake_reflection import Reflection, inspector_of

ISOLATION_LEVELS = [
    "SERIALIZABLE", "READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SNAPSHOT",
    "AUTOCOMMIT",
]  # fmt: skip


class FakeDialect(sqlalchemy_internals.PrivateDialectParts):
    """A dialect that does without a driver what a dialect does with its driver."""

    supports_statement_cache = True
    #: Whether it is of an engine beside the run's connection.
    is_apart = False
    is_async = False
    use_insertmanyvalues = False
    insert_executemany_returning = False
    supports_sane_rowcount = supports_sane_multi_rowcount = False

    initialize = nothing
    do_begin = do_close = do_terminate = nothing
    do_rollback_to_savepoint = do_release_savepoint = nothing
    do_begin_twophase = do_prepare_twophase = do_commit_twophase = do_rollback_twophase = nothing
    reset_isolation_level = assert_isolation_level = nothing
    set_readonly = set_deferrable = do_set_input_sizes = nothing
    on_connect = on_connect_url = nothing

    def do_commit(self, connection: Any) -> None:
        recorder: Any = context.current()
        if recorder is not None:
            recorder.keys.ended()

    do_rollback = do_commit

    def do_savepoint(self, connection: Any, name: str) -> None:
        recorder: Any = context.current()
        if recorder is not None:
            recorder.keys.unsure()

    def do_ping(self, connection: Any) -> bool:
        return True

    def set_isolation_level(self, connection: Any, level: Any) -> None:
        """Notes that the script may be outside of the transaction from here on."""
        recorder: Any = context.current()
        if recorder is not None:
            recorder.failures.is_outside = True
            recorder.keys.unsure()
            recorder.transaction.isolate(level)

    def is_disconnect(self, *_: Any) -> bool:
        return False

    def get_isolation_level(self, connection: Any) -> str:
        return "READ COMMITTED"

    get_default_isolation_level = get_isolation_level

    def get_isolation_level_values(self, connection: Any) -> List[str]:
        return list(ISOLATION_LEVELS)

    def do_execute(self, cursor: Any, statement: Any, parameters: Any, context: Any = None) -> None:
        cursor.execute(statement, parameters, getattr(context, "compiled", None))

    def do_executemany(
        self, cursor: Any, statement: Any, parameters: Any, context: Any = None
    ) -> None:
        cursor.executemany(statement, parameters, getattr(context, "compiled", None))

    def do_execute_no_params(self, cursor: Any, statement: Any, context: Any = None) -> None:
        cursor.execute(statement, None, getattr(context, "compiled", None))

    def get_driver_connection(self, connection: Any) -> Any:
        return connection


#: The fake classes of dialects: each is made once.
_classes: Dict[Type[Any], Type[Any]] = {}


def dialect_like(live: Any, recorder: context.Recording) -> Any:
    """Returns a dialect that is the live one in all but its driver."""
    base = type(live)
    kind = _classes.get(base)
    if kind is None:
        parts = {
            "inspector": inspector_of(base),
            "execution_ctx_cls": execution_context_like(base),
        }
        kind = type("Fake" + base.__name__, (FakeDialect, Reflection, base), parts)
        _classes[base] = kind
    dialect: Any = object.__new__(kind)
    dialect.__dict__.update(live.__dict__)
    for own in ("is_async", "inspector", "execution_ctx_cls", "use_insertmanyvalues"):
        dialect.__dict__.pop(own, None)
    dialect.recorder = recorder
    sqlalchemy_internals.forget_types(dialect)
    return dialect


def execution_context_like(base: Type[Any]) -> Type[Any]:
    """Returns an execution context that makes cursors in the plainest way."""
    original: Any = base.execution_ctx_cls

    class FakeExecutionContext(
        sqlalchemy_internals.PrivateContextParts,
        original,  # type: ignore[misc]
    ):
        def create_cursor(self) -> Any:
            return sqlalchemy_internals.cursor_of_context(self)

        create_default_cursor = create_server_side_cursor = create_cursor

        def pre_exec(self) -> None:
            try:
                original.pre_exec(self)
            except Exception as error:
                ignored(error, "a dialect prepares its driver, and there is none")

        def post_exec(self) -> None:
            try:
                original.post_exec(self)
            except Exception as error:
                ignored(error, "a dialect asks its driver what happened, and there is none")

        def get_lastrowid(self) -> int:
            return self.cursor.lastrowid  # type: ignore[no-any-return]

    return FakeExecutionContext


def connect(live: Any, url: Optional[URL], recorder: context.Recording) -> Connection:
    """Returns a fake connection for a run, in the live dialect."""
    dialect = dialect_like(live, recorder)
    driver = str(getattr(live, "driver", ""))
    made = FakeConnection(recorder, driver)
    made.is_being_made = True

    def create(*_: Any) -> Any:
        return made if made.is_being_made else FakeConnection(recorder, driver)

    pool = NullPool(create)
    sqlalchemy_internals.set_dialect_of_pool(pool, dialect)
    connection = Engine(pool, dialect, url_of(url, dialect)).connect()
    made.is_being_made = False
    return connection


def url_of(url: Optional[URL], dialect: Any) -> URL:
    """Returns the URL of the live engine, or one that names the dialect alone."""
    if url is not None:
        try:
            return make_url(url)
        except Exception as error:
            ignored(error, "a URL that SQLAlchemy can't read is of no use to the script")
    return make_url("%s://" % dialect.name)
