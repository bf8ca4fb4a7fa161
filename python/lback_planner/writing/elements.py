"""Columns, constraints, defaults and other elements of SQLAlchemy as Python source."""

from typing import Any, Callable, Dict, List, Sequence, Tuple

from sqlalchemy import schema
from sqlalchemy.sql import elements, functions
from sqlalchemy.sql.expression import ClauseElement, TableClause, bindparam

from ..compat import alembic_internals, sqlalchemy_internals
from .values import SourceWriter, Unwritable, called, plain_sql, without_doubles


def write_element(writer: SourceWriter, value: Any) -> str:
    """Returns the source of an element. Raises `Unwritable` for one that is not known."""
    for kind, write in WRITERS:
        if isinstance(value, kind):
            return write(writer, value)
    raise Unwritable("a value of the type `%s`" % type(value).__name__)


def write_column(writer: SourceWriter, column: Any) -> str:
    parts = [writer.write(column.name)]
    if not sqlalchemy_internals.is_untyped(column.type):
        parts.append(writer.write(column.type))
    if column.table is None:
        # Those of a column in a table are constraints of the table.
        keys = sqlalchemy_internals.in_order_of_creation(column.foreign_keys)
        parts += [write_key(writer, key) for key in keys]
    for item in sqlalchemy_internals.in_order_of_creation(column.constraints):
        parts.append(writer.write(item))
    if isinstance(column.default, schema.Sequence):
        parts.append(writer.write(column.default))
    keywords = column_options(column)
    default = column.server_default
    if isinstance(default, (schema.Computed, schema.Identity)):
        parts.append(writer.write(default))
    elif default is not None:
        keywords["server_default"] = default
    return called(writer.sa + "Column", parts, writer.write_all(keywords))


def column_options(column: Any) -> Dict[str, Any]:
    """Returns the keyword arguments of a column that have a part in its DDL."""
    found: Dict[str, Any] = {}
    if column.key != column.name:
        found["key"] = column.key
    if column.primary_key:
        found["primary_key"] = True
    if column.nullable != (not column.primary_key):
        found["nullable"] = column.nullable
    for option in ("unique", "index", "comment", "server_onupdate"):
        value = getattr(column, option, None)
        if value is not None:
            found[option] = value
    if column.autoincrement != "auto":
        found["autoincrement"] = column.autoincrement
    if column.system:
        found["system"] = True
    found.update(column.dialect_kwargs)
    return found


def write_key(writer: SourceWriter, key: Any) -> str:
    """Returns the source of the foreign key of a column."""
    target = sqlalchemy_internals.column_spec(key)
    return called(
        writer.sa + "ForeignKey", [repr(target)], writer.write_all(constraint_options(key))
    )


def constraint_options(constraint: Any) -> Dict[str, Any]:
    """Returns the keyword arguments of a constraint or a foreign key."""
    found: Dict[str, Any] = {}
    for option in CONSTRAINT_OPTIONS:
        value = getattr(constraint, option, None)
        if option == "name":
            value = alembic_internals.name_or_none(value)
        # Not `in`: 0 is equal to `False`.
        if value is not None and value is not False:
            found[option] = value
    found.update(getattr(constraint, "dialect_kwargs", {}))
    return found


CONSTRAINT_OPTIONS = (
    "name", "deferrable", "initially", "onupdate", "ondelete", "use_alter", "match", "comment",
)  # fmt: skip


def of_columns(name: str) -> "Write":
    """Returns a writer of a constraint that has columns."""

    def write(writer: SourceWriter, constraint: Any) -> str:
        columns = [writer.write(each) for each in column_names(constraint)]
        return called(writer.sa + name, columns, writer.write_all(constraint_options(constraint)))

    return write


def column_names(constraint: Any) -> List[str]:
    """Returns the names of the columns of a constraint, whether or not it belongs to a table."""
    return [
        str(getattr(column, "name", column))
        for column in sqlalchemy_internals.columns_of_constraint(constraint)
    ]


