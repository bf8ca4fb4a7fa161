"""Translates Alembic's operation objects into effects."""

import copy
from dataclasses import replace
from typing import Any, Callable, Dict, List, Optional

from alembic.ddl.postgresql import CreateExcludeConstraintOp
from alembic.operations import ops
from sqlalchemy import Column, schema

from ..compat import alembic_internals, sqlalchemy_internals
from ..diagnostics import ignored
from ..model import Effect, Name
from ..schema.constraint_changes import AddConstraints, CreateIndex, DropConstraint, DropIndex
from ..schema.table import Check, ForeignKey, Index, Parts, Unique
from ..schema.table_changes import (
    AddColumn,
    AlterColumn,
    CommentTable,
    CreateTable,
    DropColumn,
    DropTable,
    RenameTable,
)
from . import index_parts
from .table_describer import UNKNOWN_DEFAULT, TableDescriber, text_of
from .type_width import is_wider


class Describer(TableDescriber):
    """Describes operations."""

    def effects(self, operation: Any) -> Optional[List[Effect]]:
        """Returns the effects of an operation, ``None`` for one that isn't Alembic's own or is
        described by its SQL.
        """
        for kind in type(operation).__mro__:
            describe = DESCRIBERS.get(kind)
            if describe is not None:
                return describe(self, operation)
        return None


def create_table(self: Describer, op: Any) -> List[Effect]:
    parts = self.table(with_own_columns(op).to_table())
    parts.indexes += [index_of(item) for item in op.columns if isinstance(item, schema.Index)]
    name = self.name(op.table_name, op.schema, is_new=True)
    others = [key.referred for key in parts.foreign_keys if key.referred != name]
    if_not_exists = bool(getattr(op, "if_not_exists", False))
    change = CreateTable(name, parts, if_not_exists=if_not_exists)
    return [Effect("create_table", name, refs=others, change=change)]


def with_own_columns(op: Any) -> Any:
    """Returns an operation with columns of its own, and without indexes.

    A column that has belonged to a table loses its foreign keys when the operation itself makes
    another table of it, and an index can't belong to another table.
    """
    other = copy.copy(op)
    other.columns = [
        alembic_internals.copy_column(item)
        if isinstance(item, Column) and item.table is None
        else item
        for item in op.columns
        if not isinstance(item, schema.Index)
    ]
    return other


def index_of(item: Any) -> Index:
    """Returns an index among the columns of a new table."""
    parts = sqlalchemy_internals.indexed(item)
    return index_parts.index_of(text_of(item.name), parts, bool(item.unique))


def drop_table(self: Describer, op: Any) -> List[Effect]:
    name = self.name(op.table_name, op.schema)
    return [Effect("drop_table", name, change=DropTable(name))]


def rename_table(self: Describer, op: Any) -> List[Effect]:
    old = self.name(op.table_name, op.schema)
    new = Name(op.new_table_name, old.schema)
    change = RenameTable(old, new)
    return [Effect("rename_table", old, new_name=new.name, new_table=new, change=change)]


def add_column(self: Describer, op: Any) -> List[Effect]:
    column = op.column
    name = self.name(op.table_name, op.schema)
    parts = Parts()
    for key in sqlalchemy_internals.in_order_of_creation(column.foreign_keys):
        try:
            found = self.foreign_key(text_of(key.name), [str(column.name)], [key])
            parts.foreign_keys.append(found)
        except Exception as error:
            ignored(error, "a foreign key to what can't be named fails when it is made")
    if column.unique:
        parts.uniques.append(Unique(None, [str(column.name)]))
    refs = [key.referred for key in parts.foreign_keys]
    change = AddColumn(name, self.column(column), parts)
    detail = self.type(column.type)
    return [Effect("add_column", name, column.name, refs=refs, detail=detail, change=change)]


def drop_column(self: Describer, op: Any) -> List[Effect]:
    name = self.name(op.table_name, op.schema)
    change = DropColumn(name, str(op.column_name))
    return [Effect("drop_column", name, op.column_name, change=change)]


def alter_column(self: Describer, op: Any) -> List[Effect]:
    name = self.name(op.table_name, op.schema)
    column, new = str(op.column_name), text_of(op.modify_name)
    kind: Optional[str] = None
    said: List[str] = []
    destructive = False
    if op.modify_type is not None:
        kind = self.type(op.modify_type)
        old = self.type(op.existing_type) if op.existing_type is not None else None
        if op.existing_type is None:
            known = self.schema.find(name)
            there = None if known is None else known.columns.get(column)
            old = None if there is None else there.type
        destructive = not is_wider(old, kind, self.dialect.name)
        said.append("type %s" % kind if old is None else "type %s to %s" % (old, kind))
    said += other_changes(op)
    effects: List[Effect] = []
    change = altered(self, op, AlterColumn(name, column, kind, op.modify_nullable, new))
    if new is not None and new != column:
        effects.append(Effect("rename_column", name, column, new, change=change))
    if said or not effects:
        detail = ", ".join(said) or None
        left = None if effects else change
        effects.append(
            Effect(
                "alter_column", name, column, destructive=destructive, detail=detail, change=left
            )
        )
    return effects


