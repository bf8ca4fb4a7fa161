"""What a dialect says of the schema when it is asked, answered from what the scripts before left behind."""

import re

import sqlalchemy
from sqlalchemy import exc
from sqlalchemy.engine.default import DefaultDialect

from .fake_values import Wild
from ..model import Name


class Names(list):
    """Names of tables: those that are known, and perhaps others."""

    def __init__(self, known, asker, schema):
        list.__init__(self, known)
        self.asker = asker
        self.schema = schema

    def __contains__(self, name):
        return self.asker.has_table(name, self.schema)

    def __iter__(self):
        world = self.asker.world
        world.ask("schema")
        known = list(list.__iter__(self))
        if world.listening and (world.negated or world.forces):
            # There may be tables that no script made.
            known.append(Wild("wild_1bacc0de"))
        return iter(known)


class Asker:
    """Answers of one world, before one schema."""

    def __init__(self, schema, world, default_schema=None, metadata=None):
        self.schema = schema
        self.world = world
        self.default_schema = default_schema
        self.metadata = metadata

    def name(self, name, schema):
        return Name(name, None if schema == self.default_schema else schema)

    def has_table(self, name, schema=None):
        name = self.name(name, schema)
        self.schema.use.used = True
        sure = not self.schema.unsure
        table = self.schema.tables.get(name)
        if table is not None:
            return self.world.answer(True, sure and (table.view or not table.unsure))
        if name in self.schema.partial:
            return self.world.answer(True, False)
        if name in self.schema.gone:
            return self.world.answer(False, sure)
        return self.world.answer(False, False)

    def table(self, name, schema=None):
        """A table that exists in the world in which it is asked about; `None` for none."""
        name = self.name(name, schema)
        self.schema.use.used = True
        table = self.schema.tables.get(name)
        if table is not None:
            if table.unsure or self.schema.unsure:
                self.world.ask("schema")
            return table
        if name in self.schema.gone:
            return None
        self.world.ask("schema")
        return self.with_model(name, self.schema.partial.get(name))

    def with_model(self, name, known):
        """What the project's models say of a table that no script made."""
        from .operation_effects import Describer
        from ..schema.state import Table

        models = self.metadata if isinstance(self.metadata, (list, tuple)) else [self.metadata]
        for model in models:
            found = getattr(model, "tables", {}).get(str(name))
            if found is not None and self.dialect is not None:
                table = Table(Describer(self.dialect, self.schema, self.default_schema).table(found)[0])
                break
        else:
            table = Table({"columns": [["id", "INTEGER", False, None]]})
        if known is not None:
            table.columns.update(known.columns)
            table.indexes.update(known.indexes)
        table.unsure = True
        return table

    dialect = None

    def unsure(self, table):
        return table.unsure or self.schema.unsure


def type_of(text, dialect, types):
    """SQLAlchemy's type for what CREATE TABLE called it."""
    if text is None:
        return sqlalchemy.types.NullType()
    match = re.match(r'^\s*"?([\w ."]+?)"?\s*(?:\(([^)]*)\))?\s*(.*)$', text)
    if match is None:
        return sqlalchemy.types.NullType()
    name, arguments, rest = match.groups()
    values = types.get(name) or types.get(name.lower())
    if values:
        return sqlalchemy.Enum(*values, name=name)
    known = getattr(dialect, "ischema_names", {})
    kind = known.get(" ".join((name + " " + rest).split()).lower()) or known.get(name.lower()) or known.get(name.upper())
    kind = kind or getattr(sqlalchemy.types, COMMON.get(name.upper(), name.upper()), None)
    if kind is None:
        return sqlalchemy.types.NullType()
    numbers = [int(part) for part in (arguments or "").split(",") if part.strip().isdigit()]
    for args in (numbers, []):
        try:
            return sqlalchemy.types.to_instance(kind(*args))
        except Exception:
            continue
    return sqlalchemy.types.NullType()


COMMON = {"SERIAL": "INTEGER", "BIGSERIAL": "BIGINT", "INT": "INTEGER", "BOOL": "BOOLEAN", "TINYINT": "SMALLINT", "LONGTEXT": "TEXT", "MEDIUMTEXT": "TEXT", "BYTEA": "LargeBinary", "JSONB": "JSON"}


