"""Invalid indexes of PostgreSQL that a statement meets: they are named, and dropped by order.

A `CREATE INDEX CONCURRENTLY` that fails leaves an index that no query uses. The statement fails
when it runs again, because the name exists, or skips the index with `IF NOT EXISTS`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ..compat import drivers
from ..diagnostics import ignored
from .postgresql import once
from .statement import words_of

if TYPE_CHECKING:
    from typing import Any

    from ..locks.postgresql import PostgresqlLock
    from .limits import Run

NAME = r'(?:"(?:[^"]|"")+"|[^\s"(.;,]+)'
CREATE = re.compile(
    r"create (?:unique )?index (concurrently )?(if not exists )?(%s)"
    r" on (?:only )?(?:(%s) ?\. ?)?(%s)(?=[\s(;]|$)" % (NAME, NAME, NAME),
    re.IGNORECASE,
)

#: Invalid indexes of a name, in the schema of a table. A session that builds one holds a lock of
#: the table.
QUERY = """
select n.nspname, exists (
    select from pg_catalog.pg_locks l
    where l.relation = x.indrelid and l.mode = 'ShareUpdateExclusiveLock'
      and l.pid <> pg_catalog.pg_backend_pid())
from pg_catalog.pg_index x
join pg_catalog.pg_class i on i.oid = x.indexrelid
join pg_catalog.pg_class t on t.relname = %s and t.relnamespace = i.relnamespace
join pg_catalog.pg_namespace n on n.oid = i.relnamespace
where not x.indisvalid and i.relkind = 'i' and i.relname = %s and %s
"""


class CreatedIndex(NamedTuple):
    """The index that a statement creates."""

    name: str
    table: str
    #: `None` for a table that the search path finds.
    schema: str | None
    concurrently: bool
    #: Whether the statement skips an index that exists.
    skips: bool


def created_index(statement: str) -> CreatedIndex | None:
    """Returns the index that a statement creates; `None` for another one."""
    match = CREATE.match(words_of(statement))
    if match is None:
        return None
    concurrently, skips, name, schema, table = match.groups()
    return CreatedIndex(
        as_stored(name),
        as_stored(table),
        None if schema is None else as_stored(schema),
        concurrently is not None,
        skips is not None,
    )


def as_stored(name: str) -> str:
    """Returns a name as the server stores it."""
    if name.startswith('"'):
        return name[1:-1].replace('""', '"')
    return "".join(letter.lower() if letter.isascii() else letter for letter in name)


def literal(text: str) -> str:
    """Returns a literal, in any mode of SQL."""
    digits = text.encode("utf-8", "backslashreplace").hex()
    return "pg_catalog.convert_from(pg_catalog.decode('%s', 'hex'), 'UTF8')::name" % digits


def quoted(name: str) -> str:
    return '"%s"' % name.replace('"', '""')


class InvalidIndexes:
    """The invalid indexes that the statements of one connection meet."""

    def __init__(self, run: Run, lock: PostgresqlLock) -> None:
        self.run = run
        self.lock = lock

    def before(self, statement: str) -> None:
        """Looks for an invalid index that a statement would meet, and drops it if that is asked."""
        index = created_index(statement)
        if index is None:
            return
        try:
            found = self.find(index)
        except Exception as error:
            ignored(error, "an invalid index that can't be looked for is met as without lback")
            return
        for schema, is_built in found:
            self.meet(index, schema, is_built)

    def find(self, index: CreatedIndex) -> list[Any]:
        """Returns the schema of each invalid index of this name, and whether one may be built."""
        if index.schema is None:
            place = "pg_catalog.pg_table_is_visible(t.oid)"
        else:
            place = "n.nspname = %s" % literal(index.schema)
        return self.lock.rows(once(QUERY % (literal(index.table), literal(index.name), place)))

    def meet(self, index: CreatedIndex, schema: str, is_built: bool) -> None:
        """Drops an index, or reports why not."""
        asked = self.run.asked.drop_invalid_indexes
        dropped, why = False, None
        if asked and is_built:
            why = "another session may be building it, so it is not dropped: run the command again"
        elif asked:
            concurrently = index.concurrently and drivers.is_autocommit(self.lock.connection)
            word = "concurrently " if concurrently else ""
            self.lock.run(once("drop index %s%s.%s" % (word, quoted(schema), quoted(index.name))))
            dropped = True
        self.run.report(
            "invalid_index",
            index=index.name,
            table=index.table,
            dropped=dropped,
            skipped=index.skips,
            why=why,
        )