def altered(self: Describer, op: Any, change: AlterColumn) -> AlterColumn:
    """Returns a change with what an operation does to the default and the comment of a column."""
    default = op.modify_server_default
    if default is None:
        change = replace(change, drops_default=True)
    elif default is not False:
        try:
            column: Any = Column("c", op.modify_type or op.existing_type, server_default=default)
            change = replace(change, default=self.default(column) or UNKNOWN_DEFAULT)
        except Exception as error:
            ignored(error, "a default that makes no column is one that isn't known")
            change = replace(change, default=UNKNOWN_DEFAULT)
    comment = getattr(op, "modify_comment", False)
    return change if comment is False else replace(change, comment=str(comment or ""))


def other_changes(op: Any) -> List[str]:
    """Returns what an operation changes of a column beside its name and its type."""
    said = []
    if op.modify_nullable is not None:
        said.append("nullable" if op.modify_nullable else "not null")
    if op.modify_server_default is not False:
        said.append("default")
    if getattr(op, "modify_comment", False) is not False:
        said.append("comment")
    return said


def create_index(self: Describer, op: Any) -> List[Effect]:
    name = self.name(op.table_name, op.schema)
    index = text_of(op.index_name)
    change = CreateIndex(name, index_parts.index_of(index, op.columns, bool(op.unique)))
    return [Effect("create_index", name, index, change=change)]


def drop_index(self: Describer, op: Any) -> List[Effect]:
    index = str(op.index_name)
    table = None if op.table_name is None else self.name(op.table_name, op.schema)
    if table is None:
        schema = None if op.schema == self.default_schema else op.schema
        table = self.schema.table_of_index(index, schema)
    return [Effect("drop_index", table, index, change=DropIndex(table, index))]


def create_foreign_key(self: Describer, op: Any) -> List[Effect]:
    source = self.name(op.source_table, op.kw.get("source_schema"))
    referred = self.name(op.referent_table, op.kw.get("referent_schema"))
    name = text_of(op.constraint_name)
    key = ForeignKey(
        name,
        [str(column) for column in op.local_cols],
        referred,
        [str(column) for column in op.remote_cols],
        op.kw.get("ondelete"),
        op.kw.get("onupdate"),
    )
    change = AddConstraints(source, Parts(foreign_keys=[key]))
    return [
        Effect(
            "create_constraint", source, name, detail="foreign key", refs=[referred], change=change
        )
    ]


def create_constraint(detail: str, parts: Callable[[Any, Optional[str]], Parts]) -> "Describe":
    """Returns a describer of the operation that adds a constraint of one kind."""

    def describe(self: Describer, op: Any) -> List[Effect]:
        name = text_of(op.constraint_name)
        table = self.name(op.table_name, op.schema)
        change = AddConstraints(table, parts(op, name))
        return [Effect("create_constraint", table, name, detail=detail, change=change)]

    return describe


def unique(op: Any, name: Optional[str]) -> Parts:
    return Parts(uniques=[Unique(name, [str(column) for column in op.columns])])


def primary_key(op: Any, name: Optional[str]) -> Parts:
    columns = [str(column) for column in op.columns]
    return Parts(primary_key=columns, primary_key_name=name)


def check(op: Any, name: Optional[str]) -> Parts:
    return Parts(checks=[Check(name, str(op.condition), not is_not_valid(op))])


def is_not_valid(op: Any) -> bool:
    """Returns whether a constraint holds for new rows only."""
    return bool(getattr(op, "kw", {}).get("postgresql_not_valid"))


def nothing_known(op: Any, name: Optional[str]) -> Parts:
    return Parts()


def drop_constraint(self: Describer, op: Any) -> List[Effect]:
    name = text_of(op.constraint_name)
    kind = getattr(op, "constraint_type", None)
    table = self.name(op.table_name, op.schema)
    change = DropConstraint(table, name, kind == "primary")
    return [Effect("drop_constraint", table, name, detail=kind, change=change)]


def comment(self: Describer, op: Any) -> List[Effect]:
    name = self.name(op.table_name, op.schema)
    text = None if isinstance(op, ops.DropTableCommentOp) else text_of(op.comment)
    return [Effect("comment", name, change=CommentTable(name, text))]


def bulk_insert(self: Describer, op: Any) -> List[Effect]:
    table = self.name(op.table.name, getattr(op.table, "schema", None))
    return [Effect("insert", table, detail=None if op.rows else "no rows")]


Describe = Callable[[Describer, Any], List[Effect]]

DESCRIBERS: Dict[Any, Describe] = {
    ops.CreateTableOp: create_table,
    ops.DropTableOp: drop_table,
    ops.RenameTableOp: rename_table,
    ops.AddColumnOp: add_column,
    ops.DropColumnOp: drop_column,
    ops.AlterColumnOp: alter_column,
    ops.CreateIndexOp: create_index,
    ops.DropIndexOp: drop_index,
    ops.CreateForeignKeyOp: create_foreign_key,
    ops.CreateUniqueConstraintOp: create_constraint("unique", unique),
    ops.CreatePrimaryKeyOp: create_constraint("primary key", primary_key),
    ops.CreateCheckConstraintOp: create_constraint("check", check),
    CreateExcludeConstraintOp: create_constraint("exclude", nothing_known),
    ops.DropConstraintOp: drop_constraint,
    ops.CreateTableCommentOp: comment,
    ops.DropTableCommentOp: comment,
    ops.BulkInsertOp: bulk_insert,
}
