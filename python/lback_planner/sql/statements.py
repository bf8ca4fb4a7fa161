"""Reads SQL: finds what a text does to which tables.

The reader reports what it doesn't know rather than guess, and never fails.
"""

from typing import Callable, Dict, List, Optional

from .. import diagnostics
from ..model import Name
from ..schema.constraint_changes import RenameIndex
from ..schema.object_changes import EnforceKeys
from ..schema.state import Schema
from ..schema.table_changes import RenameColumn
from . import alter_object, calls, ddl, dml, drop
from .keywords import HARMLESS, HEADS
from .maintenance import locked_by
from .paths import path_change
from .reader import Grammar, Reading, Unread, Walk, words
from .routines import read_body
from .tokens import STRING, Token, statements, tokens


def read(
    text: str,
    dialect: str,
    default_schema: Optional[str] = None,
    schema: Optional[Schema] = None,
) -> Reading:
    """Returns what a text of one or more statements does."""
    reading = Reading(dialect, default_schema, schema, Grammar(statement, read_into))
    read_into(text, reading)
    return reading


def read_into(text: str, reading: Reading) -> None:
    """Adds what a text does to a reading."""
    try:
        for part in statements(tokens(text, reading.dialect)):
            reading.settle()
            try:
                statement(Walk(part, reading, text))
            except Unread as why:
                reading.problem("runs SQL that %s: %s" % (why, shortened(text, part)))
    except Exception as error:
        diagnostics.ignored(error, "the text becomes a doubt")
        reading.problem(
            "runs SQL that can't be read (%s): %s"
            % (type(error).__name__, " ".join(str(text).split())[:80])
        )


def shortened(text: str, part: List[Token]) -> str:
    """Returns a statement as a message quotes it."""
    said = " ".join(text[part[0].start : part[-1].end].split())
    return "`%s`" % (said if len(said) <= 80 else said[:79] + "…")


def statement(walk: Walk) -> None:
    """Reads one statement."""
    reading = walk.reading
    head = walk.upper()
    reading.clause = words(walk.tokens)
    if head in HARMLESS:
        harmless = reading.effect("execute", detail=head.lower(), change=path_change(walk))
        harmless.locked = locked_by(walk)
    elif head in (
        "WITH",
        "SELECT",
        "INSERT",
        "REPLACE",
        "UPDATE",
        "DELETE",
        "MERGE",
        "VALUES",
        "TABLE",
        "(",
    ):
        dml.read(walk)
        if not reading.effects and head in ("SELECT", "VALUES", "(", "WITH"):
            reading.effect("execute", detail="select")
    elif head in STATEMENTS:
        walk.next()
        STATEMENTS[head](walk)
    else:
        raise Unread("begins with `%s`, which isn't understood" % walk.next_text()[:40])


def copy(walk: Walk) -> None:
    """Reads `COPY t FROM …` and `COPY (SELECT …) TO …`."""
    if walk.upper() == "(":
        return dml.read(walk)
    table = walk.name()
    walk.group()
    walk.reading.effect("insert" if walk.upper() == "FROM" else "select", table)
    return None


def load(walk: Walk) -> None:
    """Reads `LOAD DATA … INTO TABLE t`."""
    while not walk.done():
        if walk.take("INTO", "TABLE"):
            walk.reading.effect("insert", walk.name())
            return
        walk.next()
    raise Unread("loads something, and it isn't clear what")


def grant(walk: Walk) -> None:
    """Reads `GRANT` and `REVOKE`."""
    walk.reading.effect("grant", detail=walk.said(walk.tokens)[:100])


def do(walk: Walk) -> None:
    """Reads `DO $$ … $$`."""
    rest = walk.rest()
    if rest and rest[0].upper == "LANGUAGE" and rest[1:2] and rest[1].text.lower() != "plpgsql":
        raise Unread("runs code in %s" % rest[1].text)
    bodies = [token for token in rest if token.kind == STRING]
    if not bodies:
        # MySQL's DO evaluates expressions.
        dml.mentions(walk, rest, frozenset())
        return
    read_body(bodies[-1].text if rest[0].upper == "LANGUAGE" else bodies[0].text, walk.reading)


