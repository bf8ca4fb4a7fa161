"""Reads what the bodies of functions, triggers and DO blocks do when they run."""

from typing import Iterator, List, Optional, Sequence

from ..model import Effect, Name
from ..schema.constraint_changes import CreateTrigger
from ..schema.dependants import mentioned
from ..schema.object_changes import CreateFunction
from ..schema.table import Body, Trigger, Write
from . import dml
from .keywords import HEADS
from .paths import path_change, setting
from .reader import Reading, Unread, Walk
from .tokens import NAME, STRING, WORD, Token, after, tokens

#: What a procedural statement may begin with before the SQL in it.
CONTROL = ("BEGIN", "THEN", "ELSE", "LOOP", "DECLARE", "EXCEPTION", "ATOMIC", "DO", "REPEAT")
#: What triggers fire for.
FIRING = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")
NOTHING = (
    "RAISE",
    "NULL",
    "EXIT",
    "CONTINUE",
    "END",
    "GET",
    "CLOSE",
    "OPEN",
    "FETCH",
    "ASSERT",
    "COMMIT",
    "ROLLBACK",
    "LEAVE",
    "ITERATE",
    "SIGNAL",
    "PRINT",
    "THROW",
    "NOTIFY",
    "GOTO",
)


def read_body(text: str, reading: Reading, tokens_of_body: Optional[List[Token]] = None) -> None:
    """Reads a body. Everything in it may happen: all effects are conditional."""
    found = tokens(text, reading.dialect) if tokens_of_body is None else tokens_of_body
    before = len(reading.effects)
    outer = reading.procedural
    reading.procedural = True
    for part in parts(found):
        reading.settle()
        try:
            procedural(Walk(part, reading, text))
        except Unread as why:
            reading.problem("runs a body that %s" % why)
    reading.procedural = outer
    for effect in reading.effects[before:]:
        effect.conditional = True


def parts(found: Sequence[Token]) -> Iterator[List[Token]]:
    """Splits a body at semicolons, and at the words of control, which need no semicolon."""
    current: List[Token] = []
    depth = cases = 0
    for token in found:
        upper = token.upper
        depth += {"(": 1, ")": -1}.get(upper, 0)
        if depth <= 0:
            if upper == "CASE" and not after(current, ("END",)) and current:
                cases += 1
            elif upper == "END" and cases:
                cases -= 1
                current.append(token)
                continue
            if upper == ";":
                if current:
                    yield current
                current = []
                continue
            if (
                upper in CONTROL
                and not cases
                and not (upper == "DO" and after(current, (")", "CONFLICT")))
                and not (upper == "EXCEPTION" and after(current, ("RAISE",)))
            ):
                if current:
                    yield current
                current = []
                continue
        current.append(token)
    if current:
        yield current


def procedural(walk: Walk) -> None:
    """Reads one statement of a body."""
    reading = walk.reading
    while walk.upper() in ("<<",) or (walk.upper(1) == ":" and walk.upper(2) != "="):
        walk.position += 2
    verb = walk.upper()
    if verb in NOTHING:
        return
    if verb in ("IF", "ELSIF", "ELSEIF", "WHILE", "WHEN", "CASE", "RETURN", "UNTIL", "FOREACH"):
        walk.next()
        if verb == "RETURN" and walk.take("QUERY"):
            if walk.take("EXECUTE"):
                return dynamic(walk)
            return reading.grammar.statement(walk)
        reads(reading, dml.mentions(walk, walk.rest(), frozenset()))
        return
    if verb == "FOR":
        walk.until("IN")
        walk.take("IN")
        if walk.take("EXECUTE"):
            return dynamic(walk)
        if walk.upper() in ("SELECT", "WITH", "("):
            return dml.read(walk)
        reads(reading, dml.mentions(walk, walk.rest(), frozenset()))
        return
    if verb in ("EXECUTE", "EXEC"):
        walk.next()
        return dynamic(walk)
    if verb == "PERFORM":
        dml.read(walk)
        return
    if verb == "SET" and path_change(walk) is not None:
        return reading.grammar.statement(walk)
    if verb == "SET" or verb == "LANGUAGE":
        reads(reading, dml.mentions(walk, walk.rest(), frozenset()))
        return
    if any(token.upper in (":=",) for token in walk.tokens[:6]) or (
        walk.upper(1) == "=" and walk.is_name()
    ):
        reads(reading, dml.mentions(walk, walk.rest(), frozenset()))
        return
    if is_declaration(walk):
        return
    reading.grammar.statement(walk)


