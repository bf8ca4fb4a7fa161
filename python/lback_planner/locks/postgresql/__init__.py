"""The locks of PostgreSQL 12 to 18, by the kinds of effects.

The modes are those of the server's manual; `cargo xtask prove locks` compares them with a server.
"""

from typing import Dict, List

from ...model import Effect
from ...schema.state import Schema
from ..rules import Rule, locks_by
from ..table_lock import TableLock
from . import columns, constraints, rows, tables
from .alter_table import altered_table
from .maintenance import maintained
from .modes import MODES


def locks_of(effects: List[Effect], schema: Schema) -> List[TableLock]:
    """Returns the locks of one statement, one for each table."""
    return locks_by(RULES, effects, schema, MODES)


RULES: Dict[str, Rule] = {
    "create_table": tables.create_table,
    "drop_table": tables.drop_table,
    "rename_table": tables.rename_table,
    "alter_table": altered_table,
    "add_column": columns.add_column,
    "drop_column": columns.drop_column,
    "alter_column": columns.alter_column,
    "rename_column": tables.alone,
    "create_index": constraints.create_index,
    "drop_index": constraints.drop_index,
    "rename_index": tables.none,
    "create_constraint": constraints.create_constraint,
    "drop_constraint": constraints.drop_constraint,
    "rename_constraint": tables.alone,
    "comment": constraints.comment,
    "create_trigger": constraints.create_trigger,
    "drop_trigger": constraints.drop_trigger,
    "create_policy": constraints.drop_from_table,
    "drop_policy": constraints.drop_from_table,
    "insert": rows.write_rows,
    "update": rows.write_rows,
    "delete": rows.write_rows,
    "merge": rows.write_rows,
    "truncate": tables.truncate,
    "select": rows.select,
    "create_view": rows.create_view,
    "drop_view": rows.drop_view,
    "refresh_view": rows.refresh_view,
    "create_type": tables.none,
    "alter_type": tables.alter_type,
    "drop_type": tables.dropped_with,
    "create_sequence": tables.none,
    "alter_sequence": tables.none,
    "drop_sequence": tables.dropped_with,
    "create_function": tables.none,
    "drop_function": tables.dropped_with,
    "create_schema": tables.none,
    "drop_schema": tables.dropped_with,
    "create_extension": tables.none,
    "drop_extension": tables.dropped_with,
    "grant": tables.none,
    "execute": maintained,
}
