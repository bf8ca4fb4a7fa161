"""Sizes of another database's tables, from the file that `lback facts --save` wrote.

They count where the plan's own database has no answer, and nowhere else: which tables exist, and
what a step does, is never taken from the file.
"""

from typing import Any, Dict, List, Optional

from ..model import Name
from ..refused import Refused
from .table_facts import TableFacts

Document = Dict[str, Any]


def table_document(name: Name, facts: TableFacts) -> Document:
    """Returns a table with its sizes, as the file has it."""
    return {
        "schema": name.schema,
        "name": name.name,
        "rows": facts.rows,
        "table_bytes": facts.table_bytes,
        "index_bytes": facts.index_bytes,
        "partitioned": facts.partitioned,
    }


class SavedFacts:
    """The part of the file about one database. `used` counts the tables that it was used for."""

    def __init__(self, document: Document, number: int, default_schema: Optional[str]) -> None:
        self.file: str = document["file"]
        self.saved_at: str = document["saved_at"]
        self.default_schema = default_schema
        self.used = 0
        databases: List[Document] = document["databases"]
        tables = databases[number - 1]["tables"] if number <= len(databases) else ()
        self.tables = {self.key(Name(table["name"], table["schema"])): table for table in tables}

    def key(self, name: Name) -> Name:
        """Returns a name without the default schema, whose name differs between databases."""
        return Name(name.name) if name.schema == self.default_schema else name

    def instead_of(self, name: Name, facts: Optional[TableFacts]) -> Optional[TableFacts]:
        """Returns the facts of the file where the database's own answer doesn't count.

        The answer of an empty table doesn't: it says nothing about the one in production.
        """
        table = self.tables.get(self.key(name))
        if table is None or not is_unknown(facts):
            return None
        self.used += 1
        partitioned = table["partitioned"] if facts is None else facts.partitioned
        return TableFacts(
            True, table["rows"], table["table_bytes"], table["index_bytes"], partitioned
        )

    def as_json(self) -> Optional[Document]:
        """Returns the document of the plan, `None` if the file wasn't used."""
        if not self.used:
            return None
        return {"file": self.file, "saved_at": self.saved_at, "tables": self.used}


def is_unknown(facts: Optional[TableFacts]) -> bool:
    """Returns whether a database hasn't said how large a table is, or has an empty one."""
    if facts is None or facts.rows == 0:
        return True
    return facts.rows is None and facts.table_bytes in (None, 0)


def refuse_other_project(document: Optional[Document], bases: List[str]) -> None:
    """Raises `Refused` if the file was saved in a project with other first revisions."""
    if document is None or set(document["bases"]) & set(bases) or not (document["bases"] or bases):
        return
    raise Refused(
        "facts",
        "`%s` is of another project: its history begins with %s, that of this project with %s"
        % (document["file"], listed(document["bases"]), listed(bases)),
        "save it again in this project: `lback facts --save %s`" % document["file"],
    )


def listed(revisions: List[str]) -> str:
    return ", ".join("`%s`" % revision for revision in sorted(revisions)) or "no revision"
