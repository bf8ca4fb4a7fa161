"""Adds facts to a plan on its way from the planner's process to lback."""

import datetime
import json
from typing import Any, Dict, List, Optional

from alembic.runtime.migration import MigrationContext

from ..diagnostics import ignored
from ..isolation.child import Receiver
from ..model import Name
from . import catalogue
from .invalid_indexes import invalid_indexes
from .saved import SavedFacts
from .table_facts import Facts, TableFacts
from .tables_of_run import keep_existing, locked_tables

Document = Dict[str, Any]


class WithFacts:
    """A receiver that passes reports on, and plans with facts about their tables.

    `saved` is the document of a file of facts, and `number` that of the database, from 1.
    """

    def __init__(
        self,
        receiver: Receiver,
        context: MigrationContext,
        saved: Optional[Document] = None,
        number: int = 1,
    ) -> None:
        self.receiver = receiver
        self.context = context
        self.saved = saved
        self.number = number

    def pass_on(self, kind: str, document: bytes) -> None:
        """Passes a report on."""
        if kind == "database_plan":
            plan = json.loads(document)
            self.complete(plan["database"])
            document = json.dumps(plan).encode("utf-8", "backslashreplace")
        self.receiver.pass_on(kind, document)

    def complete(self, database: Document) -> None:
        """Adds the facts to the plan for one database."""
        wanted = list(dict.fromkeys(locked_tables(database, lambda name: None).values()))
        facts = self.facts_of(wanted) if wanted else {}

        def exists(name: Name) -> Optional[bool]:
            found = facts.get(name)
            return None if found is None else found.exists

        keep_existing(database, exists)
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        saved = None
        if self.saved is not None:
            saved = SavedFacts(self.saved, self.number, database["schema"])
        database["tables"] = []
        for name, before in locked_tables(database, exists).items():
            own = facts.get(before)
            other = None if saved is None else saved.instead_of(before, own)
            if saved is not None and other is not None:
                database["tables"].append(as_json(name, other, saved.saved_at))
            else:
                read_at = None if own is None else now
                database["tables"].append(as_json(name, own or TableFacts(True), read_at))
        database["saved_facts"] = None if saved is None else saved.as_json()
        database["invalid_indexes"] = invalid_indexes(self.context, database)

    def facts_of(self, names: List[Name]) -> Facts:
        """Asks the database. Never raises: what can't be asked isn't known."""
        if getattr(self.context, "connection", None) is None:
            return {}
        try:
            return catalogue.facts_of(self.context, names)
        except Exception as error:
            ignored(error, "without the catalogue's answer, the sizes of tables are unknown")
        return {}


def as_json(name: Name, facts: TableFacts, read_at: Optional[str]) -> Document:
    """Returns the document of a table."""
    return {
        "table": name.as_json(),
        "rows": facts.rows,
        "table_bytes": facts.table_bytes,
        "index_bytes": facts.index_bytes,
        "partitioned": facts.partitioned,
        "read_at": read_at,
    }
