"""What the parts hand to each other: names of tables, what an operation does to one, and what follows from that without being asked for."""

from . import kinds


class Name:
    """A table's name with its schema, `None` for the default one. Written as it is in the database, not as it is quoted."""

    __slots__ = ("schema", "name")

    def __init__(self, name, schema=None):
        self.schema = None if not schema else str(schema)
        self.name = str(name)

    def pair(self):
        return [self.schema, self.name]

    def as_json(self):
        return {"schema": self.schema, "name": self.name}

    def __eq__(self, other):
        return isinstance(other, Name) and self.name == other.name and self.schema == other.schema

    def __hash__(self):
        return hash((self.schema, self.name))

    def __str__(self):
        return self.name if self.schema is None else "%s.%s" % (self.schema, self.name)

    __repr__ = __str__


class Effect:
    """One thing that is done. `change` is what it means for the schema that is carried along: see `schema`."""

    __slots__ = ("kind", "table", "name", "new_name", "new_table", "destructive", "data", "found_by", "conditional", "line", "detail", "refs", "also", "change", "columns", "file", "main")

    def __init__(self, kind, table=None, name=None, new_name=None, new_table=None, destructive=None, detail=None, refs=(), also=(), change=None):
        self.kind = kind
        self.table = table
        self.name = None if name is None else str(name)
        self.new_name = None if new_name is None else str(new_name)
        self.new_table = new_table
        self.destructive = kinds.destroys(kind) if destructive is None else bool(destructive)
        self.data = kinds.reads_or_writes_rows(kind)
        self.detail = detail
        #: Tables that are only mentioned, and tables that are written beside `table`.
        self.refs = list(refs)
        self.also = list(also)
        self.change = change
        #: The columns that an update sets, `None` where they aren't known.
        self.columns = None
        self.found_by = []
        self.conditional = False
        self.line = None
        self.file = None
        #: Whether it happened in the first world, the likeliest one.
        self.main = True

    def key(self):
        return self.kind, self.table, self.name, self.new_name, self.new_table, self.line

    def written(self):
        tables = list(self.also)
        if kinds.writes(self.kind):
            tables += [table for table in (self.table, self.new_table) if table is not None]
        return tables

    def mentioned(self):
        tables = list(self.refs)
        if not kinds.writes(self.kind) and self.table is not None:
            tables.append(self.table)
        return tables

    def as_json(self):
        def table(name):
            return None if name is None else name.as_json()

        return {
            "kind": self.kind,
            "table": table(self.table),
            "name": self.name,
            "new_name": self.new_name,
            "new_table": table(self.new_table),
            "destructive": self.destructive,
            "data": self.data,
            "found_by": list(self.found_by),
            "conditional": self.conditional,
            "line": self.line,
            "detail": self.detail,
        }


class Reason:
    """Why an analysis is not complete: `why` is a fragment of a sentence, for a person."""

    __slots__ = ("file", "line", "why")

    def __init__(self, why, file=None, line=None):
        self.why = why
        self.file = file
        self.line = line

    def key(self):
        return self.file, self.line, self.why


#: What of a trigger fires for it.
EVENTS = {"insert": ("INSERT",), "update": ("UPDATE",), "delete": ("DELETE",), "truncate": ("TRUNCATE",), "merge": ("INSERT", "UPDATE", "DELETE")}
#: Functions of the server, or of its own extensions, that change nothing but the row for which they are called.
HARMLESS = frozenset(
    """
    tsvector_update_trigger tsvector_update_trigger_column suppress_redundant_updates_trigger moddatetime autoinc insert_username unique_key_recheck
    """.split()
)
#: What a table hands on to its partitions, and to the tables that inherit from it.
HANDED_ON = frozenset("add_column drop_column alter_column rename_column create_index drop_index create_constraint drop_constraint rename_constraint create_trigger drop_trigger".split())


class Consequences:
    """Actions of foreign keys, triggers, tables behind views, and tables that belong to others: before one schema. `drops_delete`: whether to drop a table is to delete its rows first, as SQLite does where it enforces foreign keys."""

    def __init__(self, schema, drops_delete=False):
        self.schema = schema
        self.drops_delete = drops_delete
        self.effects = []
        self.problems = []
        self.seen = set()
        self.queue = []

    def of(self, effect):
        """The effects that may follow from one, and what keeps them from being known."""
        for table in effect.written():
            if effect.kind in EVENTS:
                self.follow(effect.kind, table, effect.columns)
        if effect.kind == "drop_table":
            self.dropped(effect.table)
        elif effect.kind in HANDED_ON and effect.table is not None:
            for child in self.schema.belonging_to(effect.table):
                if child != effect.table:
                    self.effects.append(self.made(effect.kind, child, "belongs to %s" % effect.table, effect.name, effect.new_name))
        return self.end()

    def end(self):
        while self.queue:
            self.step(*self.queue.pop(0))
        return self.effects, self.problems

    def remade(self, table):
        """Those of a table that is dropped and made again."""
        self.by_keys("delete", table, None)
        return self.end()

    def made(self, kind, table, detail, name=None, new_name=None):
        effect = Effect(kind, table, name, new_name, detail=detail)
        effect.conditional = True
        return effect

    def dropped(self, table):
        if self.drops_delete:
            # Its triggers don't fire.
            self.by_keys("delete", table, None)
        for child in self.schema.belonging_to(table, partitions_only=True):
            self.effects.append(Effect("drop_table", child, detail="belongs to %s" % table, change=("drop_table", {})))

    def follow(self, kind, table, columns=None):
        key = kind, table
        if key not in self.seen:
            self.seen.add(key)
            self.queue.append((kind, table, columns))

    def found(self, kind, table, detail, columns=None):
        if (kind, table) not in self.seen:
            self.effects.append(self.made(kind, table, detail))
            self.follow(kind, table, columns)

    def step(self, kind, table, columns):
        known = self.schema.known(table)
        for name, trigger in sorted(known.triggers.items()) if known is not None else ():
            events = trigger.get("events")
            if not events or any(event in events for event in EVENTS[kind]):
                self.fire(name, trigger, table)
        if kind != "truncate":
            for below in known.behind if known is not None and known.view is True else ():
                self.found(kind, Name(below[1], below[0]), "through the view %s" % table)
        for relative in self.schema.belonging_to(table) + self.schema.owning(table):
            self.found(kind, relative, "rows of %s are its own" % table)
        if kind in ("delete", "update", "merge"):
            self.by_keys(kind, table, columns)

    def by_keys(self, kind, table, columns):
        for child, on_delete, on_update in self.schema.acting_on(table, None if kind == "delete" else columns):
            if kind in ("delete", "merge") and on_delete:
                self.found("delete" if on_delete == "CASCADE" else "update", child, "by its foreign key to %s" % table)
            if kind in ("update", "merge") and on_update:
                self.found("update", child, "by its foreign key to %s" % table)

    def fire(self, name, trigger, table):
        does, complete = trigger.get("does", ()), trigger.get("complete", False)
        function = trigger.get("function")
        if function is not None:
            if function.lower() in HARMLESS:
                return
            body = self.schema.function(function)
            does, complete = (body["does"], body["complete"]) if body is not None else ((), False)
        for kind, schema, written in does:
            if kind in EVENTS:
                self.found(kind, Name(written, schema), "by the trigger %s of %s" % (name, table))
            else:
                self.effects.append(self.made(kind, Name(written, schema), "by the trigger %s of %s" % (name, table)))
        if not complete:
            self.problems.append("writes rows of `%s`, of which the trigger `%s` does what isn't known" % (table, name))