class Reflection:
    """Overrides a dialect's questions."""

    @property
    def asker(self):
        from .fake_engine import at_work

        asker = at_work().asker
        asker.schema.use.used = True
        asker.dialect = self
        return asker

    def found(self, table_name, schema):
        table = self.asker.table(table_name, schema)
        if table is None:
            raise exc.NoSuchTableError(table_name)
        return table

    def has_table(self, connection, table_name, schema=None, **kw):
        return self.asker.has_table(table_name, schema)

    def get_table_names(self, connection, schema=None, **kw):
        asker = self.asker
        return Names([name.name for name, table in asker.schema.all_tables() if name.schema == (None if schema == asker.default_schema else schema) and not table.view], asker, schema)

    def get_view_names(self, connection, schema=None, **kw):
        asker = self.asker
        asker.world.ask("schema")
        return [name.name for name, table in asker.schema.all_tables() if table.view and name.schema == (None if schema == asker.default_schema else schema)]

    get_materialized_view_names = get_view_names

    def get_temp_table_names(self, connection, **kw):
        return []

    get_temp_view_names = get_temp_table_names

    def get_schema_names(self, connection, **kw):
        self.asker.world.ask("schema")
        return sorted({name.schema for name, _ in self.asker.schema.all_tables() if name.schema} | {self.asker.default_schema or "public"})

    def has_schema(self, connection, schema_name, **kw):
        return self.asker.world.answer(True, False)

    def get_view_definition(self, connection, view_name, schema=None, **kw):
        self.asker.world.ask("schema")
        return "SELECT 1"

    def has_type(self, connection, type_name, schema=None, **kw):
        return type_name in self.asker.schema.types

    def has_sequence(self, connection, sequence_name, schema=None, **kw):
        return False

    def get_sequence_names(self, connection, schema=None, **kw):
        return []

    def get_enums(self, connection, schema=None, **kw):
        self.asker.world.ask("schema")
        types = self.asker.schema.types
        return [{"name": name, "schema": schema or "public", "visible": True, "labels": labels or []} for name, labels in types.items()]

    def get_columns(self, connection, table_name, schema=None, **kw):
        table = self.found(table_name, schema)
        types = self.asker.schema.types
        return [
            {"name": name, "type": type_of(column[0], self, types), "nullable": bool(column[1]), "default": None, "autoincrement": "auto", "comment": None, "primary_key": int(name in table.pk)}
            for name, column in table.columns.items()
        ]

    def get_pk_constraint(self, connection, table_name, schema=None, **kw):
        table = self.found(table_name, schema)
        return {"constrained_columns": list(table.pk), "name": table.pk_name}

    def get_foreign_keys(self, connection, table_name, schema=None, **kw):
        return [
            {"name": fk[0], "constrained_columns": list(fk[1]), "referred_schema": fk[2], "referred_table": fk[3], "referred_columns": list(fk[4]), "options": {}}
            for fk in self.found(table_name, schema).fks
        ]

    def get_indexes(self, connection, table_name, schema=None, **kw):
        return [
            {"name": name, "column_names": list(index[0]), "unique": index[1], "include_columns": [], "dialect_options": {}}
            for name, index in self.found(table_name, schema).indexes.items()
        ]

    def get_unique_constraints(self, connection, table_name, schema=None, **kw):
        return [{"name": unique[0], "column_names": list(unique[1])} for unique in self.found(table_name, schema).uniques]

    def get_check_constraints(self, connection, table_name, schema=None, **kw):
        return [{"name": check[0], "sqltext": check[1]} for check in self.found(table_name, schema).checks]

    def get_table_comment(self, connection, table_name, schema=None, **kw):
        return {"text": None}

    def get_table_options(self, connection, table_name, schema=None, **kw):
        return {}

    def has_index(self, connection, table_name, index_name, schema=None, **kw):
        table = self.found(table_name, schema)
        return self.asker.world.answer(index_name in table.indexes, not self.asker.unsure(table))

    def get_default_schema_name(self, connection):
        return self.default_schema_name

    _get_default_schema_name = get_default_schema_name

    def _get_server_version_info(self, connection):
        return self.server_version_info


for name in dir(DefaultDialect):
    # The ways to ask for many tables at once, by asking for each.
    if name.startswith(("get_multi_", "has_multi_", "_default_multi")):
        setattr(Reflection, name, getattr(DefaultDialect, name))


def inspector_of(base):
    """An inspector that gives on what the dialect found, with what may be there beside it."""
    from sqlalchemy.engine.reflection import Inspector

    original = getattr(base, "inspector", None) or Inspector

    class PretendedInspector(original):
        def get_table_names(self, schema=None, **kw):
            return self.dialect.get_table_names(None, schema)

        def get_columns(self, table_name, schema=None, **kw):
            return self.perhaps(original.get_columns(self, table_name, schema=schema, **kw), table_name, schema, COLUMN)

        def get_indexes(self, table_name, schema=None, **kw):
            return self.perhaps(original.get_indexes(self, table_name, schema=schema, **kw), table_name, schema, {"column_names": [], "unique": False})

        def get_unique_constraints(self, table_name, schema=None, **kw):
            return self.perhaps(original.get_unique_constraints(self, table_name, schema=schema, **kw), table_name, schema, {"column_names": []})

        def get_foreign_keys(self, table_name, schema=None, **kw):
            # To the table itself: SQLAlchemy 1.4 goes on to the table that a foreign key refers to.
            other = {"constrained_columns": [], "referred_schema": schema, "referred_table": table_name, "referred_columns": [], "options": {}}
            return self.perhaps(original.get_foreign_keys(self, table_name, schema=schema, **kw), table_name, schema, other)

        def get_check_constraints(self, table_name, schema=None, **kw):
            return self.perhaps(original.get_check_constraints(self, table_name, schema=schema, **kw), table_name, schema, {"sqltext": ""})

        def has_table(self, table_name, schema=None, **kw):
            return self.dialect.asker.has_table(table_name, schema)

        def get_enums(self, schema=None):
            return self.dialect.get_enums(None, schema)

        def perhaps(self, found, table_name, schema, other):
            """In the world that turns doubtful answers round, what is looked for is there."""
            asker = self.dialect.asker
            table = asker.table(table_name, schema)
            if table is not None and asker.unsure(table) and asker.world.negated:
                return list(found) + [dict(other, name=Wild("wild_1bacc0de"))]
            return found

    return PretendedInspector


COLUMN = {"type": sqlalchemy.types.NullType(), "nullable": True, "default": None, "autoincrement": "auto", "comment": None}
