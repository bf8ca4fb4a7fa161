"""The kinds of operations: what each is called, what it does, and what follows from it.

Everything that lists kinds is made from this table.
"""

from typing import Dict, Tuple

#: By kind: what it does, whether it changes the schema or the rows of its table, whether it reads
#: or writes rows, whether it loses data.
# A line a kind: lback reads this table, too.
# fmt: off
KINDS: Dict[str, Tuple[str, bool, bool, bool]] = {
    "create_table": ("makes a table", True, False, False),
    "drop_table": ("drops a table with its rows", True, False, True),
    "rename_table": ("gives a table another name, or another schema", True, False, False),
    "alter_table": ("changes something of a table that no other kind names", True, False, False),
    "add_column": ("adds a column", True, False, False),
    "drop_column": ("drops a column with what is in it", True, False, True),
    "alter_column": ("changes a column's type, default, comment or nullability", True, False, False),
    "rename_column": ("gives a column another name", True, False, False),
    "create_index": ("makes an index", True, False, False),
    "drop_index": ("drops an index", True, False, False),
    "rename_index": ("gives an index another name", True, False, False),
    "create_constraint": ("adds a primary key, foreign key, unique or check constraint", True, False, False),
    "drop_constraint": ("drops a constraint", True, False, False),
    "rename_constraint": ("gives a constraint another name", True, False, False),
    "comment": ("sets or removes the comment on a table", True, False, False),
    "create_trigger": ("makes a trigger on a table", True, False, False),
    "drop_trigger": ("drops a trigger of a table", True, False, False),
    "create_policy": ("makes a row-level policy on a table", True, False, False),
    "drop_policy": ("drops a row-level policy of a table", True, False, False),
    "insert": ("adds rows", True, True, False),
    "update": ("changes rows", True, True, False),
    "delete": ("deletes rows", True, True, True),
    "truncate": ("deletes all rows", True, True, True),
    "merge": ("adds, changes or deletes rows", True, True, True),
    "select": ("reads rows", False, True, False),
    "create_view": ("makes a view", True, False, False),
    "drop_view": ("drops a view", True, False, False),
    "refresh_view": ("computes a materialized view anew", True, True, False),
    "create_type": ("makes a type or a domain", False, False, False),
    "alter_type": ("changes a type or a domain", True, False, False),
    "drop_type": ("drops a type or a domain", False, False, False),
    "create_sequence": ("makes a sequence", False, False, False),
    "alter_sequence": ("changes a sequence", False, False, False),
    "drop_sequence": ("drops a sequence", False, False, False),
    "create_function": ("makes a function or a procedure", False, False, False),
    "drop_function": ("drops a function or a procedure", False, False, False),
    "create_schema": ("makes a schema or a database", False, False, False),
    "drop_schema": ("drops a schema or a database", False, False, True),
    "create_extension": ("installs an extension of the server", False, False, False),
    "drop_extension": ("removes an extension of the server", False, False, False),
    "grant": ("gives or takes privileges", False, False, False),
    "execute": ("runs other SQL, which changes neither schema nor rows", False, False, False),
    "declared": ("was declared by a person", True, False, False),
}
# fmt: on


def writes(kind: str) -> bool:
    """Returns whether an operation changes the schema or the rows of its table."""
    return KINDS[kind][1]


def reads_or_writes_rows(kind: str) -> bool:
    """Returns whether an operation reads or writes rows."""
    return KINDS[kind][2]


def destroys(kind: str) -> bool:
    """Returns whether an operation loses data."""
    return KINDS[kind][3]
