"""The locks of MySQL 8.0 to 9 and MariaDB 10.6 and later on InnoDB's tables, by kinds of effects.

`mode` is the level of the clause `LOCK` that the server chooses: `NONE`, `SHARED` (writers wait) or
`EXCLUSIVE` (readers wait, too). `rewrites` says that the table is copied, or rebuilt in place;
`scans` that all rows are read, as they are for a new index. Three things are left out:

- The metadata lock that each statement of this kind takes for a moment, also on tables to which
  foreign keys refer. It is short, unless it waits for a transaction that uses the table.
- Locks on rows. `UPDATE`, `DELETE` and `INSERT … SELECT` lock the rows that they read until their
  transaction ends; the table stays at `NONE`.
- The settings of a session: `foreign_key_checks` and the strict mode are taken to be on, and
  `alter_algorithm` and `old_alter_table` to have their defaults.

The rules of MariaDB are compared with a server by the tests. Those of MySQL are the tables "Online
DDL Operations" of its manual: no server of MySQL has been asked.
"""

from typing import Dict, Iterator, List

from ...model import Effect
from ...schema.state import Schema
from ..table_lock import TableLock
from . import columns, indexes, maintenance, options, rows
from .requested import requests_of
from .statement import Rule, Statement
from .work import Work, united, unknown_work


def locks_of(effects: List[Effect], schema: Schema) -> List[TableLock]:
    """Returns the locks of one statement, one for each table.

    All clauses of an `ALTER TABLE` are one operation, with what the strongest of them needs.
    """
    statement = Statement(effects, schema)
    works = [work for effect in effects for work in works_of(effect, statement)]
    return united(works, statement, requests_of(effects))


def works_of(effect: Effect, statement: Statement) -> Iterator[Work]:
    """Yields what an effect needs, also on tables of which it isn't known."""
    find = RULES.get(effect.kind)
    if find is not None:
        yield from find(effect, statement)
    elif effect.table is not None:
        yield unknown_work(effect.table)


RULES: Dict[str, Rule] = {
    "create_table": rows.create_table,
    "drop_table": rows.drop_table,
    "rename_table": rows.metadata,
    "alter_table": options.altered_table,
    "add_column": columns.add_column,
    "drop_column": columns.drop_column,
    "alter_column": columns.alter_column,
    "rename_column": rows.metadata,
    "create_index": indexes.create_index,
    "drop_index": indexes.drop_index,
    "rename_index": rows.metadata,
    "create_constraint": indexes.create_constraint,
    "drop_constraint": indexes.drop_constraint,
    "rename_constraint": rows.metadata,
    "comment": options.altered_table,
    "create_trigger": rows.metadata,
    "drop_trigger": rows.metadata,
    "insert": rows.write_rows,
    "update": rows.write_rows,
    "delete": rows.write_rows,
    "merge": rows.write_rows,
    "truncate": rows.truncate,
    "select": rows.select,
    "create_view": rows.none,
    "drop_view": rows.none,
    "create_type": rows.none,
    "create_sequence": rows.none,
    "alter_sequence": rows.none,
    "drop_sequence": rows.none,
    "create_function": rows.none,
    "drop_function": rows.none,
    "create_schema": rows.none,
    "drop_schema": rows.dropped_with,
    "grant": rows.none,
    "execute": maintenance.maintained,
}
