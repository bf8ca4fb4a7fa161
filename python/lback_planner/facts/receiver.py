"""Adds facts to a plan on its way from the planner's process to lback."""

import datetime
import json
from typing import Any, Dict, List, Optional

from alembic.runtime.migration import MigrationContext

from ..diagnostics import ignored
from ..history.live_database import server_version
from ..isolation.child import Receiver
from ..model import Name
from . import mysql, postgresql, sqlite
from .table_facts import Facts, TableFacts
from .tables_of_run import keep_existing, locked_tables

Document = Dict[str, Any]


class WithFacts:
    """A receiver that passes reports on, and plans with facts about their tables."""

    def __init__(self, receiver: Receiver, context: MigrationContext) -> None:
        self.receiver = receiver
        self.context = context

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
        database["tables"] = [
            as_json(name, facts.get(before, TableFacts(True)), now if before in facts else None)
            for name, before in locked_tables(database, exists).items()
        ]

    def facts_of(self, names: List[Name]) -> Facts:
        """Asks the database. Never raises: what can't be asked isn't known."""
        live: Any = getattr(self.context, "connection", None)
        if live is None:
            return {}
        try:
            dialect = live.dialect.name
            if dialect == "postgresql" and server_version(self.context) >= (12,):
                return postgresql.facts_of(live, names)
            if dialect in ("mysql", "mariadb"):
                return mysql.facts_of(live, names)
            if dialect == "sqlite" and not getattr(live.dialect, "is_async", False):
                return sqlite.facts_of(live, names)
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
