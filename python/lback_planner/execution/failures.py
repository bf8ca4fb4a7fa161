"""Operations that can't work, whatever rows the database holds."""

import re
from dataclasses import dataclass
from typing import Any, Callable, List, Optional, Sequence, Set

import sqlalchemy
from alembic.operations import ops
from alembic.util import CommandError

from ..diagnostics import ignored
from ..model import Effect, Name
from ..schema.state import Schema
from ..schema.table import Table
from ..writing.statements import ALONE, is_transaction
from .enum_values import NewValues
from .scenarios import Scenario
from .sqlite_alter import unknown_to_sqlite

#: The errors with which Alembic and SQLAlchemy refuse an operation by itself.
REFUSALS = (sqlalchemy.exc.CompileError, sqlalchemy.exc.ArgumentError, CommandError)
#: What a batch says of a constraint without a name.
NAMELESS = "Constraint must have a name"
#: Databases that drop an index only by its own name, and with its columns.
PLAIN_INDEXES = ("postgresql", "sqlite")


class KnownFailure(sqlalchemy.exc.SQLAlchemyError):
    """An operation that the database refuses."""


@dataclass
class Failure:
    """An operation that fails: the error as a script gets it, why, and the line of the script.

    `by_schema` tells whether that rests on what scripts made and dropped before.
    """

    error: Exception
    why: str
    line: Optional[int]
    by_schema: bool = False


class Failures:
    """The failures of one run. Each raises its error where the scenario wants it."""

    def __init__(self, scenario: Scenario, dialect: Any, schema: Schema) -> None:
        self.scenario = scenario
        self.dialect: str = dialect.name
        self._values = NewValues(schema, getattr(dialect, "server_version_info", None))
        self.schema = schema
        self.found: List[Failure] = []
        #: The tables of which this run has dropped columns.
        self._narrowed: Set[Optional[Name]] = set()
        #: Whether the script may have left the transaction in which Alembic runs it.
        self.is_outside = False

    def contradict(self, operation: Any, effects: Sequence[Effect], line: Optional[int]) -> None:
        """Notes an operation that contradicts the schema."""
        table = effects[0].table if effects else None
        if isinstance(operation, ops.DropColumnOp):
            self._narrowed.add(table)
        if self.dialect == "sqlite" and isinstance(operation, ops.DropIndexOp):
            # A batch drops the index first, and its column only when it makes the table anew.
            table = None if table in self._narrowed else table
        if table is not None:
            self.note(contradiction(operation, self.schema, table, self.dialect, line))

    def refuse(self, error: Exception, line: Optional[int]) -> bool:
        """Notes an operation that Alembic refuses. Returns whether it is certain to do so."""
        failure = refused(error, line)
        self.note(failure)
        return failure is not None

    def attempt(self, invoke: Callable[[], Any], line: Optional[int]) -> Any:
        """Calls an operation of which only its statements are known, and notes its refusal."""
        try:
            return invoke()
        except Exception as error:
            if self.raised(error) or not self.refuse(error, line):
                raise
            ignored(error, "the operation can't work, and the failure says so")
            return None

    def run(self, text: str, parameters: Any, line: Optional[int]) -> None:
        """Notes a statement that can't run within a transaction, or on this database at all."""
        if is_transaction(text):
            self.is_outside = True
        if not self.is_outside and self.schema.in_transaction:
            self.note(in_transaction(text, self.dialect, line))
            why = self._values.refusal(text, parameters) if self.dialect == "postgresql" else None
            self.note(None if why is None else Failure(KnownFailure(why), why, line))
        if self.dialect == "sqlite":
            self.note(not_in_sqlite(text, line))

    def raised(self, error: Exception) -> bool:
        """Returns whether an error is one that this run raises on purpose."""
        return self.scenario.fails and any(each.error is error for each in self.found)

    def note(self, failure: Optional[Failure]) -> None:
        if failure is None:
            return
        self.found.append(failure)
        if self.scenario.fails:
            raise failure.error


def is_mistake(error: Exception) -> bool:
    """Returns whether an operation fails on any database: Python's own errors say that it was
    called in a wrong way.
    """
    return isinstance(error, (TypeError, NotImplementedError))


