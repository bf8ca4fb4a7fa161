"""Asks SQLite for tables and their rows.

SQLite has no estimate of sizes. The lowest and the highest number of a row are looked up instead,
which costs two looks into the table: there are no more rows than numbers between them.
"""

import contextlib
from typing import Any, List, NamedTuple, Optional, Sequence

from ..diagnostics import ignored
from ..model import Name
from .table_facts import Facts, TableFacts

#: The names of a row's number. A column may have one of them, and then it means the column.
NUMBERS = ("rowid", "_rowid_", "oid")


class Found(NamedTuple):
    """A table or a view, with its database in quotes, and the text that created it."""

    schema: str
    kind: str
    name: str
    text: Optional[str]


NAMES = (
    "select name from main.sqlite_master where type = 'table' and substr(name, 1, 7) <> 'sqlite_'"
)


def names_of(live: Any) -> List[Name]:
    """Returns the names of all tables of the database, without those that are attached."""
    with contextlib.closing(live.connection.cursor()) as cursor:
        return [Name(row[0]) for row in cursor.execute(NAMES).fetchall()]


def facts_of(live: Any, names: Sequence[Name]) -> Facts:
    """Asks below SQLAlchemy, so that no transaction begins.

    A table of a database that isn't attached is left out.
    """
    facts: Facts = {}
    with contextlib.closing(live.connection.cursor()) as cursor:
        databases = databases_of(cursor)
        for name in names:
            wanted = [each for each in databases if name.schema in (None, each)]
            if not wanted:
                continue
            found = next(filter(None, (find(cursor, each, name.name) for each in wanted)), None)
            facts[name] = TableFacts(False) if found is None else fact_of(cursor, found)
    return facts


def databases_of(cursor: Any) -> List[str]:
    """Returns the databases in the order in which SQLite looks into them."""
    attached = [row[1] for row in cursor.execute("pragma database_list").fetchall()]
    return list(dict.fromkeys(["temp", "main", *attached]))


def find(cursor: Any, database: str, name: str) -> Optional[Found]:
    """Looks for a table or a view in one database."""
    schema = quoted(database)
    row = cursor.execute(
        "select type, name, sql from %s.sqlite_master"
        " where type in ('table', 'view') and lower(name) = lower(?)" % schema,
        (name,),
    ).fetchone()
    return None if row is None else Found(schema, *row)


def fact_of(cursor: Any, found: Found) -> TableFacts:
    if found.kind != "table":
        return TableFacts(True)
    is_virtual = (found.text or "").lstrip().upper().startswith("CREATE VIRTUAL")
    rows = None if is_virtual else rows_of(cursor, found)
    return TableFacts(True, rows, partitioned=False)


def rows_of(cursor: Any, found: Found) -> Optional[int]:
    """Returns an estimate of the rows, `None` for a table without numbers of rows."""
    table = "%s.%s" % (found.schema, quoted(found.name))
    info = "pragma %s.table_info(%s)" % (found.schema, quoted(found.name))
    try:
        taken = {row[1].lower() for row in cursor.execute(info).fetchall()}
        number = next(each for each in NUMBERS if each not in taken)
        # In one query without the inner ones, SQLite would read all rows.
        lowest, highest = cursor.execute(
            "select (select min({0}) from {1}), (select max({0}) from {1})".format(number, table)
        ).fetchone()
    except Exception as error:
        ignored(error, "a table without numbers of rows has no estimate")
        return None
    return 0 if highest is None else int(highest) - int(lowest) + 1


def quoted(name: str) -> str:
    return '"%s"' % name.replace('"', '""')
