"""Follows tables through the steps of a plan: which of them exist before the run."""

from typing import Any, Callable, Dict, Iterator, List, Optional

from ..model import Name

Document = Dict[str, Any]


def name_of(document: Optional[Document]) -> Optional[Name]:
    """Returns the name that a document has."""
    return None if document is None else Name(document["name"], document["schema"])


class TablesOfRun:
    """The tables by the names that they have at a point of the run."""

    def __init__(self, exists: Callable[[Name], Optional[bool]]) -> None:
        #: Returns whether a table exists before the run, `None` if that isn't known.
        self._exists = exists
        #: The name before the run of each table that has another one now; `None` for new tables.
        self._before: Dict[Name, Optional[Name]] = {}

    def before(self, name: Name) -> Optional[Name]:
        """Returns the name of a table before the run, `None` if the run creates it."""
        if name in self._before:
            return self._before[name]
        return None if self._exists(name) is False else name

    def apply(self, operation: Document, text: Optional[str] = None) -> None:
        """Takes up what an operation does to names of tables. `text` is its statement."""
        table, new = name_of(operation["table"]), name_of(operation["new_table"])
        if table is None:
            return
        kind, may_not_be = operation["kind"], operation["conditional"]
        if kind in ("create_table", "create_view"):
            # `IF NOT EXISTS` leaves a table that is there.
            may_not_be = may_not_be or "IF NOT EXISTS" in " ".join((text or "").upper().split())
            self._create(table, may_not_be)
        elif kind == "rename_table" and new is not None:
            self._rename(table, new, may_not_be)
        elif kind in ("drop_table", "drop_view") and not may_not_be:
            self._before[table] = None

    def _create(self, table: Name, may_not_be: bool) -> None:
        if table not in self._before and not self._exists(table):
            if self._exists(table) is None and may_not_be:
                return
            self._before[table] = None

    def _rename(self, table: Name, new: Name, may_not_be: bool) -> None:
        before = self.before(table)
        if before is None and new in self._before and self._exists(new):
            # A copy takes the place of a table, with its rows.
            before = new
        self._before[new] = before
        if not may_not_be:
            self._before[table] = None


def statements_in_order(database: Document) -> Iterator["Sent"]:
    """Yields all statements of a plan in the order in which they are sent."""
    for step in database["steps"]:
        for statement in step["statements"]:
            yield Sent(statement, [step["operations"][place] for place in statement["operations"]])


class Sent:
    """A statement with its operations."""

    def __init__(self, statement: Document, operations: List[Document]) -> None:
        self.statement = statement
        self.operations = operations


def locked_tables(database: Document, exists: Callable[[Name], Optional[bool]]) -> Dict[Name, Name]:
    """Returns the tables that the statements lock, with their names before the run.

    Tables that the run creates are left out.
    """
    tables = TablesOfRun(exists)
    found: Dict[Name, Name] = {}
    for sent in statements_in_order(database):
        for lock in sent.statement["locks"]:
            name = Name(lock["table"]["name"], lock["table"]["schema"])
            before = tables.before(name)
            if before is not None:
                found.setdefault(name, before)
        for operation in sent.operations:
            tables.apply(operation, sent.statement["text"])
    return found


def keep_existing(database: Document, exists: Callable[[Name], Optional[bool]]) -> None:
    """Removes the locks on tables that the run creates itself: no other session uses them."""
    tables = TablesOfRun(exists)
    for sent in statements_in_order(database):
        statement = sent.statement
        statement["locks"] = [
            lock
            for lock in statement["locks"]
            if tables.before(Name(lock["table"]["name"], lock["table"]["schema"])) is not None
        ]
        for operation in sent.operations:
            tables.apply(operation, sent.statement["text"])
