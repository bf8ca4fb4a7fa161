"""MySQL and MariaDB: who holds the lock that a statement waits for.

Waits for rows are known to InnoDB. Waits for tables are metadata locks, which the performance
schema or MariaDB's plugin `metadata_lock_info` shows. Without either, the sessions with open
transactions are the ones that may hold it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..compat import drivers
from ..diagnostics import ignored
from .lock_wait import Blocker, LockWait, View
from .statement_head import head

if TYPE_CHECKING:
    from typing import Any

#: The most blockers that are described.
MOST = 10

OWN = "select state, info from information_schema.processlist where id = %d"

#: InnoDB's waits, on MariaDB and on MySQL before 8.
ROW_WAITS = """
select distinct b.trx_mysql_thread_id, l.lock_table, l.lock_mode
from information_schema.innodb_lock_waits w
join information_schema.innodb_trx r on r.trx_id = w.requesting_trx_id
join information_schema.innodb_trx b on b.trx_id = w.blocking_trx_id
left join information_schema.innodb_locks l on l.lock_id = w.requested_lock_id
where r.trx_mysql_thread_id = %d
"""

#: InnoDB's waits on MySQL 8.
ROW_WAITS_OF_8 = """
select distinct b.processlist_id, concat('`', l.object_schema, '`.`', l.object_name, '`'),
    l.lock_mode
from performance_schema.data_lock_waits w
join performance_schema.threads r on r.thread_id = w.requesting_thread_id
join performance_schema.threads b on b.thread_id = w.blocking_thread_id
join performance_schema.data_locks l on l.engine_lock_id = w.requesting_engine_lock_id
where r.processlist_id = %d
"""

#: Metadata locks in the performance schema.
TABLE_WAITS = """
select distinct o.processlist_id, concat('`', w.object_schema, '`.`', w.object_name, '`'),
    w.lock_type
from performance_schema.metadata_locks w
join performance_schema.threads t on t.thread_id = w.owner_thread_id
left join performance_schema.metadata_locks g on g.object_type = w.object_type
    and g.object_schema <=> w.object_schema and g.object_name <=> w.object_name
    and g.lock_status = 'GRANTED' and g.owner_thread_id <> w.owner_thread_id
left join performance_schema.threads o on o.thread_id = g.owner_thread_id
where t.processlist_id = %d and w.lock_status = 'PENDING'
"""

#: Sessions with open transactions, and statements that have run for longer than the wait.
CANDIDATES = """
select p.id from information_schema.processlist p
left join information_schema.innodb_trx t on t.trx_mysql_thread_id = p.id
where p.id <> %d and p.id <> connection_id() and p.user <> 'system user'
    and (t.trx_started <= now() - interval %d second
        or p.db = database() and p.command <> 'Sleep' and p.time >= %d
            and coalesce(p.state, '') not like 'Waiting for %%metadata lock')
"""

DETAILS = """
select p.id, p.user, p.host, p.command, p.info,
    timestampdiff(second, t.trx_started, now()), t.trx_id is not null, p.time
from information_schema.processlist p
left join information_schema.innodb_trx t on t.trx_mysql_thread_id = p.id
where p.id in (%s) order by t.trx_started
"""

#: The last statement of a session that is idle.
LAST = """
select t.processlist_id, e.sql_text from performance_schema.events_statements_current e
join performance_schema.threads t on t.thread_id = e.thread_id where t.processlist_id in (%s)
"""

UNSURE = (
    "the server doesn't show who holds the lock of a table without its performance schema: "
    "these sessions may"
)
NOT_PERMITTED = "this user may not see the sessions of others: `grant process` permits it"


class MysqlView(View):
    """The view that a second connection has of a session of MySQL or MariaDB."""

    def __init__(self, session: int) -> None:
        self.session = session

    def wait(self, connection: Any, waited: float) -> LockWait | None:
        own = drivers.rows(connection, OWN % self.session)
        state = (own[0][0] or "") if own else ""
        rows = self.first(connection, ROW_WAITS, ROW_WAITS_OF_8)
        if rows:
            return self.described(connection, rows, None)
        if not state.startswith("Waiting for "):
            return None
        rows = self.first(connection, TABLE_WAITS)
        if rows:
            return self.described(connection, rows, None)
        if "metadata" not in state:
            return LockWait(None, state[len("Waiting for ") :], (), None)
        seconds = int(waited)
        try:
            found = drivers.rows(connection, CANDIDATES % (self.session, seconds, seconds))
        except Exception as error:
            ignored(error, "without the privilege, the wait is reported without its blockers")
            return LockWait(None, "table metadata lock", (), NOT_PERMITTED)
        rows = [(number, None, "table metadata lock") for (number,) in found]
        if not rows:
            return LockWait(None, "table metadata lock", (), NOT_PERMITTED)
        return self.described(connection, rows, UNSURE)

    def first(self, connection: Any, *queries: str) -> list[Any]:
        """Returns the rows of the first query that the server understands and has rows for."""
        for sql in queries:
            try:
                found = drivers.rows(connection, sql % self.session)
            except Exception as error:
                ignored(error, "not every server has this view, nor every user the privilege")
                continue
            if found:
                return found
        return []

    def described(self, connection: Any, rows: list[Any], why: str | None) -> LockWait:
        """Returns a wait with its blockers: rows of session, table and lock."""
        table, lock = rows[0][1:]
        sessions = sorted({int(row[0]) for row in rows if row[0] is not None})[:MOST]
        if not sessions:
            return LockWait(table_name(table), lock, (), NOT_PERMITTED)
        numbers = ", ".join(map(str, sessions))
        last: dict[int, str] = {}
        try:
            last = dict(drivers.rows(connection, LAST % numbers))
        except Exception as error:
            ignored(error, "a session that is idle is then described without its last statement")
        found = drivers.rows(connection, DETAILS % numbers)
        blockers = tuple(blocker(row, last) for row in found)
        return LockWait(table_name(table), lock, blockers, why)


def blocker(row: Any, last: dict[int, str]) -> Blocker:
    """Returns a blocker from a row of `DETAILS`."""
    process, user, client, command, info, age, has_transaction, seconds = row
    state = "active" if command != "Sleep" else "idle in transaction" if has_transaction else "idle"
    statement = info or last.get(process)
    return Blocker(
        int(process),
        user=user,
        client=client,
        state=state,
        age=float(age if age is not None else seconds or 0),
        statement=head(statement, "mysql") if statement else None,
    )


def table_name(quoted: str | None) -> str | None:
    """Returns the name of a table without quotes."""
    return None if quoted is None else quoted.replace("`", "")
