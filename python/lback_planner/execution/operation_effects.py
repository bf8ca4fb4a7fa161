"""What Alembic's operation objects say that they do."""

import copy
import re

from alembic.operations import ops

from ..model import Effect, Name


class Describer:
    """In one dialect, before a schema that is known in parts."""

    def __init__(self, dialect, schema, default_schema):
        self.dialect = dialect
        self.schema = schema
        self.default_schema = default_schema

    def name(self, table, schema=None):
        return Name(table, None if schema == self.default_schema else schema)

    def effects(self, operation):
        """The effects of an operation; `None` for one that isn't Alembic's own, or that is described by its SQL."""
        for kind in type(operation).__mro__:
            describe = DESCRIBERS.get(kind)
            if describe is not None:
                return describe(self, operation)
        return None

    # Types and columns, as text.

    def type(self, kind):
        try:
            import sqlalchemy

            return sqlalchemy.types.to_instance(kind).compile(dialect=self.dialect)
        except Exception:
            return None if kind is None else type(kind).__name__.upper()

    def column(self, column):
        default = getattr(column, "server_default", None)
        return [str(column.name), self.type(column.type), bool(column.nullable), None if default is None else ""]

    def foreign_key(self, name, columns, elements):
        parts = [str(getattr(element, "_colspec", element)) if isinstance(getattr(element, "_colspec", ""), str) else element.target_fullname for element in elements]
        split = [part.split(".") for part in parts]
        target = split[0]
        schema = ".".join(target[:-2]) or None
        referred = self.name(target[-2] if len(target) > 1 else target[0], schema)
        return [name, columns, referred.schema, referred.name, [part[-1] for part in split], getattr(elements[0], "ondelete", None), getattr(elements[0], "onupdate", None)], referred

    def table(self, table):
        """The payload of `create_table`, and the tables that it refers to."""
        from sqlalchemy import CheckConstraint, ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint

        payload = {"columns": [self.column(column) for column in table.columns], "pk": [], "fks": [], "uniques": [], "checks": [], "indexes": []}
        refs = []
        for constraint in table.constraints:
            name = None if constraint.name is None else str(constraint.name)
            try:
                if isinstance(constraint, PrimaryKeyConstraint):
                    payload["pk"] = [str(column.name) for column in constraint.columns]
                    payload["pk_name"] = name
                elif isinstance(constraint, ForeignKeyConstraint):
                    fk, referred = self.foreign_key(name, [str(key) for key in constraint.column_keys], constraint.elements)
                    payload["fks"].append(fk)
                    refs.append(referred)
                elif isinstance(constraint, UniqueConstraint):
                    payload["uniques"].append([name, [str(column.name) for column in constraint.columns]])
                elif isinstance(constraint, CheckConstraint) and name is not None:
                    payload["checks"].append([name, str(constraint.sqltext)])
            except Exception:
                pass
        for index in table.indexes:
            payload["indexes"].append([str(index.name), [str(getattr(column, "name", column)) for column in index.expressions], bool(index.unique)])
        return payload, refs


def create_table(self, op):
    table = apart(op).to_table()
    payload, refs = self.table(table)
    name = self.name(op.table_name, op.schema)
    if op.if_not_exists if hasattr(op, "if_not_exists") else False:
        payload["if_not_exists"] = True
    return [Effect("create_table", name, refs=[ref for ref in refs if ref != name], change=("create_table", payload))]


def apart(op):
    """The operation with columns of its own: one that has belonged to a table loses its foreign keys when the operation itself makes another of it."""
    from alembic.util import sqla_compat
    from sqlalchemy import Column

    other = copy.copy(op)
    other.columns = [sqla_compat._copy(item) if isinstance(item, Column) and item.table is None else item for item in op.columns]
    return other


def drop_table(self, op):
    return [Effect("drop_table", self.name(op.table_name, op.schema), change=("drop_table", {}))]


def rename_table(self, op):
    old, new = self.name(op.table_name, op.schema), self.name(op.new_table_name, op.schema)
    return [Effect("rename_table", old, new_name=new.name, new_table=new, change=("rename_table", {"schema": new.schema, "name": new.name}))]


def add_column(self, op):
    column = op.column
    name = self.name(op.table_name, op.schema)
    fks, refs = [], []
    for key in column.foreign_keys:
        try:
            fk, referred = self.foreign_key(None if key.name is None else str(key.name), [str(column.name)], [key])
            fks.append(fk)
            refs.append(referred)
        except Exception:
            pass
    change = {"column": self.column(column), "fks": fks, "uniques": [[None, [str(column.name)]]] if column.unique else []}
    return [Effect("add_column", name, column.name, refs=refs, detail=self.type(column.type), change=("add_column", change))]


def drop_column(self, op):
    return [Effect("drop_column", self.name(op.table_name, op.schema), op.column_name, change=("drop_column", {"name": str(op.column_name)}))]