def reads(reading: Reading, tables: Sequence[Name]) -> None:
    """Adds that tables are read."""
    for table in tables:
        reading.effect("select", table)


def is_declaration(walk: Walk) -> bool:
    """Returns whether a variable is declared (`name type;`): the first word begins no statement."""
    return walk.is_name() and walk.upper() not in HEADS


def dynamic(walk: Walk) -> None:
    """Reads EXECUTE of a text, which must be one literal."""
    found = walk.rest()
    if (
        found
        and found[0].kind == STRING
        and (len(found) == 1 or found[1].upper in ("USING", "INTO"))
    ):
        walk.reading.grammar.text(found[0].text, walk.reading)
        return
    raise Unread("puts SQL together as it runs")


def create_function(walk: Walk) -> None:
    """Reads `CREATE FUNCTION` and `CREATE PROCEDURE`, from the name on."""
    reading = walk.reading
    name = walk.name()
    start = walk.position
    arguments = arguments_of(walk, name)
    walk.position = start
    rest = walk.rest()
    inner = reading.new_body()
    inner.functions = reading.functions
    set_path_of(inner, rest)
    languages = [
        rest[index + 1].text.lower()
        for index, token in enumerate(rest[:-1])
        if token.upper == "LANGUAGE"
    ]
    strings = [token for token in rest if token.kind == STRING and len(token.text) > 1]
    if languages and languages[0] not in ("sql", "plpgsql"):
        inner.problem("is written in %s" % languages[0])
    elif (
        languages
        or any(token.upper == "AS" for token in rest[:-1])
        and strings
        and reading.dialect == "postgresql"
    ):
        bodies = [
            rest[index + 1]
            for index, token in enumerate(rest[:-1])
            if token.upper == "AS" and rest[index + 1].kind == STRING
        ]
        for body in bodies:
            read_body(body.text, inner)
        if not bodies:
            read_body(walk.text, inner, after_head(rest))
    else:
        read_body(walk.text, inner, after_head(rest))
    made = body_of(inner)
    reading.functions[name.name.lower()] = made
    change = CreateFunction(
        name.name, made, arguments, words_of(rest) if reading.dialect == "postgresql" else []
    )
    reading.effect("create_function", None, str(name), change=change)


def set_path_of(inner: Reading, rest: Sequence[Token]) -> None:
    """Reads `SET search_path = …` of a function, which holds for its body."""
    for index, token in enumerate(rest[:-2]):
        if token.upper == "SET" and rest[index + 1].upper == "SEARCH_PATH":
            change = setting(inner, rest[index + 2 :])
            inner.effect("execute", detail="set", change=change)
            inner.settle()
            return


def words_of(rest: Sequence[Token]) -> List[str]:
    """Returns the names that a function may need: all but those in a text that the server doesn't
    parse.
    """
    return sorted({token.text.lower() for token in rest if token.kind in (WORD, NAME)})


def arguments_of(walk: Walk, name: Name) -> str:
    """Reads the arguments of a function, in a form that tells functions of one name apart."""
    types: List[str] = []
    inner = Walk(walk.group(), walk.reading, walk.text)
    while not inner.done():
        part = Walk(inner.until(","), walk.reading, walk.text)
        inner.take(",")
        words = [token for token in part.until("DEFAULT", "=", ":=") if token.kind in (WORD, NAME)]
        if words and words[0].upper not in ("OUT", "TABLE"):
            kind = words[-1].text.lower()
            types.append(SAME_TYPES.get(kind, kind))
    schema = walk.reading.default_schema if name.schema is None else name.schema
    return "%s.(%s)" % (schema, ", ".join(types))


