"""The kinds of operations, generated from the table in `src/model/operation_kind.rs`."""

from dataclasses import dataclass
from typing import Dict


@dataclass(frozen=True)
class OperationKind:
    """The consequences of the kind of an operation.

    `writes`: the operation changes the schema or the rows of the table that it names.
    `rows`: the operation reads or writes rows.
    `loses_data`: the operation always loses data.
    """

    writes: bool = False
    rows: bool = False
    loses_data: bool = False


KINDS: Dict[str, OperationKind] = {
    # creates a table
    "create_table": OperationKind(writes=True),
    # drops a table with its rows
    "drop_table": OperationKind(writes=True, loses_data=True),
    # renames a table, or moves it to another schema
    "rename_table": OperationKind(writes=True),
    # changes a property of a table that no other kind covers
    "alter_table": OperationKind(writes=True),
    # adds a column
    "add_column": OperationKind(writes=True),
    # drops a column with its data
    "drop_column": OperationKind(writes=True, loses_data=True),
    # changes a column's type, default, comment or nullability
    "alter_column": OperationKind(writes=True),
    # renames a column
    "rename_column": OperationKind(writes=True),
    # creates an index
    "create_index": OperationKind(writes=True),
    # drops an index
    "drop_index": OperationKind(writes=True),
    # renames an index
    "rename_index": OperationKind(writes=True),
    # adds a primary key, foreign key, unique or check constraint
    "create_constraint": OperationKind(writes=True),
    # drops a constraint
    "drop_constraint": OperationKind(writes=True),
    # renames a constraint
    "rename_constraint": OperationKind(writes=True),
    # sets or removes the comment on a table
    "comment": OperationKind(writes=True),
    # creates a trigger on a table
    "create_trigger": OperationKind(writes=True),
    # drops a trigger of a table
    "drop_trigger": OperationKind(writes=True),
    # creates a row-level policy on a table
    "create_policy": OperationKind(writes=True),
    # drops a row-level policy of a table
    "drop_policy": OperationKind(writes=True),
    # adds rows
    "insert": OperationKind(writes=True, rows=True),
    # changes rows
    "update": OperationKind(writes=True, rows=True),
    # deletes rows
    "delete": OperationKind(writes=True, rows=True, loses_data=True),
    # deletes all rows
    "truncate": OperationKind(writes=True, rows=True, loses_data=True),
    # adds, changes or deletes rows
    "merge": OperationKind(writes=True, rows=True, loses_data=True),
    # reads rows
    "select": OperationKind(rows=True),
    # creates a view
    "create_view": OperationKind(writes=True),
    # drops a view
    "drop_view": OperationKind(writes=True),
    # recomputes a materialized view
    "refresh_view": OperationKind(writes=True, rows=True),
    # creates a type or a domain
    "create_type": OperationKind(),
    # changes a type or a domain
    "alter_type": OperationKind(writes=True),
    # drops a type or a domain
    "drop_type": OperationKind(),
    # creates a sequence
    "create_sequence": OperationKind(),
    # changes a sequence
    "alter_sequence": OperationKind(),
    # drops a sequence
    "drop_sequence": OperationKind(),
    # creates a function or a procedure
    "create_function": OperationKind(),
    # drops a function or a procedure
    "drop_function": OperationKind(),
    # creates a schema or a database
    "create_schema": OperationKind(),
    # drops a schema or a database
    "drop_schema": OperationKind(loses_data=True),
    # installs an extension of the server
    "create_extension": OperationKind(),
    # removes an extension of the server
    "drop_extension": OperationKind(),
    # grants or revokes privileges
    "grant": OperationKind(),
    # runs other SQL, which changes neither schema nor rows
    "execute": OperationKind(),
    # was declared by a person, in the script or in `lback.toml`
    "declared": OperationKind(writes=True),
}


def writes(kind: str) -> bool:
    return KINDS[kind].writes


def reads_or_writes_rows(kind: str) -> bool:
    return KINDS[kind].rows


def destroys(kind: str) -> bool:
    return KINDS[kind].loses_data