def alter_column(self, op):
    name = self.name(op.table_name, op.schema)
    column = str(op.column_name)
    effects = []
    new = op.modify_name
    payload = {"name": column, "new": None if new is None else str(new), "nullable": op.modify_nullable, "type": None}
    said = []
    destructive = False
    if op.modify_type is not None:
        payload["type"] = kind = self.type(op.modify_type)
        if op.existing_type is not None:
            old = self.type(op.existing_type)
        else:
            known = self.schema.find(name)
            old = known.columns.get(column, [None])[0] if known is not None else None
        destructive = not is_wider(old, kind)
        said.append("type %s" % kind if old is None else "type %s to %s" % (old, kind))
    if op.modify_nullable is not None:
        said.append("nullable" if op.modify_nullable else "not null")
    if op.modify_server_default is not False:
        said.append("default")
    if getattr(op, "modify_comment", False) is not False:
        said.append("comment")
    if new is not None and str(new) != column:
        effects.append(Effect("rename_column", name, column, str(new), change=("alter_column", payload)))
    if said or not effects:
        change = None if effects else ("alter_column", payload)
        effects.append(Effect("alter_column", name, column, destructive=destructive, detail=", ".join(said) or None, change=change))
    return effects


SIZES = {"SMALLINT": 1, "INTEGER": 2, "INT": 2, "BIGINT": 3}


def is_wider(old, new):
    """Whether every value of the old type is one of the new. When unsure: no."""
    if old is None or new is None:
        return False
    old, new = old.upper(), new.upper()
    if old == new:
        return True
    if old in SIZES and new in SIZES:
        return SIZES[new] >= SIZES[old]
    text = re.compile(r"^N?(?:VAR)?CHAR(?:ACTER VARYING)?(?:\((\d+)\))?$")
    before, after = text.match(old), text.match(new)
    if before and new in ("TEXT", "CLOB", "LONGTEXT", "VARCHAR", "VARCHAR(MAX)", "NTEXT"):
        return True
    if before and after and before.group(1) and after.group(1):
        return int(after.group(1)) >= int(before.group(1)) and old.startswith("N") <= new.startswith("N")
    return False


def create_index(self, op):
    name = self.name(op.table_name, op.schema)
    index = None if op.index_name is None else str(op.index_name)
    columns = [str(getattr(column, "name", column)) for column in op.columns]
    return [Effect("create_index", name, index, change=("create_index", {"name": index, "columns": columns, "unique": bool(op.unique)}))]


def drop_index(self, op):
    index = str(op.index_name)
    table = None if op.table_name is None else self.name(op.table_name, op.schema)
    if table is None:
        table = self.schema.table_of_index(index, None if op.schema == self.default_schema else op.schema)
    return [Effect("drop_index", table, index, change=("drop_index", {"name": index}))]


def create_foreign_key(self, op):
    source = self.name(op.source_table, op.kw.get("source_schema"))
    referred = self.name(op.referent_table, op.kw.get("referent_schema"))
    name = None if op.constraint_name is None else str(op.constraint_name)
    fk = [name, [str(column) for column in op.local_cols], referred.schema, referred.name, [str(column) for column in op.remote_cols], op.kw.get("ondelete"), op.kw.get("onupdate")]
    return [Effect("create_constraint", source, name, detail="foreign key", refs=[referred], change=("add_constraints", {"fks": [fk]}))]


def create_constraint(detail, payload):
    def describe(self, op):
        name = None if op.constraint_name is None else str(op.constraint_name)
        return [Effect("create_constraint", self.name(op.table_name, op.schema), name, detail=detail, change=("add_constraints", payload(op, name)))]

    return describe


def drop_constraint(self, op):
    name = None if op.constraint_name is None else str(op.constraint_name)
    kind = getattr(op, "constraint_type", None)
    payload = {"name": name, "pk": kind == "primary"}
    return [Effect("drop_constraint", self.name(op.table_name, op.schema), name, detail=kind, change=("drop_constraint", payload))]


def comment(self, op):
    return [Effect("comment", self.name(op.table_name, op.schema))]


def bulk_insert(self, op):
    return [Effect("insert", self.name(op.table.name, getattr(op.table, "schema", None)), detail=None if op.rows else "no rows")]


DESCRIBERS = {
    ops.CreateTableOp: create_table,
    ops.DropTableOp: drop_table,
    ops.RenameTableOp: rename_table,
    ops.AddColumnOp: add_column,
    ops.DropColumnOp: drop_column,
    ops.AlterColumnOp: alter_column,
    ops.CreateIndexOp: create_index,
    ops.DropIndexOp: drop_index,
    ops.CreateForeignKeyOp: create_foreign_key,
    ops.CreateUniqueConstraintOp: create_constraint("unique", lambda op, name: {"uniques": [[name, [str(column) for column in op.columns]]]}),
    ops.CreatePrimaryKeyOp: create_constraint("primary key", lambda op, name: {"pk": [str(column) for column in op.columns], "pk_name": name}),
    ops.CreateCheckConstraintOp: create_constraint("check", lambda op, name: {"checks": [[name, str(op.condition)]]}),
    ops.DropConstraintOp: drop_constraint,
    ops.CreateTableCommentOp: comment,
    ops.DropTableCommentOp: comment,
    ops.BulkInsertOp: bulk_insert,
}
