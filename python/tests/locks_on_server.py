"""The locks, rewrites and scans of statements, as a PostgreSQL server has them."""

import contextlib
import threading
import time
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence

import sqlalchemy as sa

MODES = {
    "AccessShareLock": "ACCESS SHARE",
    "RowShareLock": "ROW SHARE",
    "RowExclusiveLock": "ROW EXCLUSIVE",
    "ShareUpdateExclusiveLock": "SHARE UPDATE EXCLUSIVE",
    "ShareLock": "SHARE",
    "ShareRowExclusiveLock": "SHARE ROW EXCLUSIVE",
    "ExclusiveLock": "EXCLUSIVE",
    "AccessExclusiveLock": "ACCESS EXCLUSIVE",
}
ORDER = list(MODES.values())

TABLES = """
select c.oid, n.nspname, c.relname, c.relkind::text, c.relfilenode
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'm', 'v', 'f') and n.nspname not like 'pg\\_%%'
    and n.nspname <> 'information_schema'
"""
LOCKS = "select relation, mode from pg_catalog.pg_locks where locktype = 'relation' and pid = %d"
READ = "select relid, seq_scan, seq_tup_read from pg_catalog.pg_stat_xact_user_tables"
#: The same of all transactions so far.
READ_BEFORE = "select relid, seq_scan, seq_tup_read from pg_catalog.pg_stat_user_tables"
#: Modes of a lock that another transaction holds, so that a statement waits at its own.
HELD = ("ACCESS EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "ACCESS SHARE")


class Truth(NamedTuple):
    """The effect of a statement on one table."""

    #: The strongest mode, `None` for no lock, or none but that of readers.
    mode: Optional[str]
    rewrites: bool
    scans: bool


class Relation(NamedTuple):
    """A table before the statement."""

    oid: int
    schema: str
    name: str
    kind: str
    file: int
    rows: int

    def key(self) -> str:
        return self.name if self.schema == "public" else "%s.%s" % (self.schema, self.name)


def ask(connection: Any, text: str) -> List[Any]:
    return [tuple(row) for row in connection.exec_driver_sql(text)]


def flush(connection: Any) -> None:
    """Ends the transaction, and has others see its statistics at once."""
    ask(connection, "select pg_stat_force_next_flush()")
    connection.commit()


def relations(connection: Any) -> List[Relation]:
    """Returns the tables with the numbers of their rows."""
    found = []
    for oid, schema, name, kind, file in ask(connection, TABLES):
        query = 'select count(*) from only "%s"."%s"' % (schema, name)
        rows = ask(connection, query)[0][0] if kind in ("r", "m") else 0
        found.append(Relation(oid, schema, name, kind, file, rows))
    return found


def files(connection: Any) -> Dict[int, int]:
    return {row[0]: row[4] for row in ask(connection, TABLES)}


def strongest(rows: Sequence[Any]) -> Dict[int, str]:
    """Returns the strongest mode of each table; that of readers is left out."""
    found: Dict[int, str] = {}
    for oid, said in rows:
        mode = MODES.get(said)
        if mode is not None and mode != ORDER[0]:
            found[oid] = max(found.get(oid, mode), mode, key=ORDER.index)
    return found


def truth(
    before: Sequence[Relation], locks: Dict[int, str], after: Dict[int, int], read: Sequence[Any]
) -> Dict[str, Truth]:
    tuples = {oid: (scans or 0, rows or 0) for oid, scans, rows in read}
    found = {}
    for each in before:
        scans, rows = tuples.get(each.oid, (0, 0))
        found[each.key()] = Truth(
            locks.get(each.oid),
            each.oid in after and bool(each.file) and after[each.oid] != each.file,
            bool(each.rows) and scans > 0 and rows >= each.rows,
        )
    return found


def in_transaction(engine: Any, statement: str) -> Dict[str, Truth]:
    """Runs a statement in a transaction, and takes it back."""
    with engine.connect() as connection:
        before = relations(connection)
        connection.rollback()
        pid = ask(connection, "select pg_backend_pid()")[0][0]
        was = {oid: (scans, rows) for oid, scans, rows in ask(connection, READ)}
        connection.exec_driver_sql(statement.replace("%", "%%"))
        read = []
        for oid, scans, rows in ask(connection, READ):
            old = was.get(oid, (0, 0))
            read.append((oid, scans - old[0], rows - old[1]))
        found = truth(before, strongest(ask(connection, LOCKS % pid)), files(connection), read)
        connection.rollback()
        return found


class Running(threading.Thread):
    """A statement outside of any transaction."""

    def __init__(self, engine: Any, statement: str) -> None:
        super().__init__()
        self.connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self.pid = ask(self.connection, "select pg_backend_pid()")[0][0]
        self.statement = statement
        self.error: Optional[BaseException] = None

    def run(self) -> None:
        try:
            self.connection.exec_driver_sql(self.statement)
            ask(self.connection, "select pg_stat_force_next_flush()")
        except BaseException as error:
            self.error = error


@contextlib.contextmanager
def waiting(engine: Any, relation: Relation, held: str) -> Iterator[Any]:
    """Has others wait for a table in the meantime."""
    with engine.connect() as connection:
        lock = 'lock table only "%s"."%s" in %s mode'
        connection.exec_driver_sql(lock % (relation.schema, relation.name, held))
        yield connection
        connection.rollback()


def observe(observer: Any, running: Running) -> Dict[int, str]:
    """Returns the locks that a statement has or waits for when it comes to its first wait."""
    locks: Dict[int, str] = {}
    wait = "select 1 from pg_catalog.pg_locks where pid = %d and not granted"
    while running.is_alive():
        is_waiting = bool(ask(observer, wait % running.pid))
        locks = strongest(ask(observer, LOCKS % running.pid)) or locks
        if is_waiting:
            return locks
        time.sleep(0.005)
    return locks


def outside(engine: Any, statement: str, prepare: Any) -> Dict[str, Truth]:
    """Runs a statement that begins transactions itself, once for each table, which is held for it
    to wait there. `prepare` makes the tables anew.
    """
    prepare()
    found: Dict[str, Truth] = {}
    with engine.connect() as connection:
        names = [each.key() for each in relations(connection) if each.kind in ("r", "p")]
        flush(connection)
    for name in names:
        for held in HELD:
            prepare()
            one = outside_once(engine, statement, name, held)
            known = found.get(name, Truth(None, False, False)).mode
            mode = max(known or ORDER[0], one[name].mode or ORDER[0], key=ORDER.index)
            found[name] = one[name]._replace(mode=None if mode == ORDER[0] else mode)
    return found


def outside_once(engine: Any, statement: str, name: str, held: str) -> Dict[str, Truth]:
    with engine.connect() as connection:
        before = relations(connection)
        flush(connection)
        was = {oid: (scans, rows) for oid, scans, rows in ask(connection, READ_BEFORE)}
    running = Running(engine, statement)
    relation = next(each for each in before if each.key() == name)
    with waiting(engine, relation, held) as holder:
        running.start()
        locks = observe(holder, running)
    running.join(60)
    running.connection.close()
    if running.error is not None:
        raise running.error
    with engine.connect() as connection:
        read = []
        for oid, scans, rows in ask(connection, READ_BEFORE):
            old = was.get(oid, (0, 0))
            read.append((oid, scans - old[0], rows - old[1]))
        return truth(before, locks, files(connection), read)


def engine_of(url: Any) -> Any:
    return sa.create_engine(url, pool_pre_ping=False)
