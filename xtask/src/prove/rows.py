"""Rows for the tables of a real database, so that a step meets what it meets in production.

Keys hold, values vary from row to row, and each member of an enum is there once.
"""

import contextlib
import datetime
import decimal
import re
import uuid

import sqlalchemy as sa

#: Rows of a table, unless an enum has more members.
ROWS = 3

#: Texts that columns get: some scripts read JSON from them, or numbers, and fail on others.
TEXTS = ("v%d", '{"key": %d}', "%d")
VARIANTS = len(TEXTS)
#: What SQLAlchemy raises for a text that is no member of an enum.
ENUM_ERROR = re.compile(r"'([^']*)' is not among the defined enum values\. Enum name: \S+\. Possible values: (.*)")


class Filler:
    def __init__(self, url, skipped):
        self.engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
        #: Names of tables that get no rows: the version tables.
        self.skipped = skipped
        #: Tables that stay empty, each with the reason.
        self.refused = {}
        self.number = 0
        #: Which of the texts the columns get.
        self.variant = 0
        #: Columns by the texts that they got, and the texts that a script has asked for.
        self.given = {}
        self.learned = {}

    def learn(self, error):
        """Takes up that a script knows some values of a column only. Returns whether it was news."""
        found = ENUM_ERROR.search(error)
        column = self.given.get(found.group(1)) if found else None
        if column is None or column in self.learned:
            return False
        self.learned[column] = [each for each in re.split(r",\s*", found.group(2).strip()) if each.strip(".")]
        self.clear()
        return True

    @contextlib.contextmanager
    def other(self):
        """Replaces the rows by those of the next variant, until the block ends."""
        self.variant += 1
        self.clear()
        try:
            yield
        finally:
            self.variant -= 1

    def fill(self):
        """Gives rows to each table that has none."""
        with self.engine.connect() as connection:
            for table in self.tables(connection):
                if table.name not in self.skipped and not self.has_rows(connection, table):
                    self.add_rows(connection, table)

    def clear(self):
        """Removes all rows: a step can't be applied to these."""
        with self.engine.connect() as connection:
            tables = [table for table in self.tables(connection) if table.name not in self.skipped]
            if connection.dialect.name == "postgresql":
                if tables:
                    names = [connection.dialect.identifier_preparer.format_table(table) for table in tables]
                    connection.exec_driver_sql("truncate %s cascade" % ", ".join(names))
            else:
                for table in reversed(tables):
                    connection.execute(table.delete())
            commit(connection)

    def tables(self, connection):
        """Returns the tables, each after those that its keys refer to."""
        found = sa.MetaData()
        inspector = sa.inspect(connection)
        schemas = [None]
        if connection.dialect.name == "postgresql":
            schemas += [name for name in inspector.get_schema_names() if name not in ("public", "information_schema")]
        for schema in schemas:
            found.reflect(bind=connection, schema=schema, resolve_fks=False)
        return found.sorted_tables

    def has_rows(self, connection, table):
        return connection.execute(sa.text("select 1 from %s limit 1" % connection.dialect.identifier_preparer.format_table(table))).first() is not None

    def add_rows(self, connection, table):
        count = max([ROWS] + [len(column.type.enums) for column in table.columns if isinstance(column.type, sa.Enum)])
        added, why = 0, None
        allowed = self.allowed(connection, table)
        commit(connection)
        for index in range(count):
            for only_required, number in ((False, None), (True, None), (True, index + 1)):
                try:
                    with connection.begin_nested() if connection.in_transaction() else connection.begin():
                        connection.execute(table.insert().values(self.row(connection, table, index, only_required, number, allowed)))
                    added += 1
                    break
                except Exception as error:
                    why = " ".join(str(error).split())[:200]
        commit(connection)
        name = table.fullname
        if added:
            self.refused.pop(name, None)
        else:
            self.refused[name] = why

    def allowed(self, connection, table):
        """Returns the texts of each column that a check lists."""
        found = {}
        for check in sa.inspect(connection).get_check_constraints(table.name, schema=table.schema):
            texts = re.findall(r"'((?:[^']|'')*)'", check["sqltext"] or "")
            named = [column.name for column in table.columns if re.search(r"\b%s\b" % re.escape(column.name), check["sqltext"] or "")]
            if texts and len(named) == 1 and re.search(r"\b(IN|ANY)\b", check["sqltext"], re.I):
                found[named[0]] = texts
        return found

    def row(self, connection, table, index, only_required, number, allowed):
        values = {}
        keys = {column: target for constraint in table.foreign_key_constraints for column, target in self.referred(connection, constraint, index).items()}
        for column in table.columns:
            if column.name in keys:
                if keys[column.name] is not None or column.nullable:
                    values[column.name] = keys[column.name]
                continue
            if column.computed is not None or column.identity is not None:
                continue
            if column is table._autoincrement_column and connection.dialect.name != "sqlite" and column.server_default is not None:
                continue
            if only_required and (column.nullable or column.server_default is not None):
                continue
            # The last row has as little as a row may have, at first.
            if column.nullable and index == ROWS - 1 and not self.variant:
                continue
            self.number += 1
            texts = self.learned.get((table.fullname, column.name)) or allowed.get(column.name)
            if texts:
                values[column.name] = texts[index % len(texts)]
                continue
            chosen = values[column.name] = value(column.type, index, number or self.number, TEXTS[self.variant])
            if isinstance(chosen, str):
                self.given[chosen] = table.fullname, column.name
        return values

    def referred(self, connection, constraint, index):
        """Returns a row's values of a key's columns."""
        names = [element.column_keys[0] if hasattr(element, "column_keys") else element.parent.name for element in constraint.elements]
        targets = [element.target_fullname.rsplit(".", 1) for element in constraint.elements]
        preparer = connection.dialect.identifier_preparer
        table = ".".join(preparer.quote(part) for part in targets[0][0].split("."))
        columns = ", ".join(preparer.quote(target[1]) for target in targets)
        rows = connection.execute(sa.text("select %s from %s" % (columns, table))).fetchall()
        if not rows:
            return dict.fromkeys(names)
        return dict(zip(names, rows[index % len(rows)]))


