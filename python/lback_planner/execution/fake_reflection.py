"""Fake reflection: what a dialect answers about the schema, from what the scripts before left
behind.
"""

from typing import Any, Dict, List, Optional, Type

import sqlalchemy
from sqlalchemy import exc
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.engine.reflection import Inspector

from ..compat import sqlalchemy_internals
from ..schema.dependants import sequence_of
from ..schema.state import Schema
from ..schema.table import Table
from . import context
from .asker import UNKNOWN_NAME, Asker, TableNames
from .fake_values import AnyName
from .reflected_columns import (
    foreign_key_name,
    indexes_of,
    key_name,
    options_of,
    reflected,
    uniques_of,
)


def counting(schema: Schema) -> List[str]:
    """Returns the sequences that count columns of known tables."""
    return [
        sequence_of(name.name, column.name)
        for name, table in schema.all_tables()
        for column in table.columns.values()
        if column.generated in ("auto", "identity")
    ]


class Reflection:
    """Overrides the questions of a dialect about the schema."""

    recorder: context.Recording
    default_schema_name: Optional[str]
    supports_comments: bool
    is_apart: bool
    name: str

    @property
    def asker(self) -> Asker:
        """The asker that answers in the present run."""
        recorder = context.current_or(self.recorder)
        recorder.schema.use.used = True
        asker = Asker(
            recorder.schema, recorder.scenario, recorder.default_schema, recorder.metadata
        )
        asker.is_apart = self.is_apart
        return asker

    def found(self, table_name: str, schema: Optional[str]) -> Table:
        """Returns a table that exists. Raises SQLAlchemy's error for one that doesn't."""
        table = self.asker.table(table_name, schema, self)
        if table is None:
            raise exc.NoSuchTableError(table_name)
        return table

    def has_table(
        self, connection: Any, table_name: str, schema: Optional[str] = None, **kw: Any
    ) -> bool:
        return self.asker.has_table(table_name, schema)

    def get_table_names(
        self, connection: Any, schema: Optional[str] = None, **kw: Any
    ) -> List[str]:
        asker = self.asker
        return TableNames(asker.tables_in(schema, views=False), asker, schema)

    def get_view_names(self, connection: Any, schema: Optional[str] = None, **kw: Any) -> List[str]:
        asker = self.asker
        asker.scenario.ask("schema")
        return asker.tables_in(schema, views=True)

    get_materialized_view_names = get_view_names

    def get_temp_table_names(self, connection: Any, **kw: Any) -> List[str]:
        return []

    get_temp_view_names = get_temp_table_names

    def get_schema_names(self, connection: Any, **kw: Any) -> List[str]:
        asker = self.asker
        asker.scenario.ask("schema")
        named = {name.schema for name, _ in asker.schema.all_tables() if name.schema}
        return sorted(named | {asker.default_schema or "public"})

    def has_schema(self, connection: Any, schema_name: str, **kw: Any) -> bool:
        return self.asker.scenario.answer(True, False)

    def get_view_definition(
        self, connection: Any, view_name: str, schema: Optional[str] = None, **kw: Any
    ) -> str:
        self.asker.scenario.ask("schema")
        return "SELECT 1"

    def has_type(
        self, connection: Any, type_name: str, schema: Optional[str] = None, **kw: Any
    ) -> bool:
        asker = self.asker
        is_there = type_name in asker.schema.types
        return asker.scenario.answer(is_there, is_there and not asker.schema.unsure)

    def has_sequence(
        self, connection: Any, sequence_name: str, schema: Optional[str] = None, **kw: Any
    ) -> bool:
        asker = self.asker
        name = str(asker.name(sequence_name, schema))
        is_there = asker.schema.sequences.get(name, sequence_name in counting(asker.schema))
        is_known = name in asker.schema.sequences or is_there
        return asker.scenario.answer(is_there, bool(is_known and not asker.schema.unsure))

    def get_sequence_names(
        self, connection: Any, schema: Optional[str] = None, **kw: Any
    ) -> List[str]:
        if self.name == "sqlite":
            raise NotImplementedError
        asker = self.asker
        asker.scenario.ask("schema")
        if self.name != "postgresql":
            return sorted(name for name, is_there in asker.schema.sequences.items() if is_there)
        made = {name for name, is_there in asker.schema.sequences.items() if is_there}
        return sorted(made | set(counting(asker.schema)))

    def get_enums(
        self, connection: Any, schema: Optional[str] = None, **kw: Any
    ) -> List[Dict[str, Any]]:
        asker = self.asker
        asker.scenario.ask("schema")
        return [
            {"name": name, "schema": schema or "public", "visible": True, "labels": labels or []}
            for name, labels in asker.schema.types.items()
        ]

    def get_columns(
        self, connection: Any, table_name: str, schema: Optional[str] = None, **kw: Any
    ) -> List[Dict[str, Any]]:
        table = self.found(table_name, schema)
        types = self.asker.schema.types
        return [
            reflected(column._replace(name=name), table_name, table, self, types)
            for name, column in table.columns.items()
        ]

    def get_pk_constraint(
        self, connection: Any, table_name: str, schema: Optional[str] = None, **kw: Any
    ) -> Dict[str, Any]:
        table = self.found(table_name, schema)
        name = key_name(table_name, table, self)
        return {"constrained_columns": list(table.primary_key), "name": name, "comment": None}

    def get_foreign_keys(
        self, connection: Any, table_name: str, schema: Optional[str] = None, **kw: Any
    ) -> List[Dict[str, Any]]:
        return [
            {
                "name": foreign_key_name(key.name, table_name, key.columns, number, self),
                "constrained_columns": list(key.columns),
                "referred_schema": key.referred.schema,
                "referred_table": key.referred.name,
                "referred_columns": list(key.referred_columns),
                "options": options_of(key.on_delete, key.on_update),
                "comment": None,
            }
            for number, key in enumerate(self.found(table_name, schema).foreign_keys, 1)
        ]

    def get_indexes(
        self, connection: Any, table_name: str, schema: Optional[str] = None, **kw: Any
    ) -> List[Dict[str, Any]]:
        return indexes_of(table_name, self.found(table_name, schema), self)

    def get_unique_constraints(
        self, connection: Any, table_name: str, schema: Optional[str] = None, **kw: Any
    ) -> List[Dict[str, Any]]:
        return uniques_of(table_name, self.found(table_name, schema), self)

    def get_check_constraints(
        self, connection: Any, table_name: str, schema: Optional[str] = None, **kw: Any
    ) -> List[Dict[str, Any]]:
        checks = self.found(table_name, schema).checks
        return [{"name": check.name, "sqltext": check.condition} for check in checks]

    def get_table_comment(
        self, connection: Any, table_name: str, schema: Optional[str] = None, **kw: Any
    ) -> Dict[str, Any]:
        if not self.supports_comments:
            raise NotImplementedError
        return {"text": self.found(table_name, schema).comment}

    def get_table_options(
        self, connection: Any, table_name: str, schema: Optional[str] = None, **kw: Any
    ) -> Dict[str, Any]:
        return {}

    def has_index(
        self,
        connection: Any,
        table_name: str,
        index_name: str,
        schema: Optional[str] = None,
        **kw: Any,
    ) -> bool:
        table = self.found(table_name, schema)
        asker = self.asker
        return asker.scenario.answer(index_name in table.indexes, not asker.is_unsure(table))

    def get_default_schema_name(self, connection: Any) -> Optional[str]:
        return self.default_schema_name


