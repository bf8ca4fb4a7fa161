"""The contents of a database, table by table, in a form that can be compared.

Also records which tables a step wrote although nothing in them changed.
"""

import hashlib
import re

import sqlalchemy as sa

#: A foreign key that follows its table to a new name changes nothing that anybody wrote.
REFERENCE = re.compile(r'REFERENCES\s+(?:"[^"]*"|`[^`]*`|[\w.]+)(?:\.(?:"[^"]*"|\w+))?', re.I)


def of(connection):
    return {"sqlite": Sqlite, "postgresql": Postgres}[connection.dialect.name](connection)


def digest(value):
    return hashlib.sha256(repr(value).encode()).hexdigest()


class Sqlite:
    def __init__(self, connection):
        self.connection = connection

    def snapshot(self):
        """Returns the contents as `{table: definition}`."""
        # Not the project's connection, and nothing that could begin a transaction on it.
        driver = self.connection.connection.dbapi_connection
        cursor = driver.cursor()
        found = {}
        for kind, name, table, text in cursor.execute("select type, name, tbl_name, sql from sqlite_master order by type desc, name").fetchall():
            key = None, name if kind in ("table", "view") else table
            if table.startswith("sqlite_"):
                continue
            found.setdefault(key, []).append((kind, name if kind != "table" else "", REFERENCE.sub("REFERENCES", (text or "").split("(", 1)[-1] if kind == "table" else text or "")))
        for key in found:
            if any(part[0] == "table" for part in found[key]):
                rows = cursor.execute('select * from "%s"' % key[1].replace('"', '""')).fetchall()
                found[key].append(("rows", len(rows), digest(sorted(map(repr, rows)))))
        cursor.close()
        return found

    def watch(self, step):
        """Runs a step; returns the tables that its statements write, whether or not there were rows."""
        import sqlite3

        written = set()
        driver = self.connection.connection.dbapi_connection
        codes = {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}

        def authorize(code, first, second, database, trigger):
            if code in codes and first and not first.startswith("sqlite_"):
                written.add((None, first))
            if code == sqlite3.SQLITE_ALTER_TABLE and second:
                written.add((None, second))
            return sqlite3.SQLITE_OK

        driver.set_authorizer(authorize)
        try:
            step()
        finally:
            try:
                driver.set_authorizer(None)
            except sqlite3.ProgrammingError:
                # The step has closed it.
                pass
        return written


class Postgres:
    QUERIES = (
        """select n.nspname, c.relname, 'column', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text, coalesce(pg_get_expr(d.adbin, d.adrelid), ''),
             coalesce(col_description(c.oid, a.attnum), '') || coalesce((select string_agg(e.enumlabel, ',' order by e.enumsortorder) from pg_enum e where e.enumtypid = a.atttypid), '')
           from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
             left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum where c.relkind in ('r', 'p', 'v', 'm') and n.nspname {other}""",
        """select n.nspname, c.relname, 'constraint', k.conname, pg_get_constraintdef(k.oid), '', '', ''
           from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname {other} and k.contype <> 'n'""",
        """select n.nspname, c.relname, 'index', i.relname, regexp_replace(pg_get_indexdef(x.indexrelid), ' ON .* USING', ''), '', '', ''
           from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname {other}""",
        """select n.nspname, c.relname, 'trigger', t.tgname, '', '', '', ''
           from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace where not t.tgisinternal and n.nspname {other}""",
        """select n.nspname, c.relname, 'table', coalesce(obj_description(c.oid), ''), c.relkind::text, coalesce(c.reloptions::text, ''), c.relrowsecurity::text, c.relpersistence::text
           from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm') and n.nspname {other}""",
        """select n.nspname, c.relname, 'policy', p.polname, '', '', '', ''
           from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname {other}""",
    )

    def __init__(self, connection):
        self.connection = connection

    def snapshot(self):
        found = {}
        tables = []
        with self.connection.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
            for query in self.QUERIES:
                for row in other.exec_driver_sql(query.format(other="not in ('pg_catalog', 'information_schema', 'pg_toast')").replace("%", "%%")):
                    key = None if row[0] == "public" else row[0], row[1]
                    found.setdefault(key, []).append(tuple(REFERENCE.sub("REFERENCES", part) for part in row[2:]))
                    if row[2] == "table" and row[4] in ("r", "m"):
                        tables.append((row[0], row[1]))
            for start in range(0, len(tables), 50):
                parts = [
                    "select '%s', '%s', count(*), coalesce(sum(hashtext(t::text)), 0) from \"%s\".\"%s\" t" % (schema, name, schema, name)
                    for schema, name in tables[start : start + 50]
                ]
                for schema, name, count, check in other.exec_driver_sql(" union all ".join(parts)):
                    found[(None if schema == "public" else schema, name)].append(("rows", count, int(check)))
        for parts in found.values():
            parts.sort(key=repr)
        return found

    LOCKS = """select n.nspname, c.relname from pg_locks l join pg_class c on c.oid = l.relation join pg_namespace n on n.oid = c.relnamespace
        where l.pid = pg_backend_pid() and l.mode = 'RowExclusiveLock' and c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')"""

    def watch(self, step):
        """A lock for writing stays until the transaction ends, also where no row was there to be written."""
        written = set()

        def before_commit(connection):
            if not connection.connection.dbapi_connection.closed:
                try:
                    cursor = connection.connection.dbapi_connection.cursor()
                    cursor.execute(self.LOCKS)
                    written.update((None if schema == "public" else schema, name) for schema, name in cursor.fetchall())
                    cursor.close()
                except Exception:
                    pass

        sa.event.listen(self.connection.engine, "commit", before_commit)
        try:
            step()
        finally:
            sa.event.remove(self.connection.engine, "commit", before_commit)
        return written
