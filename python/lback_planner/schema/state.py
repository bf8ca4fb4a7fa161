"""The schema as the scripts before a revision left it, as far as they tell: folded from changes, which are lists that JSON can hold.

A change is `[verb, schema, table, payload]`. What was never made by any script is unknown, not absent.
"""

from ..model import Name


class Table:
    __slots__ = ("columns", "pk", "pk_name", "fks", "uniques", "checks", "indexes", "triggers", "unsure", "view", "behind", "parents", "partition")

    def __init__(self, payload=None):
        payload = payload or {}
        #: name: [type as text, nullable, default]
        self.columns = {column[0]: column[1:] for column in payload.get("columns", ())}
        self.pk = list(payload.get("pk") or ())
        self.pk_name = payload.get("pk_name")
        #: [name, columns, schema, table, columns there, what happens where a row there is deleted, and where it is changed]
        self.fks = [list(fk) for fk in payload.get("fks", ())]
        self.uniques = [list(unique) for unique in payload.get("uniques", ())]
        self.checks = [list(check) for check in payload.get("checks", ())]
        #: name: [columns, unique]
        self.indexes = {index[0]: [index[1], index[2]] for index in payload.get("indexes", ())}
        #: name: {"function", "events", "does", "complete"}
        self.triggers = {}
        #: What is known of it may be wrong.
        self.unsure = False
        self.view = False
        #: The tables of a view through which they may be written, as [schema, name].
        self.behind = list(payload.get("behind", ()))
        #: The tables to which it belongs as a partition, or from which it inherits.
        self.parents = list(payload.get("parents", ()))
        self.partition = bool(payload.get("partition"))

    def copy(self):
        other = Table()
        other.columns = dict(self.columns)
        other.pk, other.pk_name = list(self.pk), self.pk_name
        other.fks, other.uniques, other.checks = list(self.fks), list(self.uniques), list(self.checks)
        other.indexes, other.triggers = dict(self.indexes), dict(self.triggers)
        other.unsure, other.view = self.unsure, self.view
        other.behind, other.parents, other.partition = list(self.behind), list(self.parents), self.partition
        return other


class Use:
    """Whether anything was looked up in a schema, or in its copies."""

    used = False
    #: Whether it was only asked which tables belong to another, as its partitions do. Most schemas have none.
    kin = False


def action_of(said):
    """What a foreign key does of itself, `None` for nothing."""
    said = " ".join(str(said or "").upper().split())
    return said if said in ("CASCADE", "SET NULL", "SET DEFAULT") else None


