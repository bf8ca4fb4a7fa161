"""Reads what the bodies of functions, triggers and DO blocks do when they run."""

from typing import Iterator, List, Optional, Sequence

from ..model import Effect, Name
from ..schema.constraint_changes import CreateTrigger
from ..schema.object_changes import CreateFunction
from ..schema.table import Body, Trigger, Write
from . import dml
from .keywords import HEADS
from .reader import Reading, Unread, Walk
from .tokens import STRING, Token, after, tokens

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
    rest = walk.rest()
    inner = reading.new_body()
    inner.functions = reading.functions
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
    reading.effect("create_function", None, str(name), change=CreateFunction(name.name, made))


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
    effect = Effect(
        "create_trigger",
        table,
        name,
        detail=None if function is None else "calls %s" % function,
        change=CreateTrigger(
            table, Trigger(name, None if function is None else function.name, events, body)
        ),
    )
    reading.effects.append(effect)
