"""The schema as the scripts before a revision left it, as far as it is known.

It is folded from changes, which are lists that JSON can hold: `[verb, schema, table, payload]`.
"""

from typing import Callable, Dict, List, Set

from ..diagnostics import ignored
from ..model import Change, Name
from .facts import SchemaFacts
from .table import Payload, Table


class Schema(SchemaFacts):
    """The known facts of a schema, carried along from script to script."""

    def __init__(self) -> None:
        super().__init__()
        #: Tables that no copy shares.
        self.owned: Set[Name] = set()

    def copy(self) -> "Schema":
        """Returns a copy. Both share their tables until one of them changes a table."""
        other = Schema()
        other.use = self.use
        other.tables, other.gone, other.partial = (
            dict(self.tables),
            set(self.gone),
            dict(self.partial),
        )
        other.types, other.functions, other.unsure = (
            dict(self.types),
            dict(self.functions),
            self.unsure,
        )
        other.enforces_keys, other.made = self.enforces_keys, set(self.made)
        # Both share their tables from here on.
        self.owned = set()
        return other

    def own(self, name: Name) -> Table:
        """Returns the table, to be changed.

        If no script has created it, that is the part that is known.
        """
        for group in (self.tables, self.partial):
            table = group.get(name)
            if table is not None:
                if name not in self.owned:
                    table = group[name] = table.copy()
                    self.owned.add(name)
                return table
        table = self.partial[name] = Table()
        table.unsure = True
        self.owned.add(name)
        return table

    def apply(self, change: Change) -> None:
        """Applies a change. Never raises: a change that doesn't fit makes its table unsure."""
        verb, schema, table, payload = change
        name = None if table is None else Name(table, schema)
        try:
            if verb in SCHEMA_CHANGES:
                SCHEMA_CHANGES[verb](self, payload)
            elif name is not None:
                TABLE_CHANGES[verb](self, name, payload)
        except Exception as error:
            ignored(error, "what is known of a table that a change doesn't fit is unsure")
            if name is not None:
                self.own(name).unsure = True

    def on_unsure(self, name: Name, payload: Payload) -> None:
        self.own(name).unsure = True

    def on_incomplete(self, payload: Payload) -> None:
        self.unsure = True

    def on_create_table(self, name: Name, payload: Payload) -> None:
        if payload.get("if_not_exists") and name in self.tables:
            return
        self.tables[name] = Table(payload)
        self.owned.add(name)
        self.partial.pop(name, None)
        self.gone.discard(name)

    def on_drop_table(self, name: Name, payload: Payload) -> None:
        self.tables.pop(name, None)
        self.partial.pop(name, None)
        self.gone.add(name)
        for other in self.with_key_to(name):
            table = self.own(other)
            table.fks = [fk for fk in table.fks if (fk[2], fk[3]) != (name.schema, name.name)]

    def on_rename_table(self, name: Name, payload: Payload) -> None:
        new = Name(payload["name"], payload["schema"])
        for group in (self.tables, self.partial):
            if name in group:
                group[new] = group.pop(name)
                self.owned.discard(new)
        if new not in self.tables and new not in self.partial:
            self.own(new)
        self.gone.add(name)
        self.gone.discard(new)
        for other, table in self.all_tables():
            for part in ("parents", "behind"):
                if name.pair() in getattr(table, part):
                    setattr(
                        self.own(other),
                        part,
                        [
                            new.pair() if pair == name.pair() else pair
                            for pair in getattr(table, part)
                        ],
                    )
        for other in self.with_key_to(name):
            table = self.own(other)
            table.fks = [
                fk[:2] + [new.schema, new.name] + fk[4:]
                if (fk[2], fk[3]) == (name.schema, name.name)
                else fk
                for fk in table.fks
            ]

    def on_create_view(self, name: Name, payload: Payload) -> None:
        self.tables[name] = table = Table()
        table.view = "materialized" if payload.get("materialized") else True
        table.unsure = True
        table.behind = list(payload.get("behind", ()))
        self.owned.add(name)
        self.gone.discard(name)

    def on_attach(self, name: Name, payload: Payload) -> None:
        table = self.own(name)
        table.parents.append(payload["parent"])
        table.partition = table.partition or payload["partition"]

    def on_detach(self, name: Name, payload: Payload) -> None:
        table = self.own(name)
        table.parents = [parent for parent in table.parents if parent != payload["parent"]]

    def on_add_column(self, name: Name, payload: Payload) -> None:
        table = self.own(name)
        column = payload["column"]
        table.columns[column[0]] = column[1:]
        table.fks += payload.get("fks", ())
        table.uniques += payload.get("uniques", ())

    def on_drop_column(self, name: Name, payload: Payload) -> None:
        table, column = self.own(name), payload["name"]
        table.columns.pop(column, None)
        table.fks = [fk for fk in table.fks if column not in fk[1]]
        table.uniques = [unique for unique in table.uniques if column not in unique[1]]
        table.indexes = {
            index: value for index, value in table.indexes.items() if column not in value[0]
        }
        table.pk = [part for part in table.pk if part != column]

    def on_rename_column(self, name: Name, payload: Payload) -> None:
        table, old, new = self.own(name), payload["name"], payload["new"]

        def renamed(names: List[str]) -> List[str]:
            return [new if part == old else part for part in names]

        table.columns = {
            new if column == old else column: value for column, value in table.columns.items()
        }
        table.pk = renamed(table.pk)
        table.fks = [[fk[0], renamed(fk[1])] + fk[2:] for fk in table.fks]
        table.uniques = [[unique[0], renamed(unique[1])] for unique in table.uniques]
        table.indexes = {
            index: [renamed(value[0]), value[1]] for index, value in table.indexes.items()
        }

    def on_alter_column(self, name: Name, payload: Payload) -> None:
        table, column = self.own(name), payload["name"]
        kind, nullable, default = (list(table.columns.get(column, ())) + [None, True, None])[:3]
        kind = payload.get("type") or kind
        nullable = payload["nullable"] if payload.get("nullable") is not None else nullable
        table.columns[column] = [kind, nullable, default]
        if payload.get("new") and payload["new"] != column:
            self.on_rename_column(name, payload)

    def on_create_index(self, name: Name, payload: Payload) -> None:
        self.own(name).indexes[payload["name"]] = [payload["columns"], payload["unique"]]

    def on_drop_index(self, name: Name, payload: Payload) -> None:
        table = self.own(name)
        table.indexes.pop(payload["name"], None)
        table.uniques = [unique for unique in table.uniques if unique[0] != payload["name"]]

    def on_rename_index(self, name: Name, payload: Payload) -> None:
        table = self.own(name)
        if payload["name"] in table.indexes:
            table.indexes[payload["new"]] = table.indexes.pop(payload["name"])
        self.on_rename_constraint(name, payload)

    def on_rename_constraint(self, name: Name, payload: Payload) -> None:
        table, old, new = self.own(name), payload["name"], payload["new"]
        for group in ("fks", "uniques", "checks"):
            setattr(
                table,
                group,
                [
                    [new] + list(each[1:]) if each[0] == old else each
                    for each in getattr(table, group)
                ],
            )

    def on_add_constraints(self, name: Name, payload: Payload) -> None:
        table = self.own(name)
        table.fks += payload.get("fks", ())
        table.uniques += payload.get("uniques", ())
        table.checks += payload.get("checks", ())
        if payload.get("pk"):
            table.pk, table.pk_name = payload["pk"], payload.get("pk_name")

    def on_drop_constraint(self, name: Name, payload: Payload) -> None:
        table, constraint = self.own(name), payload["name"]
        if payload.get("pk") or (constraint is not None and constraint == table.pk_name):
            table.pk, table.pk_name = [], None
        for group in ("fks", "uniques", "checks"):
            setattr(
                table,
                group,
                [
                    each
                    for each in getattr(table, group)
                    if each[0] != constraint or constraint is None
                ],
            )
        table.indexes.pop(constraint, None)

    def on_create_trigger(self, name: Name, payload: Payload) -> None:
        self.own(name).triggers[payload["name"]] = payload

    def on_drop_trigger(self, name: Name, payload: Payload) -> None:
        self.own(name).triggers.pop(payload["name"], None)

    def on_create_type(self, payload: Payload) -> None:
        self.types[payload["name"]] = payload.get("values")

    def on_drop_type(self, payload: Payload) -> None:
        self.types.pop(payload["name"], None)

    def on_rename_type(self, payload: Payload) -> None:
        self.types[payload["new"]] = self.types.pop(payload["name"], None)

    def on_create_function(self, payload: Payload) -> None:
        self.functions[payload["name"].lower()] = {
            "does": payload["does"],
            "complete": payload["complete"],
        }

    def on_create_schema(self, payload: Payload) -> None:
        self.made.add(payload["name"])

    def on_enforce_keys(self, payload: Payload) -> None:
        self.enforces_keys = True

    def on_drop_function(self, payload: Payload) -> None:
        self.functions.pop(payload["name"].lower(), None)