class Schema:
    def __init__(self):
        self.use = Use()
        self.tables = {}
        #: Names of tables that some script dropped, or renamed: they aren't there.
        self.gone = set()
        #: Tables that no script made, and what scripts did to them: `Table`s of which only a part is known.
        self.partial = {}
        self.types = {}
        self.functions = {}
        #: A script before could not be understood: anything may be otherwise.
        self.unsure = False
        #: Whether SQLite may be enforcing foreign keys.
        self.enforces_keys = False
        #: Schemas that scripts made.
        self.made = set()
        self.owned = set()

    def copy(self):
        other = Schema()
        other.use = self.use
        other.tables, other.gone, other.partial = dict(self.tables), set(self.gone), dict(self.partial)
        other.types, other.functions, other.unsure = dict(self.types), dict(self.functions), self.unsure
        other.enforces_keys, other.made = self.enforces_keys, set(self.made)
        # Both share their tables from here on.
        self.owned = set()
        return other

    # Questions.

    def find(self, name):
        """A table by its name, whatever the case that the database would ignore."""
        self.use.used = True
        return self.tables.get(name)

    def is_known_absent(self, name):
        self.use.used = True
        return name in self.gone and name not in self.tables

    def function(self, name):
        self.use.used = True
        return self.functions.get(name.lower())

    def all_tables(self):
        return [pair for group in (self.tables, self.partial) for pair in group.items()]

    def table_of_index(self, index, schema=None):
        self.use.used = True
        for name, table in self.all_tables():
            if index in table.indexes or any(unique[0] == index for unique in table.uniques) or (table.pk_name == index and index):
                if schema is None or name.schema == schema:
                    return name
        return None

    def table_of_trigger(self, trigger):
        self.use.used = True
        for name, table in self.all_tables():
            if trigger in table.triggers:
                return name
        return None

    def referring_to(self, referred):
        self.use.used = True
        return self.with_key_to(referred)

    def known(self, name):
        """What is known of a table, whether or not a script made it."""
        self.use.used = True
        return self.tables.get(name) or self.partial.get(name)

    def acting_on(self, referred, columns=None):
        """Tables that something happens to where rows of one are deleted, or changed in some columns: `(name, on delete, on update)`."""
        self.use.used = True
        for name, table in self.all_tables():
            for fk in table.fks:
                if (fk[2], fk[3]) != (referred.schema, referred.name):
                    continue
                deleting, updating = [action_of(fk[place]) if len(fk) > place else None for place in (5, 6)]
                if columns is not None and fk[4] and not any(column in columns for column in fk[4]):
                    updating = None
                if deleting or updating:
                    yield name, deleting, updating

    def belonging_to(self, parent, partitions_only=False):
        """Partitions of a table, and tables that inherit from it, with theirs."""
        self.use.kin = True
        found, queue = [], [parent]
        while queue:
            current = queue.pop(0)
            for name, table in self.all_tables():
                if current.pair() in table.parents and name not in found and (table.partition or not partitions_only):
                    found.append(name)
                    queue.append(name)
        return found

    def owning(self, name):
        table = self.known(name)
        return [] if table is None else [Name(parent[1], parent[0]) for parent in table.parents]

    def tables_in(self, schema):
        self.use.used = True
        return [name for name, _ in self.all_tables() if name.schema == schema]

    def tables_with_type(self, kind):
        self.use.used = True
        wanted = kind.lower().strip('"')

        def has(column):
            said = str(column[0]).lower().replace('"', "").split("[")[0].strip()
            return said == wanted or said.split(".")[-1] == wanted

        return [name for name, table in self.all_tables() if any(has(column) for column in table.columns.values())]

    def tables_with_trigger_of(self, function):
        self.use.used = True
        return [name for name, table in self.all_tables() if any(trigger.get("function") == function for trigger in table.triggers.values())]

    def views_of(self, name):
        """Views of a table, and views of these."""
        self.use.used = True
        found, queue = [], [name]
        while queue:
            current = queue.pop()
            for view, table in self.all_tables():
                if table.view and current.pair() in table.behind and view not in found:
                    found.append(view)
                    queue.append(view)
        return found

    def is_made(self, schema):
        """Whether a script makes this schema, so that all that is in it is known."""
        self.use.used = True
        return schema in self.made

    # Changes.

    def with_key_to(self, referred):
        return [name for name, table in self.all_tables() if name != referred and any((fk[2], fk[3]) == (referred.schema, referred.name) for fk in table.fks)]

    def own(self, name):
        """The table, to be changed; where no script made it, the part that is known."""
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

    def apply(self, change):
        """Never raises: what doesn't fit makes the table unsure."""
        verb, schema, table, payload = change
        name = None if table is None else Name(table, schema)
        try:
            getattr(self, "on_" + verb)(name, payload)
        except Exception:
            if name is not None:
                self.own(name).unsure = True

    def on_unsure(self, name, payload):
        self.own(name).unsure = True

    def on_incomplete(self, name, payload):
        self.unsure = True

    def on_create_table(self, name, payload):
        if payload.get("if_not_exists") and name in self.tables:
            return
        self.tables[name] = Table(payload)
        self.owned.add(name)
        self.partial.pop(name, None)
        self.gone.discard(name)

    def on_drop_table(self, name, payload):
        self.tables.pop(name, None)
        self.partial.pop(name, None)
        self.gone.add(name)
        for other in self.with_key_to(name):
            table = self.own(other)
            table.fks = [fk for fk in table.fks if (fk[2], fk[3]) != (name.schema, name.name)]

    def on_rename_table(self, name, payload):
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
            for group in ("parents", "behind"):
                if name.pair() in getattr(table, group):
                    setattr(self.own(other), group, [new.pair() if pair == name.pair() else pair for pair in getattr(table, group)])
        for other in self.with_key_to(name):
            table = self.own(other)
            table.fks = [fk[:2] + [new.schema, new.name] + fk[4:] if (fk[2], fk[3]) == (name.schema, name.name) else fk for fk in table.fks]

    def on_create_view(self, name, payload):
        self.tables[name] = table = Table()
        table.view = "materialized" if payload.get("materialized") else True
        table.unsure = True
        table.behind = list(payload.get("behind", ()))
        self.owned.add(name)
        self.gone.discard(name)

    on_drop_view = on_drop_table

    def on_attach(self, name, payload):
        table = self.own(name)
        table.parents.append(payload["parent"])
        table.partition = table.partition or payload["partition"]

    def on_detach(self, name, payload):
        table = self.own(name)
        table.parents = [parent for parent in table.parents if parent != payload["parent"]]

    def on_add_column(self, name, payload):
        table = self.own(name)
        column = payload["column"]
        table.columns[column[0]] = column[1:]
        table.fks += payload.get("fks", ())
        table.uniques += payload.get("uniques", ())

    def on_drop_column(self, name, payload):
        table, column = self.own(name), payload["name"]
        table.columns.pop(column, None)
        table.fks = [fk for fk in table.fks if column not in fk[1]]
        table.uniques = [unique for unique in table.uniques if column not in unique[1]]
        table.indexes = {index: value for index, value in table.indexes.items() if column not in value[0]}
        table.pk = [part for part in table.pk if part != column]

    def on_rename_column(self, name, payload):
        table, old, new = self.own(name), payload["name"], payload["new"]

        def renamed(names):
            return [new if part == old else part for part in names]

        table.columns = {new if column == old else column: value for column, value in table.columns.items()}
        table.pk = renamed(table.pk)
        table.fks = [[fk[0], renamed(fk[1])] + fk[2:] for fk in table.fks]
        table.uniques = [[unique[0], renamed(unique[1])] for unique in table.uniques]
        table.indexes = {index: [renamed(value[0]), value[1]] for index, value in table.indexes.items()}

    def on_alter_column(self, name, payload):
        table, column = self.own(name), payload["name"]
        kind, nullable, default = (list(table.columns.get(column, ())) + [None, True, None])[:3]
        kind = payload.get("type") or kind
        nullable = payload["nullable"] if payload.get("nullable") is not None else nullable
        table.columns[column] = [kind, nullable, default]
        if payload.get("new") and payload["new"] != column:
            self.on_rename_column(name, payload)

    def on_create_index(self, name, payload):
        self.own(name).indexes[payload["name"]] = [payload["columns"], payload["unique"]]

    def on_drop_index(self, name, payload):
        table = self.own(name)
        table.indexes.pop(payload["name"], None)
        table.uniques = [unique for unique in table.uniques if unique[0] != payload["name"]]

    def on_rename_index(self, name, payload):
        table = self.own(name)
        if payload["name"] in table.indexes:
            table.indexes[payload["new"]] = table.indexes.pop(payload["name"])
        self.on_rename_constraint(name, payload)

    def on_rename_constraint(self, name, payload):
        table, old, new = self.own(name), payload["name"], payload["new"]
        for group in ("fks", "uniques", "checks"):
            setattr(table, group, [[new] + list(each[1:]) if each[0] == old else each for each in getattr(table, group)])

    def on_add_constraints(self, name, payload):
        table = self.own(name)
        table.fks += payload.get("fks", ())
        table.uniques += payload.get("uniques", ())
        table.checks += payload.get("checks", ())
        if payload.get("pk"):
            table.pk, table.pk_name = payload["pk"], payload.get("pk_name")

    def on_drop_constraint(self, name, payload):
        table, constraint = self.own(name), payload["name"]
        if payload.get("pk") or (constraint is not None and constraint == table.pk_name):
            table.pk, table.pk_name = [], None
        for group in ("fks", "uniques", "checks"):
            setattr(table, group, [each for each in getattr(table, group) if each[0] != constraint or constraint is None])
        table.indexes.pop(constraint, None)

    def on_create_trigger(self, name, payload):
        self.own(name).triggers[payload["name"]] = payload

    def on_drop_trigger(self, name, payload):
        if name is not None:
            self.own(name).triggers.pop(payload["name"], None)

    def on_create_type(self, name, payload):
        self.types[payload["name"]] = payload.get("values")

    def on_drop_type(self, name, payload):
        self.types.pop(payload["name"], None)

    def on_rename_type(self, name, payload):
        self.types[payload["new"]] = self.types.pop(payload["name"], None)

    def on_create_function(self, name, payload):
        self.functions[payload["name"].lower()] = {"does": payload["does"], "complete": payload["complete"]}

    def on_create_schema(self, name, payload):
        self.made.add(payload["name"])

    def on_enforce_keys(self, name, payload):
        self.enforces_keys = True

    def on_drop_function(self, name, payload):
        self.functions.pop(payload["name"].lower(), None)