#: Types that have two names.
SAME_TYPES = {
    "int": "integer", "int4": "integer", "int8": "bigint", "int2": "smallint", "bool": "boolean",
    "varchar": "varying", "precision": "float8", "decimal": "numeric",
}  # fmt: skip


def after_head(rest: List[Token]) -> List[Token]:
    """Returns the body of a function that is no string."""
    for index, token in enumerate(rest):
        if token.upper in ("BEGIN", "RETURN"):
            return rest[index:]
    return rest


def body_of(inner: Reading) -> Body:
    """Returns what a body does."""
    does: List[Write] = []
    for effect in inner.effects:
        for table in effect.written():
            write = Write(effect.kind, table)
            if write not in does:
                does.append(write)
    return Body(does, not inner.problems)


def trigger(walk: Walk, table: Name, name: str, head: List[Token]) -> None:
    """Reads what follows `CREATE TRIGGER … ON t`; `head` is what precedes that."""
    reading = walk.reading
    function = None
    rest = walk.rest()
    body = Body([], False)
    # SQL Server says behind the table what fires it.
    said = (
        head
        if any(token.upper in FIRING for token in head)
        else rest[: next((index for index, token in enumerate(rest) if token.upper == "AS"), 0)]
    )
    events = sorted({token.upper for token in said} & set(FIRING))
    for index, token in enumerate(rest):
        if (
            token.upper == "EXECUTE"
            and index + 2 < len(rest)
            and rest[index + 1].upper in ("FUNCTION", "PROCEDURE")
        ):
            function = Walk(rest[index + 2 :], reading, walk.text).name()
            break
        # MySQL and SQL Server need no BEGIN for one statement.
        alone = (token.upper == "AS" and reading.dialect == "mssql") or (
            token.upper == "ROW"
            and index
            and rest[index - 1].upper == "EACH"
            and reading.dialect in ("mysql", "mariadb")
        )
        if alone and index + 1 < len(rest) and rest[index + 1].upper in ("FOLLOWS", "PRECEDES"):
            index += 2
        if token.upper == "BEGIN" or (
            alone and index + 1 < len(rest) and rest[index + 1].upper != "BEGIN"
        ):
            inner = reading.new_body()
            read_body(walk.text, inner, rest[index + 1 :] if alone else rest[index:])
            body = body_of(inner)
            break
    needs = sorted(mentioned(walk.said(rest))) if reading.dialect == "postgresql" else []
    effect = Effect(
        "create_trigger",
        table,
        name,
        detail=None if function is None else "calls %s" % function,
        change=CreateTrigger(
            table, Trigger(name, None if function is None else function.name, events, body), needs
        ),
    )
    effect.clause = reading.clause
    reading.effects.append(effect)


def rule(walk: Walk) -> None:
    """Reads `CREATE RULE`, from the name on. A rule acts as a trigger does."""
    name = walk.identifier()
    walk.until("ON")
    walk.take("ON")
    event = walk.upper()
    walk.next()
    if not walk.take("TO"):
        raise Unread("makes a rule, and it isn't clear on which table")
    table = walk.name()
    walk.until("DO")
    walk.take("DO")
    walk.skip("ALSO", "INSTEAD")
    inner = walk.reading.new_body()
    body = Walk(walk.group() if walk.upper() == "(" else walk.rest(), inner, walk.text)
    if not body.take("NOTHING"):
        while not body.done():
            dml.read(Walk(body.until(";"), inner, walk.text))
            body.take(";")
    trigger = Trigger(name, None, [event] if event in FIRING else [], body_of(inner))
    walk.reading.effect(
        "create_trigger", table, name, detail="rule", change=CreateTrigger(table, trigger)
    )
