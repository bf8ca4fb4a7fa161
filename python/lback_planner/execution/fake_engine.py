"""A database that takes every statement: SQLAlchemy's own engine and connection in the project's dialect, over a driver that only tells a recorder."""

import weakref

from sqlalchemy.engine import Engine
from sqlalchemy.engine.url import make_url
from sqlalchemy.pool import NullPool

from .fake_values import NUMBER
from .fake_reflection import Reflection, inspector_of


def missing(pretended, name):
    """What a real driver may have: what a script does where it hasn't is one case of two."""
    from . import recorder

    if recorder.recorder is not None and not name.startswith("__"):
        recorder.recorder.world.ask("driver")
    raise AttributeError("%s.%s" % (type(pretended).__name__, name))


class Cursor:
    """A cursor of the driver."""

    arraysize = 1

    def __init__(self, connection):
        self.connection = connection
        self.description = None
        self.query = None
        self.found = None
        self.lastrowid = NUMBER
        self.rowcount = -1
        self.itersize = self.max_row_buffer = 0

    @property
    def recorder(self):
        return at_work()

    def execute(self, statement, parameters=None, compiled=None):
        if self.connection.begins:
            # Listeners of the project's that prepare every new connection.
            return self
        self.query = query = self.recorder.statement(str(statement), parameters, compiled)
        self.found = None
        if query is None or not query.gives:
            self.description = None
            self.rowcount = self.recorder.rowcount(str(statement))
        else:
            self.description = [(name, None, None, None, None, None, None) for name, _ in query.columns]
            self.rowcount = -1
        return self

    def executemany(self, statement, parameters, compiled=None):
        return self.execute(statement, parameters, compiled)

    def rows(self):
        if self.found is None:
            self.found = [] if self.query is None else list(self.recorder.rows(self.query))
        return self.found

    def fetchone(self):
        return self.rows().pop(0) if self.rows() else None

    def fetchmany(self, size=None):
        found = self.rows()[: size or 1]
        del self.rows()[: size or 1]
        return found

    def fetchall(self):
        found = list(self.rows())
        del self.rows()[:]
        return found

    def __iter__(self):
        while self.rows():
            yield self.rows().pop(0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def close(self):
        pass

    def nextset(self):
        return None

    def mogrify(self, statement, parameters=None):
        return statement

    def copy_expert(self, statement, *_, **__):
        self.execute(statement)

    def setinputsizes(self, *_, **__):
        pass

    setoutputsize = setinputsizes
    statusmessage = ""

    def __getattr__(self, name):
        return missing(self, name)

    def callproc(self, name, parameters=()):
        self.execute("CALL %s()" % name)


class Connection:
    """A connection of the driver."""

    #: Until the script has it.
    begins = False
    notices = ()
    autocommit = False
    isolation_level = None
    closed = False
    encoding = "UTF8"
    server_version = 0

    @property
    def driver_connection(self):
        return self

    def cursor(self, *_, **__):
        return Cursor(self)

    def execute(self, statement, parameters=None):
        return self.cursor().execute(statement, parameters)

    def executescript(self, statement):
        return self.cursor().execute(statement)

    def nothing(self, *_, **__):
        pass

    commit = rollback = close = begin = ping = terminate = set_isolation_level = create_function = nothing

    def set_session(self, *_, **__):
        pass

    def __getattr__(self, name):
        return missing(self, name)


def nothing(self, *_, **__):
    pass


class Overrides:
    """What a dialect does with its driver, done with none."""

    supports_statement_cache = True
    is_async = False
    use_insertmanyvalues = False
    insert_executemany_returning = False
    supports_sane_rowcount = supports_sane_multi_rowcount = False

    initialize = nothing
    do_begin = do_commit = do_rollback = do_close = do_terminate = nothing
    do_savepoint = do_rollback_to_savepoint = do_release_savepoint = nothing
    do_begin_twophase = do_prepare_twophase = do_commit_twophase = do_rollback_twophase = nothing
    set_isolation_level = reset_isolation_level = _assert_and_set_isolation_level = set_readonly = set_deferrable = do_set_input_sizes = nothing

    def on_connect(self):
        return None

    def on_connect_url(self, url):
        return None

    def do_ping(self, connection):
        return True

    def is_disconnect(self, *_):
        return False

    def get_isolation_level(self, connection):
        return "READ COMMITTED"

    get_default_isolation_level = get_isolation_level

    def get_isolation_level_values(self, connection):
        return ["SERIALIZABLE", "READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SNAPSHOT", "AUTOCOMMIT"]

    def assert_isolation_level(self, *_):
        pass

    def do_execute(self, cursor, statement, parameters, context=None):
        cursor.execute(statement, parameters, getattr(context, "compiled", None))

    def do_executemany(self, cursor, statement, parameters, context=None):
        cursor.executemany(statement, parameters, getattr(context, "compiled", None))

    def do_execute_no_params(self, cursor, statement, context=None):
        cursor.execute(statement, None, getattr(context, "compiled", None))

    def get_driver_connection(self, connection):
        return connection


def at_work():
    """The recorder of the run that goes on: what a run before left in variables tells the present one."""
    from . import recorder

    if recorder.recorder is None:
        raise RuntimeError("nothing is recorded now")
    return recorder.recorder


def dialect_like(live):
    """A dialect that is the live one in all but its driver."""
    base = type(live)
    kind = CLASSES.get(base)
    if kind is None:
        kind = type("Pretended" + base.__name__, (Overrides, Reflection, base), {"inspector": inspector_of(base), "execution_ctx_cls": context_like(base)})
        CLASSES[base] = kind
    dialect = kind.__new__(kind)
    dialect.__dict__.update(live.__dict__)
    for own in ("is_async", "inspector", "execution_ctx_cls", "use_insertmanyvalues"):
        dialect.__dict__.pop(own, None)
    dialect._type_memos = weakref.WeakKeyDictionary()
    return dialect


CLASSES = {}


def context_like(base):
    """An execution context that makes cursors in the plainest way."""
    original = base.execution_ctx_cls

    class Context(original):
        def create_cursor(self):
            return self._dbapi_connection.cursor() if hasattr(self, "_dbapi_connection") else self.root_connection.connection.cursor()

        create_default_cursor = create_server_side_cursor = create_cursor
        _use_server_side_cursor = lambda self: False

        def pre_exec(self):
            try:
                original.pre_exec(self)
            except Exception:
                pass

        def post_exec(self):
            try:
                original.post_exec(self)
            except Exception:
                pass

        def get_lastrowid(self):
            return NUMBER

    return Context


def connect(live, url):
    """A pretended connection for a run."""
    dialect = dialect_like(live)
    made = Connection()
    made.begins = True
    pool = NullPool(lambda *_: made if made.begins else Connection())
    pool._dialect = dialect
    try:
        url = make_url(url if url is not None else "%s://" % dialect.name)
    except Exception:
        url = make_url("%s://" % dialect.name)
    engine = Engine(pool, dialect, url)
    connection = engine.connect()
    made.begins = False
    return connection