def write_foreign_keys(writer: SourceWriter, constraint: Any) -> str:
    there = [sqlalchemy_internals.column_spec(key) for key in constraint.elements]
    here = [str(column) for column in constraint.column_keys]
    options = writer.write_all(constraint_options(constraint))
    return called(writer.sa + "ForeignKeyConstraint", [repr(here), repr(there)], options)


def write_check(writer: SourceWriter, constraint: Any) -> str:
    condition = writer.write(constraint.sqltext)
    options = writer.write_all(constraint_options(constraint))
    return called(writer.sa + "CheckConstraint", [condition], options)


def write_exclusion(writer: SourceWriter, constraint: Any) -> str:
    writer.imports.add("from sqlalchemy.dialects import postgresql")
    pairs = [
        writer.write((pair[0] if isinstance(pair[0], (str, ClauseElement)) else pair[1], pair[2]))
        for pair in sqlalchemy_internals.exclusions(constraint)
    ]
    options = constraint_options(constraint)
    options["using"] = constraint.using
    if constraint.ops:
        options["ops"] = constraint.ops
    if constraint.where is not None:
        options["where"] = constraint.where
    return called("postgresql.ExcludeConstraint", pairs, writer.write_all(options))


def write_index(writer: SourceWriter, index: Any) -> str:
    expressions = [
        writer.write(item if isinstance(item, (str, ClauseElement)) else str(item))
        for item in sqlalchemy_internals.expressions_of_index(index)
    ]
    options = dict({"unique": True} if index.unique else {}, **index.dialect_kwargs)
    parts = [writer.write(alembic_internals.name_or_none(index.name))]
    return called(writer.sa + "Index", parts + expressions, writer.write_all(options))


def write_default(writer: SourceWriter, default: Any) -> str:
    return writer.write(default.arg)


def write_computed(writer: SourceWriter, computed: Any) -> str:
    options = {} if computed.persisted is None else {"persisted": repr(computed.persisted)}
    return called(writer.sa + "Computed", [writer.write(computed.sqltext)], options)


def write_options(name: str, options: Sequence[str]) -> "Write":
    """Returns a writer of what has only keyword arguments."""

    def write(writer: SourceWriter, value: Any) -> str:
        found = {option: getattr(value, option, None) for option in options}
        found = {
            option: said for option, said in found.items() if said is not None and said is not False
        }
        found.update(getattr(value, "dialect_kwargs", None) or {})
        args = [writer.write(value.name)] if isinstance(value, schema.Sequence) else []
        return called(writer.sa + name, args, writer.write_all(found))

    return write


COUNTING = (
    "start", "increment", "minvalue", "maxvalue", "nominvalue", "nomaxvalue", "cycle", "cache",
    "order",
)  # fmt: skip


def write_table(writer: SourceWriter, table: Any) -> str:
    """Returns the source of a table that statements name, without its constraints."""
    if any(getattr(column, "default", None) is not None for column in table.columns):
        raise Unwritable("a table whose columns have defaults in Python")
    columns = [
        called(writer.sa + "column", [repr(str(column.name))] + type_of(writer, column), {})
        for column in table.columns
    ]
    schema_name = getattr(table, "schema", None)
    options = {} if schema_name is None else {"schema": repr(str(schema_name))}
    return called(writer.sa + "table", [repr(str(table.name))] + columns, options)


def write_whole_table(writer: SourceWriter, table: Any) -> str:
    """Returns the source of a table with its constraints, as a batch copies it."""
    parts = [repr(str(table.name)), writer.sa + "MetaData()"]
    parts += [write_column(writer, column) for column in table.columns]
    for item in sqlalchemy_internals.in_order_of_creation(table.constraints):
        if not item_of_column(item):
            parts.append(writer.write(item))
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        if not any(column.index for column in index.columns):
            parts.append(write_index(writer, index))
    options = {} if table.schema is None else {"schema": repr(str(table.schema))}
    if table.comment is not None:
        options["comment"] = repr(table.comment)
    options.update(writer.write_all(dict(table.dialect_kwargs)))
    return called(writer.sa + "Table", parts, options)


