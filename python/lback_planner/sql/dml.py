"""Reads the statements that read and write rows: SELECT, INSERT, UPDATE, DELETE, MERGE, and what is nested in them."""

from . import known_functions
from .reader import Unread, Walk
from .tokens import NAME, STRING, WORD

#: Functions whose arguments may have a FROM of their own.
WITH_FROM = {"EXTRACT", "SUBSTRING", "TRIM", "OVERLAY", "POSITION", "BTRIM"}
#: What may follow a table in a FROM without being its alias.
CLAUSES = frozenset(
    """
    WHERE GROUP ORDER HAVING LIMIT OFFSET UNION EXCEPT INTERSECT ON USING JOIN INNER LEFT RIGHT FULL CROSS NATURAL SET RETURNING WINDOW FETCH FOR
    WHEN AND OR LATERAL OUTER STRAIGHT_JOIN QUALIFY DO VALUES SELECT
    """.split()
)


def read_with(walk, known):
    """`WITH a AS (…), b AS (…)`, and the statement for which they are made."""
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


def read(walk, known=frozenset()):
    """One statement. `known`: what names in it mean no tables."""
    while walk.upper() == "(" and walk.position + 1 < len(walk.tokens):
        inner = Walk(walk.group(), walk.reading, walk.text)
        read(inner, known)
        if walk.done():
            return
    verb = walk.upper()
    if verb == "WITH":
        walk.next()
        read_with(walk, known)
    elif verb in ("SELECT", "VALUES", "TABLE", "PERFORM", "UNION", "EXCEPT", "INTERSECT", "ORDER", "LIMIT"):
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
        raise Unread("begins with `%s`, which isn't understood" % (walk.peek().text[:40] if walk.peek() else ""))


def read_select(walk, known):
    before = walk.position
    while not walk.done():
        # Where it makes a table of its rows.
        if walk.upper() == "INTO" and walk.reading.dialect not in ("mysql", "mariadb", "oracle"):
            walk.next()
            walk.skip("TEMP", "TEMPORARY", "UNLOGGED", "TABLE")
            if walk.upper() != "STRICT" and walk.is_name():
                target = walk.name()
                if not getattr(walk.reading, "procedural", False):
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


def read_insert(walk, known):
    replaces = walk.upper(-1) == "REPLACE"
    if walk.take("OR"):
        replaces = walk.next().upper == "REPLACE"
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


def read_update(walk, known):
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
        walk.reading.effect("update", target, refs=[table for table in refs if table != target]).columns = columns


def set_columns(tokens):
    """The names of the columns behind SET, each before its `=`."""
    columns, depth = [], 0
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


def set_targets(walk, names, first):
    targets = []
    while not walk.done():
        if walk.is_name() and walk.upper(1) == "." and walk.is_name(2):
            if walk.upper(3) == "=":
                table = names.get(walk.peek().text.lower())
            elif walk.upper(3) == "." and walk.upper(5) == "=":
                table = names.get(walk.peek(2).text.lower())
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


def read_delete(walk, known):
    walk.skip("LOW_PRIORITY", "QUICK", "IGNORE")
    if walk.take("FROM"):
        walk.take("ONLY")
        target = walk.name()
        rest = walk.rest()
        if rest and rest[0].upper in (",", "USING") and walk.reading.dialect in ("mysql", "mariadb"):
            return several_deleted(walk, [target], rest, known)
        walk.reading.effect("delete", target, refs=[table for table in mentions(walk, rest, known, True) if table != target])
        return
    # DELETE a, b FROM …, or in SQL Server DELETE a FROM ….
    targets = []
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


def several_deleted(walk, targets, rest, known):
    names = aliases_in_from(walk, rest, known)
    refs = mentions(walk, rest, known, True)
    for target in targets:
        target = names.get(target.name.lower(), target)
        walk.reading.effect("delete", target, refs=[table for table in refs if table != target])


def aliases_in_from(walk, tokens, known):
    for index, token in enumerate(tokens):
        if token.upper in ("FROM", "USING"):
            return aliases(walk, tokens[index + 1 :], known)
    return aliases(walk, tokens, known)


def aliases(walk, tokens, known):
    """Tables of a FROM by the names that they have in the statement."""
    inner = Walk(tokens, walk.reading, walk.text)
    names = {}
    while not inner.done():
        if inner.upper() == "(":
            inner.group()
        elif inner.is_name() and inner.upper() not in CLAUSES:
            table = inner.name()
            inner.take("AS")
            names[table.name.lower()] = table
            if inner.is_name() and inner.upper() not in CLAUSES:
                names[inner.next().text.lower()] = table
        found = inner.until(",", "JOIN", "WHERE", "SET")
        if inner.upper() in ("WHERE", "SET") or (not found and inner.done()):
            break
        inner.next()
    return names