#: The verbs of changes of a table.
TABLE_CHANGES: Dict[str, Callable[[Schema, Name, Payload], None]] = {
    "unsure": Schema.on_unsure,
    "create_table": Schema.on_create_table,
    "drop_table": Schema.on_drop_table,
    "rename_table": Schema.on_rename_table,
    "create_view": Schema.on_create_view,
    "drop_view": Schema.on_drop_table,
    "attach": Schema.on_attach,
    "detach": Schema.on_detach,
    "add_column": Schema.on_add_column,
    "drop_column": Schema.on_drop_column,
    "rename_column": Schema.on_rename_column,
    "alter_column": Schema.on_alter_column,
    "create_index": Schema.on_create_index,
    "drop_index": Schema.on_drop_index,
    "rename_index": Schema.on_rename_index,
    "rename_constraint": Schema.on_rename_constraint,
    "add_constraints": Schema.on_add_constraints,
    "drop_constraint": Schema.on_drop_constraint,
    "create_trigger": Schema.on_create_trigger,
    "drop_trigger": Schema.on_drop_trigger,
}
#: The verbs of changes of other things.
SCHEMA_CHANGES: Dict[str, Callable[[Schema, Payload], None]] = {
    "incomplete": Schema.on_incomplete,
    "create_type": Schema.on_create_type,
    "drop_type": Schema.on_drop_type,
    "rename_type": Schema.on_rename_type,
    "create_function": Schema.on_create_function,
    "create_schema": Schema.on_create_schema,
    "enforce_keys": Schema.on_enforce_keys,
    "drop_function": Schema.on_drop_function,
}
