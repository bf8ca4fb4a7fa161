"""Reads the statements that read and write rows, and what is nested in them."""

from typing import List, Optional, Sequence

from ..model import Name
from ..schema.table_changes import CreateTable
from .aliases import CLAUSES, Aliases, Known, aliases, aliases_in_from
from .calls import called, called_name
from .catalogue import is_catalogue
from .reader import Unread, Walk
from .tokens import NAME, WORD, Token

#: Functions whose arguments may have a FROM of their own.
WITH_FROM = {"EXTRACT", "SUBSTRING", "TRIM", "OVERLAY", "POSITION", "BTRIM"}


def read_with(walk: Walk, known: Known) -> None:
    """Reads `WITH a AS (…), b AS (…)`, and the statement that follows."""
    walk.take("RECURSIVE")
    known = set(known)
    bodies = []
    while True:
        name = walk.identifier()
        known.add(name.lower())
        if walk.upper() == "(":
            walk.group()
        if not walk.take("AS"):
            raise Unread("has a WITH that isn't understood")
        walk.skip("NOT", "MATERIALIZED")
        bodies.append(walk.group())
        walk.until(",", "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "REPLACE", "(")
        if not walk.take(","):
            break
    for body in bodies:
        read(Walk(body, walk.reading, walk.text), known)
    read(walk, known)


def read(walk: Walk, known: Known = frozenset()) -> None:
    """Reads one statement."""
    while walk.upper() == "(" and walk.position + 1 < len(walk.tokens):
        inner = Walk(walk.group(), walk.reading, walk.text)
        read(inner, known)
        if walk.done():
            return
    verb = walk.upper()
    if verb == "WITH":
        walk.next()
        read_with(walk, known)
    elif verb in (
        "SELECT",
        "VALUES",
        "TABLE",
        "PERFORM",
        "UNION",
        "EXCEPT",
        "INTERSECT",
        "ORDER",
        "LIMIT",
    ):
        walk.next()
        read_select(walk, known)
    elif verb in ("INSERT", "REPLACE"):
        walk.next()
        read_insert(walk, known)
    elif verb == "UPDATE":
        walk.next()
        read_update(walk, known)
    elif verb == "DELETE":
        walk.next()
        read_delete(walk, known)
    elif verb == "MERGE":
        walk.next()
        walk.take("INTO")
        target = walk.name()
        walk.reading.effect("merge", target, refs=mentions(walk, walk.rest(), known))
    else:
        raise Unread("begins with `%s`, which isn't understood" % walk.next_text()[:40])


def read_select(walk: Walk, known: Known) -> None:
    """Reads what follows SELECT."""
    before = walk.position
    while not walk.done():
        # Where it makes a table of its rows.
        if walk.upper() == "INTO" and walk.reading.dialect not in ("mysql", "mariadb", "oracle"):
            walk.next()
            walk.skip("TEMP", "TEMPORARY", "UNLOGGED", "TABLE")
            if walk.upper() != "STRICT" and walk.is_name():
                target = walk.name()
                if not walk.reading.procedural:
                    walk.reading.effect("create_table", target, change=CreateTable(target))
            break
        if walk.upper() == "FROM":
            break
        if walk.upper() == "(":
            walk.group()
        else:
            walk.next()
    refs = mentions(walk, walk.tokens[before:], known)
    walk.position = len(walk.tokens)
    if refs:
        for table in refs:
            walk.reading.effect("select", table)


def read_insert(walk: Walk, known: Known) -> None:
    """Reads what follows INSERT or REPLACE."""
    replaces = walk.upper(-1) == "REPLACE"
    if walk.take("OR"):
        replaces = walk.upper() == "REPLACE"
        walk.next()
    walk.skip("LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "OVERWRITE", "ALL")
    walk.skip("INTO", "TABLE")
    target = walk.name()
    rest = walk.rest()
    walk.reading.effect("insert", target, refs=mentions(walk, rest, known))
    said = [token.upper for token in rest]
    if replaces:
        walk.reading.effect("delete", target, detail="that are replaced").conditional = True
    elif ("CONFLICT" in said or "DUPLICATE" in said) and "UPDATE" in said:
        update = walk.reading.effect("update", target, detail="that are there")
        update.conditional = True
        # `DO UPDATE SET …` and `ON DUPLICATE KEY UPDATE …`.
        start = said.index("UPDATE", said.index("CONFLICT" if "CONFLICT" in said else "DUPLICATE"))
        update.columns = set_columns(rest[start + 1 :])


def read_update(walk: Walk, known: Known) -> None:
    """Reads what follows UPDATE."""
    if walk.take("OR"):
        walk.next()
    walk.skip("LOW_PRIORITY", "IGNORE", "ONLY")
    start = walk.position
    targets = [walk.name()]
    head = walk.until("SET")
    names = aliases(walk, walk.tokens[start : walk.position], known)
    walk.take("SET")
    start = walk.position
    columns = set_columns(walk.tokens[start:])
    refs = mentions(walk, walk.tokens[start:], known) + mentions(walk, head, known)
    if any(token.upper in ("JOIN", ",") for token in head):
        # Several tables: which of them are written is said by the columns.
        targets = set_targets(walk, names, targets[0])
    elif targets[0].schema is None and walk.reading.dialect in ("mssql",):
        # The table may be named by its alias in the FROM.
        names = aliases_in_from(walk, walk.tokens[start:], known)
        targets = [names.get(targets[0].name.lower(), targets[0])]
    walk.position = len(walk.tokens)
    for target in targets:
        walk.reading.effect(
            "update", target, refs=[table for table in refs if table != target]
        ).columns = columns


def set_columns(tokens: Sequence[Token]) -> Optional[List[str]]:
    """Returns the columns that SET names, `None` if they aren't known."""
    columns: List[str] = []
    depth = 0
    for index, token in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(token.upper, 0)
        if depth == 0 and token.upper in ("WHERE", "FROM", "RETURNING"):
            break
        if token.upper == ")" and index + 1 < len(tokens) and tokens[index + 1].upper == "=":
            # (a, b) = (…): any of them.
            return None
        if depth == 0 and token.upper == "=" and index:
            columns.append(tokens[index - 1].text)
            columns.append(tokens[index - 1].text.lower())
    return columns or None


def set_targets(walk: Walk, names: Aliases, first: Name) -> List[Name]:
    """Returns the tables whose columns SET names."""
    targets: List[Name] = []
    while not walk.done():
        if walk.is_name() and walk.upper(1) == "." and walk.is_name(2):
            if walk.upper(3) == "=":
                table = names.get(walk.next_text().lower())
            elif walk.upper(3) == "." and walk.upper(5) == "=":
                table = names.get(walk.next_text(2).lower())
            else:
                table = first
            if table is None:
                raise Unread("updates several tables, and it isn't clear which")
            if table not in targets:
                targets.append(table)
        elif first not in targets:
            # A column without its table: any of them.
            targets.extend(table for table in names.values() if table not in targets)
        walk.until(",", "WHERE", "FROM", "ORDER")
        if not walk.take(","):
            break
    return targets or [first]


def read_delete(walk: Walk, known: Known) -> None:
    """Reads what follows DELETE."""
    walk.skip("LOW_PRIORITY", "QUICK", "IGNORE")
    if walk.take("FROM"):
        walk.take("ONLY")
        target = walk.name()
        rest = walk.rest()
        if (
            rest
            and rest[0].upper in (",", "USING")
            and walk.reading.dialect in ("mysql", "mariadb")
        ):
            return several_deleted(walk, [target], rest, known)
        walk.reading.effect(
            "delete",
            target,
            refs=[table for table in mentions(walk, rest, known, True) if table != target],
        )
        return
    # DELETE a, b FROM …, or in SQL Server DELETE a FROM ….
    targets: List[Name] = []
    while walk.is_name():
        targets.append(walk.name())
        walk.take(".", "*")
        if not walk.take(","):
            break
    rest = walk.rest()
    if not rest:
        walk.reading.effect("delete", targets[0])
        return
    several_deleted(walk, targets, rest, known)


def several_deleted(walk: Walk, targets: List[Name], rest: List[Token], known: Known) -> None:
    """Adds that rows of several tables are deleted, which may be named by their aliases."""
    names = aliases_in_from(walk, rest, known)
    refs = mentions(walk, rest, known, True)
    for target in targets:
        target = names.get(target.name.lower(), target)
        walk.reading.effect("delete", target, refs=[table for table in refs if table != target])


def mentions(walk: Walk, tokens: Sequence[Token], known: Known, using: bool = False) -> List[Name]:
    """Returns the tables that an expression, or the rest of a statement, reads.

    Statements and calls that are nested in it are read as well.
    """
    reading = walk.reading
    found: List[Name] = []
    inner = Walk(tokens, reading, walk.text)
    opened: List[str] = []
    while not inner.done():
        token = inner.tokens[inner.position]
        upper = token.upper
        if upper == "(":
            before = inner.peek(-1)
            opened.append(before.upper if before is not None and before.kind == WORD else "")
            nested = inner.upper(1)
            if nested in ("WITH", "INSERT", "UPDATE", "DELETE", "MERGE") and opened[-1] not in (
                "COLUMNS",
            ):
                read(Walk(inner.group(), reading, walk.text), known)
                opened.pop()
                continue
            inner.next()
        elif upper == ")":
            if opened:
                opened.pop()
            inner.next()
        elif (upper in ("FROM", "JOIN") or (using and upper == "USING")) and not (
            opened and opened[-1] in WITH_FROM
        ):
            distinct = inner.upper(-1) == "DISTINCT"
            inner.next()
            if distinct:
                continue
            tables(inner, found, known)
        elif upper == "WITH" and inner.upper(1) == "ORDINALITY":
            inner.take("WITH", "ORDINALITY")
            inner.take("AS")
            if inner.is_name() and inner.upper(1) == "(":
                # An alias with columns.
                inner.next()
        elif upper == "WITH" and inner.upper(2) in ("AS", "(") and inner.is_name(1):
            read_with_in(inner, walk, known)
        elif token.kind in (WORD, NAME) and inner.upper(1) == "(":
            called(inner, reading)
            inner.next()
        else:
            inner.next()
    return found


def read_with_in(inner: Walk, walk: Walk, known: Known) -> None:
    """Reads a WITH that is not at the beginning of a statement."""
    inner.next()
    read_with(Walk(inner.rest(), walk.reading, walk.text), known)


def tables(inner: Walk, found: List[Name], known: Known) -> None:
    """Adds the tables of the list after FROM or JOIN."""
    while True:
        inner.skip("ONLY", "LATERAL", "TABLE")
        if inner.take("ROWS", "FROM"):
            # Functions that give rows, side by side.
            return
        while inner.upper() == "(" and inner.upper(1) not in (
            "SELECT",
            "WITH",
            "VALUES",
            "(",
            "INSERT",
            "UPDATE",
            "DELETE",
        ):
            # Joins in parentheses.
            inner.next()
        if not inner.is_name() or inner.upper() in ("SELECT", "VALUES"):
            return
        if inner.upper(1) == "(":
            # A function that gives rows.
            return
        table = inner.name()
        if not (table.schema is None and table.name.lower() in known) and not is_catalogue(table):
            if inner.upper() == "(":
                called_name(table.name, inner.reading)
                inner.group()
            elif table not in found:
                found.append(table)
        inner.take("AS")
        if inner.is_name() and inner.upper() not in CLAUSES:
            inner.next()
            inner.group()
        if not inner.take(","):
            return
