"""Has Alembic take the indexes and the constraints of a table in one order.

They are sets in SQLAlchemy. The order of a set depends on the addresses of its members, and so did
that of the statements of a plan.
"""

from typing import Any

from alembic.ddl.impl import DefaultImpl
from sqlalchemy import util

from ..compat import alembic_internals, sqlalchemy_internals
from . import context


def install() -> None:
    """Installs the hooks. Outside of a run they do nothing."""
    implementation: Any = DefaultImpl
    create = implementation.create_table

    def create_table(self: Any, table: Any, *args: Any, **kwargs: Any) -> Any:
        if context.current() is not None:
            put_in_order(table)
        return create(self, table, *args, **kwargs)

    def before_batch(table: Any) -> None:
        if context.current() is not None:
            put_in_order(table)

    implementation.create_table = create_table
    alembic_internals.watch_batches(before_batch)


def put_in_order(table: Any) -> None:
    """Orders indexes by name, and constraints as they were made."""
    table.indexes = util.OrderedSet(sorted(table.indexes, key=lambda index: str(index.name or "")))
    order = sqlalchemy_internals.creation_order
    table.constraints = util.OrderedSet(sorted(table.constraints, key=order))
