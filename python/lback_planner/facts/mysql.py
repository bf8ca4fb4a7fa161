"""Asks MySQL and MariaDB for tables and their sizes."""

from typing import Any, Callable, Dict, List, Optional, Sequence, Set, Tuple

from ..model import Name
from .table_facts import Facts, TableFacts, known

QUERY = """
select t.table_schema, t.table_name, t.table_type, t.table_rows, t.data_length, t.index_length,
       t.create_options
from information_schema.tables t
where %s
"""
PLACE = "select database(), @@lower_case_table_names"
#: The databases of which the account may see all tables; `NULL` for all.
VISIBLE = """
select table_schema from information_schema.schema_privileges where grantee = %(own)s
union all
select null from information_schema.user_privileges
where privilege_type <> 'USAGE' and grantee = %(own)s
"""
OWN = """concat('''', substring(current_user(), 1,
  char_length(current_user()) - char_length(substring_index(current_user(), '@', -1)) - 1),
  '''@''', substring_index(current_user(), '@', -1), '''')"""

#: The tables of the connection's database.
NAMES = """
select table_name from information_schema.tables
where table_schema = database() and table_type = 'BASE TABLE'
"""

#: Schema and name.
Key = Tuple[Optional[str], str]


def names_of(live: Any) -> List[Name]:
    """Returns the names of all tables of the connection's database."""
    return [Name(row[0]) for row in ask(live, NAMES)]


def facts_of(live: Any, names: Sequence[Name]) -> Facts:
    """Returns the facts about tables; one without a schema is in the connection's database.

    A table that the account may not see is left out: it may be there.
    """
    ((own, folds),) = live.exec_driver_sql(PLACE)
    key_of = keys(own, bool(folds))
    by_key: Dict[Key, List[Name]] = {}
    for name in names:
        by_key.setdefault(key_of(name.schema, name.name), []).append(name)
    found: Facts = {}
    for schema, table, kind, rows, data, indexes, options in ask(live, QUERY % condition(names)):
        # The catalogue compares without regard to case.
        for name in by_key.get(key_of(schema, table), ()):
            found[name] = TableFacts(
                True,
                known(rows),
                known(data),
                known(indexes),
                None if "VIEW" in kind else "partitioned" in (options or "").lower(),
            )
    missing = [name for name in names if name not in found]
    if missing:
        found.update(absent(live, missing, own))
    return found


def absent(live: Any, names: Sequence[Name], own: Optional[str]) -> Facts:
    """Returns the facts about those that aren't there, of tables that weren't found."""
    visible = {row[0] for row in ask(live, VISIBLE % {"own": OWN})}
    return {name: TableFacts(False) for name in names if is_visible(name.schema or own, visible)}


def is_visible(schema: Optional[str], visible: Set[Optional[str]]) -> bool:
    """Returns whether all tables of a database can be seen. Without one there are none."""
    # Grants may have a pattern in the place of a name, which isn't followed.
    return (
        schema is None
        or None in visible
        or schema.replace("_", "\\_") in visible
        or (schema in visible)
    )


def keys(own: Optional[str], folds: bool) -> Callable[[Optional[str], str], Key]:
    """Returns the function that makes the key of a table, as the server tells names apart."""

    def key_of(schema: Optional[str], name: str) -> Key:
        schema = schema or own
        if folds:
            return None if schema is None else schema.lower(), name.lower()
        return schema, name

    return key_of


def condition(names: Sequence[Name]) -> str:
    return " or ".join(
        "(t.table_schema = %s and t.table_name = %s)"
        % (literal(name.schema) if name.schema else "database()", literal(name.name))
        for name in names
    )


def ask(live: Any, text: str) -> Any:
    return live.exec_driver_sql(text.replace("%", "%%"))


def literal(text: str) -> str:
    """Returns a literal in any mode of SQL: without a character that may be an escape."""
    return "convert(0x%s using utf8mb4)" % text.encode("utf-8").hex() if text else "''"