def mentions(walk, tokens, known, using=False):
    """The tables that an expression, or the rest of a statement, reads. What is nested in it is read as well, and so are calls."""
    reading = walk.reading
    found = []
    inner = Walk(list(tokens), reading, walk.text)
    opened = []
    while not inner.done():
        token = inner.peek()
        upper = token.upper
        if upper == "(":
            before = inner.peek(-1)
            opened.append(before.upper if before is not None and before.kind == WORD else "")
            nested = inner.upper(1)
            if nested in ("WITH", "INSERT", "UPDATE", "DELETE", "MERGE") and opened[-1] not in ("COLUMNS",):
                read(Walk(inner.group(), reading, walk.text), known)
                opened.pop()
                continue
            inner.next()
        elif upper == ")":
            if opened:
                opened.pop()
            inner.next()
        elif (upper in ("FROM", "JOIN") or (using and upper == "USING")) and not (opened and opened[-1] in WITH_FROM):
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


def read_with_in(inner, walk, known):
    inner.next()
    read_with(Walk(inner.rest(), walk.reading, walk.text), known)


def tables(inner, found, known):
    """The list behind FROM or JOIN."""
    while True:
        inner.skip("ONLY", "LATERAL", "TABLE")
        while inner.upper() == "(" and inner.upper(1) not in ("SELECT", "WITH", "VALUES", "(", "INSERT", "UPDATE", "DELETE"):
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


def is_catalogue(table):
    """The server's own tables, which say what there is."""
    schema, name = (table.schema or "").lower(), table.name.lower()
    if schema in ("information_schema", "pg_catalog", "sys", "mysql", "performance_schema"):
        return True
    return schema == "" and (name.startswith(("pg_", "sqlite_", "pragma_", "all_", "user_", "dba_")) and name not in ("user_", "all_")) and is_system(name)


def is_system(name):
    if name.startswith(("sqlite_", "pragma_", "pg_")):
        return True
    return name.split("_", 1)[1] in ("tables", "tab_columns", "constraints", "indexes", "cons_columns", "sequences", "objects", "triggers", "ind_columns")


def searched(reading, schemas):
    """Where tables without a schema are looked for. Without any place, names with a schema are all that is left."""
    first = [schema for schema in schemas if schema.lower() not in ("pg_catalog", "pg_temp", "default", "")][:1]
    if first and reading.default_schema is not None and first[0].lower() != str(reading.default_schema).lower():
        reading.problem("looks for tables in another schema (`%s`) from here on" % first[0])


def called(inner, reading):
    token = inner.peek()
    if token.text.lower() == "set_config" and any(each.text.lower() == "search_path" for each in inner.tokens[inner.position : inner.position + 3]):
        following = [each.text for each in inner.tokens[inner.position + 3 :] if each.kind == STRING]
        return searched(reading, following[0].split(",")[:1] if following else [])
    if inner.upper(-1) == "." and token.kind in (WORD, NAME):
        schema = inner.peek(-2).text.lower() if inner.peek(-2) is not None else ""
        if schema not in OWN_SCHEMAS and schema != str(reading.default_schema).lower():
            return called_name(token.text, reading, True)
    if token.kind == WORD and token.upper in known_functions.KEYWORDS:
        return
    before = inner.peek(-1)
    if before is not None and before.upper in ("INTO", "AS", "UPDATE", ")", "JOIN", "::", "RECURSIVE", "TABLE", "REFERENCES", "WINDOW"):
        return
    if before is not None and before.kind in (WORD, NAME) and before.upper not in known_functions.KEYWORDS:
        # An alias with columns.
        return
    called_name(token.text, reading)


#: Schemas whose functions are the server's, or an extension's.
OWN_SCHEMAS = ("pg_catalog", "public", "extensions", "sys", "dbo", "information_schema", "mysql")


def called_name(name, reading, of_project=False):
    """`of_project`: in a schema in which the server has no functions."""
    if known_functions.is_harmless(name) and not of_project:
        return
    body = reading.functions.get(name.lower()) or (reading.schema.function(name) if reading.schema is not None else None)
    if body is None:
        reading.problem("calls the function `%s`, which may write" % name)
        return
    for kind, schema, written in body["does"]:
        reading.effect(kind, reading.name(written, schema), detail="by the function %s" % name).conditional = True
    if not body["complete"]:
        reading.problem("calls the function `%s`, whose body isn't understood" % name)


