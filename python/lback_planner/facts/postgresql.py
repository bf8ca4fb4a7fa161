"""Asks PostgreSQL for tables and their sizes."""

from typing import Any, List, Sequence

from ..model import Name
from .table_facts import Facts, TableFacts, known

#: The size of a table that another session locks, or is about to lock, is left out: the server
#: would wait. The number of rows is an estimate per page of the last `VACUUM` or `ANALYZE`, as the
#: server's own planner makes it. Of a partitioned table, all partitions are summed.
QUERY = """
select w.place,
       c.oid is not null,
       c.relkind = 'p',
       sum(case when p.reltuples >= 0 and p.relpages > 0
                then (p.reltuples / p.relpages) * (p.pages / current_setting('block_size')::bigint)
                when p.pages = 0 then 0 end)::bigint,
       count(*) filter (where p.pages is null
                        or (p.pages > 0 and (p.reltuples < 0 or p.relpages = 0))),
       sum(p.size)::bigint,
       count(*) filter (where p.size is null),
       sum(p.indexes)::bigint
from (values %s) as w (place, name)
left join pg_catalog.pg_class c on c.oid = pg_catalog.to_regclass(w.name)
left join lateral (
  select m.oid, m.reltuples, m.relpages,
         case when l.free then pg_catalog.pg_relation_size(m.oid) end as pages,
         case when l.free then pg_catalog.pg_table_size(m.oid) end as size,
         case when l.free then pg_catalog.pg_indexes_size(m.oid) end as indexes
  from pg_catalog.pg_class m
  cross join lateral (
    select not exists (
      select from pg_catalog.pg_locks k
      where k.relation = m.oid and k.mode = 'AccessExclusiveLock'
        and k.pid <> pg_catalog.pg_backend_pid()
    ) as free
  ) l
  where m.oid = c.oid
     or (c.relkind = 'p' and m.relkind = 'r'
         and m.oid in (select t.relid from pg_catalog.pg_partition_tree(c.oid) t where t.isleaf))
) p on c.relkind in ('r', 'p', 'm', 'f')
group by w.place, c.oid, c.relkind
"""

#: All tables of the database, with their schema if it isn't the one of names without a schema.
NAMES = """
select nullif(n.nspname, pg_catalog.current_schema()), c.relname
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'm') and n.nspname <> 'information_schema'
  and substring(n.nspname from 1 for 3) <> 'pg_'
"""


def names_of(live: Any) -> List[Name]:
    """Returns the names of all tables of the database."""
    return [Name.of_pair(row) for row in live.exec_driver_sql(NAMES)]


def facts_of(live: Any, names: Sequence[Name]) -> Facts:
    """Returns the facts about tables; one without a schema is looked for as the server does."""
    wanted = ", ".join(
        "(%d, %s)" % (place, literal(quoted(name))) for place, name in enumerate(names)
    )
    found: Facts = {}
    for row in live.exec_driver_sql(QUERY % wanted):
        place, exists, partitioned, rows, unknown_rows, size, unknown_sizes, indexes = row
        found[names[place]] = TableFacts(
            bool(exists),
            known(rows) if exists and not unknown_rows else None,
            known(size) if exists and not unknown_sizes else None,
            known(indexes) if exists and not unknown_sizes else None,
            bool(partitioned) if exists else None,
        )
    return found


def quoted(name: Name) -> str:
    """Returns a name as the server reads it."""
    parts: List[str] = [name.schema or "", name.name]
    return ".".join('"%s"' % part.replace('"', '""') for part in parts if part)


def literal(text: str) -> str:
    """Returns a literal in any mode of SQL: without a quote or a character that may be an escape.

    The names come from the process in which the project's scripts ran.
    """
    digits = text.encode("utf-8", "backslashreplace").hex()
    return "pg_catalog.convert_from(pg_catalog.decode('%s', 'hex'), 'UTF8')" % digits