def commit(connection):
    if connection.in_transaction():
        connection.commit()


def value(kind, index, number, text):
    """Returns a value of a type. `number` differs from value to value; a text has it in it."""
    if isinstance(kind, sa.Enum):
        return kind.enums[index % len(kind.enums)] if kind.enums else "a"
    if isinstance(kind, sa.Boolean):
        return index % 2 == 0
    if isinstance(kind, sa.Integer):
        return number % 30000 + 1
    if isinstance(kind, (sa.Numeric, sa.Float)):
        return decimal.Decimal(number % 9 + 1) if kind.asdecimal else float(number % 9 + 1)
    if isinstance(kind, sa.DateTime):
        return datetime.datetime(2024, 1, 1) + datetime.timedelta(minutes=number)
    if isinstance(kind, sa.Date):
        return datetime.date(2024, 1, 1) + datetime.timedelta(days=number % 10000)
    if isinstance(kind, sa.Time):
        return datetime.time(number % 24, number % 60)
    if isinstance(kind, sa.Interval):
        return datetime.timedelta(seconds=number)
    if isinstance(kind, sa.LargeBinary):
        return b"%d" % number
    if isinstance(kind, sa.ARRAY):
        return [value(kind.item_type, index, number, text)]
    if isinstance(kind, sa.JSON):
        return {"key": number, "list": [number], "name": "n%d" % number}
    name = str(getattr(kind, "__visit_name__", "")).lower()
    if name == "uuid":
        found = uuid.UUID(int=number)
        return found if getattr(kind, "as_uuid", True) else str(found)
    if name in ("inet", "cidr"):
        return "10.0.%d.%d" % (number // 250 % 250, number % 250)
    if name == "tsvector":
        return "word%d" % number
    if name == "interval":
        return datetime.timedelta(seconds=number)
    shown = text % number
    length = getattr(kind, "length", None)
    return shown if length is None or len(shown) <= length else str(number)[-length:]
