"""What the parts hand to each other: names of tables, what an operation does to one, and what follows from that without being asked for."""

from . import operation_kinds


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
        self.destructive = operation_kinds.destroys(kind) if destructive is None else bool(destructive)
        self.data = operation_kinds.reads_or_writes_rows(kind)
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
        if operation_kinds.writes(self.kind):
            tables += [table for table in (self.table, self.new_table) if table is not None]
        return tables

    def mentioned(self):
        tables = list(self.refs)
        if not operation_kinds.writes(self.kind) and self.table is not None:
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