def item_of_column(constraint: Any) -> bool:
    """Returns whether a constraint comes with the options of its columns."""
    if isinstance(constraint, schema.PrimaryKeyConstraint):
        return alembic_internals.name_or_none(constraint.name) is None
    if isinstance(constraint, schema.UniqueConstraint):
        columns = list(constraint.columns)
        return len(columns) == 1 and bool(columns[0].unique)
    return sqlalchemy_internals.is_type_bound(constraint)


def type_of(writer: SourceWriter, column: Any) -> List[str]:
    """Returns the source of the type of a column, nothing where it has none."""
    return [] if sqlalchemy_internals.is_untyped(column.type) else [writer.write(column.type)]


def write_text(writer: SourceWriter, text: Any) -> str:
    source = called(writer.sa + "text", [repr(text.text)], {})
    parameters = alembic_internals.bound_parameters(text)
    if not parameters:
        return source
    if any(type(each.type) is not type(bindparam(None, each.value).type) for each in parameters):
        raise Unwritable("a parameter whose type doesn't follow from its value")
    values = {each.key: each.value for each in parameters}
    return called(source + ".bindparams", [], writer.write_all(values))


def write_function(writer: SourceWriter, function: Any) -> str:
    name = str(function.name)
    packages = getattr(function, "packagenames", ())
    if list(function.clauses) or packages or not name.isidentifier():
        return write_clause(writer, function)
    return "%sfunc.%s()" % (writer.sa, name)


def write_named(writer: SourceWriter, column: Any) -> str:
    name = "literal_column" if column.is_literal else "column"
    return called(writer.sa + name, [repr(str(column.name))], {})


def write_clause(writer: SourceWriter, clause: Any) -> str:
    """Returns an expression or a statement as text, with its values in it."""
    whole = getattr(clause, "is_dml", False) or getattr(clause, "is_select", False)
    options = {} if whole else {"include_table": False}
    return called(writer.sa + "text", [repr(plain_sql(writer, clause, **options))], {})


def write_ddl(writer: SourceWriter, statement: Any) -> str:
    """Returns a statement of DDL as text."""
    try:
        text = str(statement.compile(dialect=writer.dialect))
    except Exception as error:
        raise Unwritable("DDL that can't be written (%s)" % error) from error
    return called(writer.sa + "text", [repr(without_doubles(writer, text))], {})


def constant(name: str) -> "Write":
    """Returns a writer of one of SQLAlchemy's constants."""
    return lambda writer, _: "%s%s()" % (writer.sa, name)


Write = Callable[[SourceWriter, Any], str]

WRITERS: List[Tuple[Any, Write]] = [
    (schema.Column, write_column),
    (schema.Table, write_table),
    (schema.PrimaryKeyConstraint, of_columns("PrimaryKeyConstraint")),
    (schema.UniqueConstraint, of_columns("UniqueConstraint")),
    (schema.ForeignKeyConstraint, write_foreign_keys),
    (schema.CheckConstraint, write_check),
    (sqlalchemy_internals.EXCLUSION, write_exclusion),
    (schema.Index, write_index),
    (schema.ForeignKey, write_key),
    (schema.Computed, write_computed),
    (schema.Identity, write_options("Identity", ("always", "on_null") + COUNTING)),
    (schema.Sequence, write_options("Sequence", ("schema", "optional") + COUNTING)),
    (schema.DefaultClause, write_default),
    (schema.FetchedValue, constant("FetchedValue")),
    (TableClause, write_table),
    (elements.TextClause, write_text),
    (elements.True_, constant("true")),
    (elements.False_, constant("false")),
    (elements.Null, constant("null")),
    (functions.FunctionElement, write_function),
    (elements.ColumnClause, write_named),
    (sqlalchemy_internals.DDL_STATEMENT, write_ddl),
    (ClauseElement, write_clause),
]