def refused(error: Exception, line: Optional[int]) -> Optional[Failure]:
    """Returns the failure that an error is, `None` if another database may accept the operation."""
    certain = isinstance(error, REFUSALS) or (type(error) is ValueError and NAMELESS in str(error))
    if not certain:
        return None
    # The constraint itself is shown by its address.
    text = re.sub(r"constraint \w+\(.*\)(?=; it has no name)", "a constraint", str(error))
    text = " ".join(re.sub(r" object at 0x[0-9a-fA-F]+", "", text).split())
    return Failure(error, "%s: %s" % (type(error).__name__, text[:200]), line)


def contradiction(
    operation: Any, schema: Schema, name: Name, dialect: str, line: Optional[int]
) -> Optional[Failure]:
    """Returns the failure of an operation that makes what is there, or drops what is not."""
    if schema.unsure or getattr(operation, "if_exists", None):
        return None
    if getattr(operation, "if_not_exists", None):
        return None
    why = missing_table(operation, schema, name) or missing_part(operation, schema, name, dialect)
    if why is None:
        return None
    # Only what was found depends on the schema: most operations contradict nothing.
    schema.use.used = True
    return Failure(KnownFailure(why), why, line, True)


def missing_table(operation: Any, schema: Schema, name: Name) -> Optional[str]:
    """Returns why a table is not as an operation needs it."""
    if isinstance(operation, ops.CreateTableOp):
        known = schema.tables.get(name)
        if known is not None and not known.unsure and not known.view:
            return "the table `%s` already exists" % name
        return None
    about_table = (ops.AlterTableOp, ops.DropTableOp, ops.CreateIndexOp, ops.DropIndexOp)
    if isinstance(operation, about_table) and name in schema.gone and name not in schema.tables:
        return "the table `%s` does not exist any more" % name
    return None


def missing_part(operation: Any, schema: Schema, name: Name, dialect: str) -> Optional[str]:
    """Returns why a column or an index of a table is not as an operation needs it."""
    table = schema.tables.get(name)
    if table is None or table.unsure or table.view or table.parents:
        return None
    if isinstance(operation, ops.AddColumnOp):
        column = str(operation.column.name)
        return "`%s` has a column `%s` already" % (name, column) if has(table, column) else None
    if isinstance(operation, (ops.DropColumnOp, ops.AlterColumnOp)):
        column = str(operation.column_name)
        return None if has(table, column) else "`%s` has no column `%s`" % (name, column)
    if isinstance(operation, ops.DropIndexOp) and dialect in PLAIN_INDEXES:
        return missing_index(table, name, str(operation.index_name))
    return None


def has(table: Table, column: str) -> bool:
    """Returns whether a table has a column; upper and lower case make no difference."""
    return column.lower() in {each.lower() for each in table.columns}


def missing_index(table: Table, name: Name, index: str) -> Optional[str]:
    """Returns why an index can't be dropped, `None` if it may be there."""
    parts: List[Any] = [*table.uniques, *table.indexes.values()]
    names = {str(part.name).lower() for part in parts if part.name}
    nameless = len(names) < len(parts)
    if nameless or index.lower() in names or index == table.primary_key_name or len(index) > 60:
        return None
    return "`%s` has no index `%s`" % (name, index)


def in_transaction(text: str, dialect: str, line: Optional[int]) -> Optional[Failure]:
    """Returns the failure of a statement that PostgreSQL refuses within a transaction."""
    if dialect != "postgresql" or ALONE.match(text) is None:
        return None
    verb = " ".join(re.sub(r"\s+", " ", text).split()[:3])
    why = "`%s` can't run within a transaction" % verb
    return Failure(KnownFailure(why), why, line)


def not_in_sqlite(text: str, line: Optional[int]) -> Optional[Failure]:
    """Returns the failure of a statement that SQLite doesn't know."""
    verb = unknown_to_sqlite(text)
    if verb is None:
        return None
    why = "SQLite has no `ALTER TABLE ... %s`: use `op.batch_alter_table`" % verb
    return Failure(KnownFailure(why), why, line)