for _name in sqlalchemy_internals.names_of_multi_methods(DefaultDialect):
    # Each of them asks for one table after another.
    setattr(Reflection, _name, getattr(DefaultDialect, _name))

COLUMN = {
    "type": sqlalchemy.types.NullType(),
    "nullable": True,
    "default": None,
    "autoincrement": "auto",
    "comment": None,
}


def inspector_of(base: Type[Any]) -> Type[Any]:
    """Returns an inspector that adds what may be there to what the dialect found."""
    original: Any = getattr(base, "inspector", None) or Inspector

    class FakeInspector(original):  # type: ignore[misc]
        def get_table_names(self, schema: Optional[str] = None, **kw: Any) -> Any:
            return self.dialect.get_table_names(None, schema)

        def get_columns(self, table_name: str, schema: Optional[str] = None, **kw: Any) -> Any:
            found = original.get_columns(self, table_name, schema=schema, **kw)
            return self.perhaps(found, table_name, schema, COLUMN)

        def get_indexes(self, table_name: str, schema: Optional[str] = None, **kw: Any) -> Any:
            found = original.get_indexes(self, table_name, schema=schema, **kw)
            return self.perhaps(found, table_name, schema, {"column_names": [], "unique": False})

        def get_unique_constraints(
            self, table_name: str, schema: Optional[str] = None, **kw: Any
        ) -> Any:
            found = original.get_unique_constraints(self, table_name, schema=schema, **kw)
            return self.perhaps(found, table_name, schema, {"column_names": []})

        def get_foreign_keys(self, table_name: str, schema: Optional[str] = None, **kw: Any) -> Any:
            found = original.get_foreign_keys(self, table_name, schema=schema, **kw)
            # To the table itself: SQLAlchemy 1.4 goes on to the table that a foreign key refers to.
            other: Dict[str, Any] = {
                "constrained_columns": [],
                "referred_schema": schema,
                "referred_table": table_name,
                "referred_columns": [],
                "options": {},
            }
            return self.perhaps(found, table_name, schema, other)

        def get_check_constraints(
            self, table_name: str, schema: Optional[str] = None, **kw: Any
        ) -> Any:
            found = original.get_check_constraints(self, table_name, schema=schema, **kw)
            return self.perhaps(found, table_name, schema, {"sqltext": ""})

        def has_table(self, table_name: str, schema: Optional[str] = None, **kw: Any) -> Any:
            return self.dialect.asker.has_table(table_name, schema)

        def get_enums(self, schema: Optional[str] = None) -> Any:
            return self.dialect.get_enums(None, schema)

        def perhaps(
            self, found: Any, table_name: str, schema: Optional[str], other: Dict[str, Any]
        ) -> Any:
            """Adds an entry in the scenario that negates doubtful answers."""
            asker = self.dialect.asker
            table = asker.table(table_name, schema, self.dialect)
            if table is not None and asker.is_unsure(table) and asker.scenario.negated:
                return list(found) + [dict(other, name=AnyName(UNKNOWN_NAME))]
            return found

    return FakeInspector
