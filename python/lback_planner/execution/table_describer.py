"""Describes tables of SQLAlchemy, and their columns, keys and indexes, as changes hold them."""

from typing import Any, Dict, List, Optional, Sequence

import sqlalchemy
from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    UniqueConstraint,
)

from ..compat import sqlalchemy_internals
from ..diagnostics import ignored
from ..model import Name
from ..schema import table as schema_table
from ..schema.search_path import SearchPath
from ..schema.state import Schema
from ..schema.table import Check, ForeignKey, Parts, Unique
from ..sql.tokens import MYSQL
from . import index_parts

#: A default of which only the presence is known.
UNKNOWN_DEFAULT = "unknown"


def text_of(name: Any) -> Optional[str]:
    """Returns a name as text; Alembic and SQLAlchemy have names of types of their own."""
    return None if name is None else str(name)


class TableDescriber:
    """Describes tables and their parts in one dialect, before a schema that is known in parts."""

    def __init__(self, dialect: Any, schema: Schema, default_schema: Optional[str]) -> None:
        self.dialect = dialect
        self.schema = schema
        self.default_schema = default_schema
        #: Why it isn't certain that a name without a schema means this table.
        self.unclear: Dict[Name, str] = {}

    def name(self, table: Any, schema: Optional[str] = None, is_new: bool = False) -> Name:
        if schema is not None:
            return Name(table, None if schema == self.default_schema else schema)
        found = SearchPath(self.schema, self.default_schema).resolve(str(table), is_new)
        if found.why is not None:
            self.unclear[found.name] = found.why
        return found.name

    def type(self, kind: Any) -> Optional[str]:
        """Returns a type as the dialect writes it."""
        try:
            instance = sqlalchemy.types.to_instance(kind)
            return str(instance.compile(dialect=self.dialect))
        except Exception as error:
            ignored(error, "a type that the dialect doesn't know is shown by its name")
            return None if kind is None else type(kind).__name__.upper()

    def column(self, column: Any) -> schema_table.Column:
        """Returns a column as changes hold it."""
        generated = generated_of(column)
        default = None if generated in ("auto", "identity") else self.default(column)
        return schema_table.Column(
            str(column.name),
            self.type(column.type),
            bool(column.nullable),
            default,
            text_of(getattr(column, "comment", None)),
            generated,
        )

    def default(self, column: Any) -> Optional[str]:
        """Returns the default of a column as the dialect writes it, `None` for none."""
        default = getattr(column, "server_default", None)
        if default is None:
            return None
        if getattr(column, "computed", None) is not None:
            return str(column.computed.sqltext)
        try:
            compiler = self.dialect.ddl_compiler(self.dialect, None)
            return str(compiler.get_column_default_string(column))
        except Exception as error:
            ignored(error, "a default that the dialect can't write is one that isn't known")
            return UNKNOWN_DEFAULT

    def foreign_key(
        self, name: Optional[str], columns: List[str], elements: Sequence[Any]
    ) -> ForeignKey:
        """Returns a foreign key as changes hold it."""
        split = [sqlalchemy_internals.column_spec(element).split(".") for element in elements]
        target = split[0]
        schema = ".".join(target[:-2]) or None
        referred = self.name(target[-2] if len(target) > 1 else target[0], schema)
        return ForeignKey(
            name,
            columns,
            referred,
            [part[-1] for part in split],
            getattr(elements[0], "ondelete", None),
            getattr(elements[0], "onupdate", None),
        )

    def table(self, table: Any) -> Parts:
        """Returns the columns, keys and indexes of a table."""
        parts = Parts(
            columns=[self.column(column) for column in table.columns],
            comment=text_of(getattr(table, "comment", None)),
            options=options_of(table, self.dialect.name),
        )
        for constraint in sqlalchemy_internals.in_order_of_creation(table.constraints):
            try:
                self.constraint(constraint, parts)
            except Exception as error:
                ignored(error, "a constraint on columns that the table lacks fails when it is made")
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            found = index_parts.index_of(str(index.name), index.expressions, bool(index.unique))
            kind = index.kwargs.get("mysql_prefix") or index.kwargs.get("mariadb_prefix")
            kind = None if kind is None else str(kind).upper()
            parts.indexes.append(found._replace(kind=kind))
        return parts

    def constraint(self, constraint: Any, parts: Parts) -> None:
        """Adds a constraint to the parts of a table."""
        name = text_of(constraint.name)
        if isinstance(constraint, PrimaryKeyConstraint):
            parts.primary_key = [str(column.name) for column in constraint.columns]
            parts.primary_key_name = name
        elif isinstance(constraint, ForeignKeyConstraint):
            columns = [str(key) for key in constraint.column_keys]
            parts.foreign_keys.append(self.foreign_key(name, columns, constraint.elements))
        elif isinstance(constraint, UniqueConstraint):
            columns = [str(column.name) for column in constraint.columns]
            parts.uniques.append(Unique(name, columns))
        elif isinstance(constraint, CheckConstraint) and name is not None:
            parts.checks.append(Check(name, str(constraint.sqltext)))


def options_of(table: Any, dialect: str) -> str:
    """Returns the words of the table options for MySQL, as the reader of SQL has them."""
    prefix = dialect + "_"
    if dialect not in MYSQL:
        return ""
    return " ".join(
        "%s = %s" % (key[len(prefix) :].upper(), str(value).upper())
        for key, value in table.kwargs.items()
        if key.startswith(prefix)
    )


def generated_of(column: Any) -> Optional[str]:
    """Returns how the database makes the values of a column, `None` if it doesn't."""
    if getattr(column, "computed", None) is not None:
        return "computed"
    if getattr(column, "identity", None) is not None:
        return "identity"
    table = getattr(column, "table", None)
    counted = None if table is None else sqlalchemy_internals.autoincrement_column(table)
    is_counted = counted is column and getattr(column, "server_default", None) is None
    return "auto" if is_counted else None
