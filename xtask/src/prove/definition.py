"""The definition of a schema, without rows and without differences in the text of statements.

SQLite keeps the statement that made a table, and Alembic makes a table anew to change it there.
"""

import re

import database
import sqlalchemy as sa


def of(connection):
    """Returns `{(schema, table): definition}`."""
    if connection.dialect.name == "sqlite":
        return sqlite(connection)
    found = database.of(connection).snapshot()
    return {name: [part for part in parts if part[0] != "rows"] for name, parts in found.items()}


def sqlite(connection):
    found = {}
    run = lambda text: connection.exec_driver_sql(text).fetchall()  # noqa: E731
    for kind, name, text in run("select type, name, sql from sqlite_master where name not like 'sqlite_%'"):
        if kind == "view":
            found[(None, name)] = [("view", " ".join(text.split()))]
        if kind != "table":
            continue
        quoted = '"%s"' % name.replace('"', '""')
        parts = [("column", row[1], plain(row[2]), bool(row[3] or row[5]), plain_default(row[4]), row[5], row[6]) for row in run("pragma table_xinfo(%s)" % quoted)]
        for _, index, unique, origin, partial in run("pragma index_list(%s)" % quoted):
            columns = tuple((row[2], row[3]) for row in run('pragma index_xinfo("%s")' % index.replace('"', '""')) if row[5])
            parts.append(("index", index if origin == "c" else "", unique, origin, partial, columns))
        keys = {}
        for row in run("pragma foreign_key_list(%s)" % quoted):
            keys.setdefault(row[0], []).append((row[2], row[3], row[4], row[5], row[6]))
        parts += [("foreign key", tuple(key)) for key in keys.values()]
        parts += [("check", text) for text in checks(text)]
        parts += [("trigger", row[0]) for row in run("select name from sqlite_master where type = 'trigger' and tbl_name = '%s'" % name.replace("'", "''"))]
        found[(None, name)] = sorted(parts, key=repr)
    return found


def plain(text):
    return " ".join((text or "").upper().replace(" (", "(").split())


def plain_default(text):
    """Removes the brackets around an expression."""
    text = (text or "").strip()
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    return text


def checks(text):
    """Yields the conditions of the checks in a statement that makes a table."""
    for found in re.finditer(r"\bCHECK\s*\(", text or "", re.I):
        depth, position = 1, found.end()
        while depth and position < len(text):
            depth += {"(": 1, ")": -1}.get(text[position], 0)
            position += 1
        yield re.sub(r"[\s\"()]+", " ", text[found.end() : position - 1]).strip()


def tables_that_differ(one, other, ignored=()):
    return sorted((name for name in set(one) | set(other) if one.get(name) != other.get(name) and name not in ignored), key=str)


def connect(url):
    return sa.create_engine(url, poolclass=sa.pool.NullPool).connect()
