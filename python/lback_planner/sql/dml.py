"""Reads the statements that read and write rows, and what is nested in them."""

from typing import AbstractSet, Dict, List, Optional, Sequence

from ..model import Name
from . import known_functions
from .reader import Reading, Unread, Walk
from .tokens import NAME, STRING, WORD, Token

#: Names in a statement that mean no tables.
Known = AbstractSet[str]
#: Tables by the names that they have in a statement.
Aliases = Dict[str, Name]

#: Functions whose arguments may have a FROM of their own.
WITH_FROM = {"EXTRACT", "SUBSTRING", "TRIM", "OVERLAY", "POSITION", "BTRIM"}
#: What may follow a table in a FROM without being its alias.
CLAUSES = frozenset(
    """
    WHERE GROUP ORDER HAVING LIMIT OFFSET UNION EXCEPT INTERSECT ON USING JOIN INNER LEFT RIGHT FULL
    CROSS NATURAL SET RETURNING WINDOW FETCH FOR WHEN AND OR LATERAL OUTER STRAIGHT_JOIN QUALIFY DO
    VALUES SELECT
    """.split()
)


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
                    walk.reading.effect("create_table", target, change=("create_table", {}))
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
        walk.reading.effect("update", target, detail="that are there").conditional = True


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


def aliases_in_from(walk: Walk, tokens: Sequence[Token], known: Known) -> Aliases:
    """Returns the tables of the first FROM or USING, by the names that they have there."""
    for index, token in enumerate(tokens):
        if token.upper in ("FROM", "USING"):
            return aliases(walk, tokens[index + 1 :], known)
    return aliases(walk, tokens, known)


def aliases(walk: Walk, tokens: Sequence[Token], known: Known) -> Aliases:
    """Returns the tables of a FROM, by the names that they have in the statement."""
    inner = Walk(tokens, walk.reading, walk.text)
    names: Aliases = {}
    while not inner.done():
        if inner.upper() == "(":
            inner.group()
        elif inner.is_name() and inner.upper() not in CLAUSES:
            table = inner.name()
            inner.take("AS")
            names[table.name.lower()] = table
            if inner.is_name() and inner.upper() not in CLAUSES:
                names[inner.next_text().lower()] = table
                inner.next()
        found = inner.until(",", "JOIN", "WHERE", "SET")
        if inner.upper() in ("WHERE", "SET") or (not found and inner.done()):
            break
        inner.next()
    return names


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


def searched(reading: Reading, schemas: Sequence[str]) -> None:
    """Adds a problem if tables without a schema are looked for in another one from here on."""
    first = [
        schema
        for schema in schemas
        if schema.lower() not in ("pg_catalog", "pg_temp", "default", "")
    ][:1]
    if (
        first
        and reading.default_schema is not None
        and first[0].lower() != str(reading.default_schema).lower()
    ):
        reading.problem("looks for tables in another schema (`%s`) from here on" % first[0])


def called(inner: Walk, reading: Reading) -> None:
    """Reads the name before a parenthesis, which may be that of a function."""
    token = inner.tokens[inner.position]
    if token.text.lower() == "set_config" and any(
        each.text.lower() == "search_path"
        for each in inner.tokens[inner.position : inner.position + 3]
    ):
        following = [
            each.text for each in inner.tokens[inner.position + 3 :] if each.kind == STRING
        ]
        return searched(reading, following[0].split(",")[:1] if following else [])
    if inner.upper(-1) == "." and token.kind in (WORD, NAME):
        qualifier = inner.peek(-2)
        schema = "" if qualifier is None else qualifier.text.lower()
        if schema not in OWN_SCHEMAS and schema != str(reading.default_schema).lower():
            return called_name(token.text, reading, True)
    if token.kind == WORD and token.upper in known_functions.KEYWORDS:
        return
    before = inner.peek(-1)
    if before is not None and before.upper in (
        "INTO",
        "AS",
        "UPDATE",
        ")",
        "JOIN",
        "::",
        "RECURSIVE",
        "TABLE",
        "REFERENCES",
        "WINDOW",
    ):
        return
    if (
        before is not None
        and before.kind in (WORD, NAME)
        and before.upper not in known_functions.KEYWORDS
    ):
        # An alias with columns.
        return
    called_name(token.text, reading)


#: Schemas whose functions are the server's, or an extension's.
OWN_SCHEMAS = ("pg_catalog", "public", "extensions", "sys", "dbo", "information_schema", "mysql")


def called_name(name: str, reading: Reading, of_project: bool = False) -> None:
    """Adds what a function does.

    `of_project` is for a function in a schema in which the server has none of its own.
    """
    if known_functions.is_harmless(name) and not of_project:
        return
    body = reading.functions.get(name.lower()) or (
        reading.schema.function(name) if reading.schema is not None else None
    )
    if body is None:
        reading.problem("calls the function `%s`, which may write" % name)
        return
    for kind, schema, written in body["does"]:
        reading.effect(
            kind, reading.name(written, schema), detail="by the function %s" % name
        ).conditional = True
    if not body["complete"]:
        reading.problem("calls the function `%s`, whose body isn't understood" % name)
