"""Finds invalid indexes of PostgreSQL that a plan would create again.

A `CREATE INDEX CONCURRENTLY` that failed has left them. The statement fails when it runs again,
because the name exists, or skips the index with `IF NOT EXISTS`.
"""

from typing import Any, Dict, List, Optional, Tuple

from alembic.runtime.migration import MigrationContext

from ..diagnostics import ignored
from .postgresql import literal

Document = Dict[str, Any]

#: Indexes that can't be used, of these names on these tables.
QUERY = """
select w.place
from (values %s) as w (place, namespace, relation, name)
join pg_catalog.pg_class t on t.relname = w.relation::name
join pg_catalog.pg_namespace n on n.oid = t.relnamespace
join pg_catalog.pg_index x on x.indrelid = t.oid
join pg_catalog.pg_class i on i.oid = x.indexrelid
where not x.indisvalid and i.relkind = 'i' and i.relname = w.name::name
  and (n.nspname = w.namespace::name
       or w.namespace = '' and pg_catalog.pg_table_is_visible(t.oid))
order by w.place
"""


def invalid_indexes(context: MigrationContext, database: Document) -> List[Document]:
    """Returns the indexes that the steps create and that are invalid now. Never raises."""
    wanted = list(created_indexes(database))
    live: Optional[Any] = getattr(context, "connection", None)
    if not wanted or live is None or context.dialect.name != "postgresql":
        return []
    rows = ", ".join(
        "(%d, %s)" % (place, ", ".join(map(literal, names))) for place, names in enumerate(wanted)
    )
    try:
        found = [int(row[0]) for row in live.exec_driver_sql(QUERY % rows)]
    except Exception as error:
        ignored(error, "an invalid index is then noticed when the migration meets it")
        return []
    return [as_json(*wanted[place]) for place in dict.fromkeys(found)]


def created_indexes(database: Document) -> Dict[Tuple[str, str, str], None]:
    """Returns schema, table and name of each index that is created, in order."""
    found: Dict[Tuple[str, str, str], None] = {}
    for step in database["steps"]:
        for operation in step["operations"]:
            table, name = operation["table"], operation["name"]
            if operation["kind"] == "create_index" and table is not None and name is not None:
                found[(table["schema"] or "", table["name"], name)] = None
    return found


def as_json(schema: str, table: str, name: str) -> Document:
    """Returns the document of an index."""
    return {"index": name, "table": {"schema": schema or None, "name": table}}