def call(walk: Walk) -> None:
    """Reads `CALL f()` and `EXEC p`."""
    name = walk.name()
    if name.name.lower() == "sp_rename":
        return sp_rename(walk)
    following = walk.peek()
    if name.name.lower() == "sp_executesql" and following is not None and following.kind == STRING:
        return read_into(following.text, walk.reading)
    if name.name.lower() in (
        "sp_addextendedproperty",
        "sp_updateextendedproperty",
        "sp_dropextendedproperty",
    ):
        walk.reading.effect("execute", detail=name.name)
        return None
    calls.called_name(name.name, walk.reading)
    return None


def sp_rename(walk: Walk) -> None:
    """Reads `EXEC sp_rename 'old', 'new', 'kind'` of SQL Server."""
    said = [token.text for token in walk.rest() if token.kind == STRING]
    reading = walk.reading
    if len(said) < 2:
        raise Unread("renames something, and it isn't clear what")
    parts = [part.strip("[]") for part in said[0].split(".")]
    what = said[2].upper() if len(said) > 2 else "OBJECT"
    if what == "OBJECT":
        old = reading.name(parts[-1], parts[-2] if len(parts) > 1 else None)
        ddl.rename_to(reading, old, Name(said[1], old.schema))
    elif len(parts) > 1:
        table = reading.name(parts[-2], parts[-3] if len(parts) > 2 else None)
        if what == "COLUMN":
            column = RenameColumn(table, parts[-1], said[1])
            reading.effect("rename_column", table, parts[-1], said[1], change=column)
        else:
            index = RenameIndex(table, parts[-1], said[1])
            reading.effect("rename_index", table, parts[-1], said[1], change=index)
    else:
        raise Unread("renames something, and it isn't clear of which table")


def explain(walk: Walk) -> None:
    """Reads `EXPLAIN`, which may run the statement."""
    walk.skip("ANALYZE", "VERBOSE", "QUERY", "PLAN", "FOR")
    if walk.upper() == "(":
        walk.group()
    statement(walk)


def refresh(walk: Walk) -> None:
    """Reads `REFRESH MATERIALIZED VIEW`."""
    walk.skip("MATERIALIZED", "VIEW", "CONCURRENTLY")
    walk.reading.effect("refresh_view", walk.name())


def pragma(walk: Walk) -> None:
    """Reads `PRAGMA` of SQLite."""
    name = walk.upper()
    if name == "WRITABLE_SCHEMA":
        raise Unread("lets itself write SQLite's own tables")
    said = {token.upper for token in walk.rest()}
    switches = name == "FOREIGN_KEYS" and len(said) > 1
    change = EnforceKeys(not said & {"OFF", "0", "NO", "FALSE"}) if switches else None
    walk.reading.effect("execute", detail="pragma", change=change)


def control(walk: Walk) -> None:
    """Reads `IF` and `DECLARE` of SQL Server outside of any procedure: what follows may run."""
    head = walk.tokens[walk.position - 1 :]
    if walk.upper(-1) == "IF":
        found = walk.until(
            "BEGIN", *(HEADS - {"(", "SELECT", "IF", "EXEC", "EXECUTE", "TABLE", "SET"})
        )
        dml.mentions(walk, found, frozenset())
        head = walk.rest()
        if not head:
            raise Unread("has an IF that isn't understood")
    read_body(walk.text, walk.reading, head)


STATEMENTS: Dict[str, Callable[[Walk], None]] = {
    "CREATE": ddl.create,
    "ALTER": alter_object.alter,
    "DROP": drop.drop,
    "RENAME": ddl.rename,
    "TRUNCATE": ddl.truncate,
    "COMMENT": ddl.comment,
    "COPY": copy,
    "LOAD": load,
    "GRANT": grant,
    "REVOKE": grant,
    "DENY": grant,
    "DO": do,
    "CALL": call,
    "EXEC": call,
    "EXECUTE": call,
    "EXPLAIN": explain,
    "REFRESH": refresh,
    "PRAGMA": pragma,
    "IF": control,
    "DECLARE": control,
}
