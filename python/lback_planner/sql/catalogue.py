"""Recognizes the tables of a server that describe the others."""

from ..model import Name


def is_catalogue(table: Name) -> bool:
    """Returns whether a table is one of the server's own, which describe the others."""
    schema, name = (table.schema or "").lower(), table.name.lower()
    if schema in ("information_schema", "pg_catalog", "sys", "mysql", "performance_schema"):
        return True
    return (
        schema == ""
        and (
            name.startswith(("pg_", "sqlite_", "pragma_", "all_", "user_", "dba_"))
            and name not in ("user_", "all_")
        )
        and is_system(name)
    )


def is_system(name: str) -> bool:
    """Returns whether a name with the prefix of a catalogue is a table of that."""
    if name.startswith(("sqlite_", "pragma_", "pg_")):
        return True
    return name.split("_", 1)[1] in (
        "tables",
        "tab_columns",
        "constraints",
        "indexes",
        "cons_columns",
        "sequences",
        "objects",
        "triggers",
        "ind_columns",
    )
