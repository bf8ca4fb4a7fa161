"""PostgreSQL: who holds the lock that a statement waits for, and how far a statement has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..compat import drivers
from ..diagnostics import ignored
from .lock_wait import Blocker, LockWait, Progress, View
from .statement_head import head

if TYPE_CHECKING:
    from typing import Any

#: The most blockers that are described.
MOST = 10

WANTED = """
select l.locktype, l.mode, n.nspname, c.relname
from pg_catalog.pg_locks l
left join pg_catalog.pg_class c on c.oid = l.relation
    and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where l.pid = %d and not l.granted
"""

BLOCKERS = """
select b.pid, a.usename, a.application_name, host(a.client_addr), a.state, a.backend_type,
    cast(extract(epoch from clock_timestamp() - a.xact_start) as float8),
    a.query
from (select distinct unnest(pg_catalog.pg_blocking_pids(%d)) as pid) as b
left join pg_catalog.pg_stat_activity a on a.pid = b.pid
order by a.xact_start nulls last, b.pid limit %d
"""

#: A session, and why it must not be ended. What has changed since it was described shows here.
PROTECTED = """
select case
    when a.backend_type = 'autovacuum worker' and a.query like '%%(to prevent wraparound)%%'
        then 'autovacuum against wraparound is never ended'
    when a.backend_type = 'walsender' or exists (
        select from pg_catalog.pg_stat_replication r where r.pid = a.pid)
        then 'a replication session is never ended'
    when a.backend_type is null then 'this user may not see what it is'
    when a.backend_type <> 'client backend' then 'a process of the server is never ended'
    when r.rolsuper is not false then 'the session of a superuser is never ended'
    when a.wait_event_type = 'Lock' then 'it waits for a lock itself'
    end
from pg_catalog.pg_stat_activity a
left join pg_catalog.pg_roles r on r.oid = a.usesysid
where a.pid = %d
"""

#: Ends a session, if it still blocks this one.
END = "select pg_catalog.pg_terminate_backend(%d) where %d = any(pg_catalog.pg_blocking_pids(%d))"

#: The views of progress, with the part of the work that is done.
PROGRESS = (
    (
        "pg_stat_progress_create_index",
        "coalesce(nullif(blocks_total, 0), nullif(tuples_total, 0))",
        "case when blocks_total > 0 then blocks_done else tuples_done end",
        "phase",
    ),
    ("pg_stat_progress_vacuum", "nullif(heap_blks_total, 0)", "heap_blks_scanned", "phase"),
    ("pg_stat_progress_cluster", "nullif(heap_blks_total, 0)", "heap_blks_scanned", "phase"),
    ("pg_stat_progress_copy", "nullif(bytes_total, 0)", "bytes_processed", "command"),
)

READING = """
select %s, 100.0 * (%s) / (%s) from pg_catalog.%s where pid = %d
"""

#: Locks that aren't of tables, in words.
OTHER_LOCKS = {
    "transactionid": "a row that another transaction has changed",
    "tuple": "a row that another transaction has changed",
    "virtualxid": "the end of older transactions",
    "advisory": "an advisory lock",
}

HIDDEN = "<insufficient privilege>"
NOT_PERMITTED = (
    "this user may not see the sessions of other users: `grant pg_read_all_stats` permits it"
)


class PostgresqlView(View):
    """The view that a second connection has of a session of PostgreSQL."""

    def __init__(self, session: int) -> None:
        self.session = session
        #: The views that the server has.
        self.views = list(PROGRESS)

    def wait(self, connection: Any, waited: float) -> LockWait | None:
        wanted = drivers.rows(connection, WANTED % self.session)
        if not wanted:
            return None
        kind, mode, schema, name = wanted[0]
        table = None if name is None else "%s.%s" % (schema, name)
        lock = str(mode) if kind == "relation" else OTHER_LOCKS.get(kind, str(kind))
        rows = drivers.rows(connection, BLOCKERS % (self.session, MOST))
        hidden = any(row[7] == HIDDEN for row in rows)
        blockers = tuple(blocker(row) for row in rows)
        return LockWait(table, lock, blockers, NOT_PERMITTED if hidden else None)

    def end(self, connection: Any, wait: LockWait, after: float) -> LockWait:
        blockers = []
        for each in wait.blockers:
            if each.age is None or each.age >= after:
                each = each._replace(end=self.end_one(connection, each.process))
            blockers.append(each)
        return wait._replace(blockers=tuple(blockers))

    def end_one(self, connection: Any, process: int) -> str:
        """Ends a session, and returns what became of it."""
        if process == 0:
            return "a prepared transaction is never ended"
        found = drivers.rows(connection, PROTECTED % process)
        if not found:
            return "it has ended by itself"
        if found[0][0] is not None:
            return str(found[0][0])
        try:
            rows = drivers.rows(connection, END % (process, process, self.session))
        except Exception as error:
            ignored(error, "a session that this user may not end goes on, and lback says so")
            connection.rollback()
            return "this user may not end it: `grant pg_signal_backend` permits it"
        if not rows:
            return "it blocks no longer"
        return "ended" if rows[0][0] else "it has ended by itself"

    def progress(self, connection: Any) -> Progress | None:
        for view in list(self.views):
            name, total, done, phase = view
            sql = READING % (phase, done, total, name, self.session)
            try:
                found = drivers.rows(connection, sql)
            except Exception as error:
                ignored(error, "an older server doesn't have this view")
                connection.rollback()
                self.views.remove(view)
                continue
            if found:
                part, percent = found[0]
                return Progress(part, None if percent is None else float(percent))
        return None


def blocker(row: Any) -> Blocker:
    """Returns a blocker from a row of `BLOCKERS`."""
    process, user, application, client, state, kind, age, query = row
    if process == 0:
        return Blocker(0, kind="a prepared transaction")
    is_hidden = query == HIDDEN
    return Blocker(
        process,
        user=user,
        application=application or None,
        client=client,
        state=None if is_hidden else state,
        age=age,
        statement=None if is_hidden or not query else head(query),
        kind=None if kind in (None, "client backend") else kind,
    )
