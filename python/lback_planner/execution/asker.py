"""The answers of one scenario about the tables of a schema."""

from typing import Any, Iterator, List, Optional

from ..model import Name
from ..schema.search_path import SearchPath
from ..schema.state import Schema
from ..schema.table import Column, Parts, Table
from .fake_values import AnyName
from .operation_effects import Describer
from .scenarios import Scenario

#: The name of what may be there although no script made it.
UNKNOWN_NAME = "wild_1bacc0de"


class TableNames(List[str]):
    """Names of tables: those that are known, and perhaps others."""

    def __init__(self, known: List[str], asker: "Asker", schema: Optional[str]) -> None:
        super().__init__(known)
        self.asker = asker
        self.schema = schema

    def __contains__(self, name: Any) -> bool:
        return self.asker.has_table(name, self.schema)

    def __iter__(self) -> Iterator[str]:
        scenario = self.asker.scenario
        scenario.ask("schema")
        known = list(list.__iter__(self))
        if scenario.listening and (scenario.negated or scenario.forces):
            # There may be tables that no script made.
            known.append(AnyName(UNKNOWN_NAME))
        return iter(known)


class Asker:
    """The answers of one scenario about one schema."""

    def __init__(
        self, schema: Schema, scenario: Scenario, default_schema: Optional[str], metadata: Any
    ) -> None:
        self.schema = schema
        self.scenario = scenario
        self.default_schema = default_schema
        self.metadata = metadata
        #: Whether a connection asks that doesn't see what the run has not committed.
        self.is_apart = False

    def name(self, name: str, schema: Optional[str]) -> Name:
        if schema is not None:
            return Name(name, None if schema == self.default_schema else schema)
        return SearchPath(self.schema, self.default_schema).resolve(name).name

    def has_table(self, table_name: str, schema: Optional[str] = None) -> bool:
        name = self.name(table_name, schema)
        self.schema.use.used = True
        sure = not self.schema.unsure and not self.is_apart
        table = self.schema.tables.get(name)
        if table is not None:
            return self.scenario.answer(True, sure and (bool(table.view) or not table.unsure))
        if name in self.schema.partial:
            return self.scenario.answer(True, False)
        return self.scenario.answer(False, name in self.schema.gone and sure)

    def table(self, table_name: str, schema: Optional[str], dialect: Any) -> Optional[Table]:
        """Returns a table that exists in this scenario, ``None`` for a table that doesn't."""
        name = self.name(table_name, schema)
        self.schema.use.used = True
        table: Optional[Table] = self.schema.tables.get(name)
        if table is not None:
            if self.is_unsure(table):
                self.scenario.ask("schema")
            return table
        if name in self.schema.gone:
            return None
        self.scenario.ask("schema")
        return self.with_model(name, self.schema.partial.get(name), dialect)

    def with_model(self, name: Name, known: Optional[Table], dialect: Any) -> Table:
        """Returns what the project's models say of a table that no script made."""
        models = self.metadata if isinstance(self.metadata, (list, tuple)) else [self.metadata]
        for model in models:
            found = getattr(model, "tables", {}).get(str(name))
            if found is not None:
                describer = Describer(dialect, self.schema, self.default_schema)
                table = Table.of(describer.table(found))
                break
        else:
            table = Table.of(Parts(columns=[Column("id", "INTEGER", False)]))
        if known is not None:
            table.columns.update(known.columns)
            table.indexes.update(known.indexes)
        table.unsure = True
        return table

    def is_unsure(self, table: Table) -> bool:
        return bool(table.unsure or self.schema.unsure or self.is_apart)

    def tables_in(self, schema: Optional[str], views: bool) -> List[str]:
        """Returns the names of the tables, or of the views, that are known in a schema."""
        wanted = None if schema == self.default_schema else schema
        return [
            name.name
            for name, table in self.schema.all_tables()
            if name.schema == wanted and bool(table.view) == views
        ]
