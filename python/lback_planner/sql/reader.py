"""A walk along the tokens of one statement, and what a text was found to do."""

from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence

from ..diagnostics import ignored
from ..model import Effect, Name
from ..schema.search_path import SearchPath
from ..schema.state import Schema
from ..schema.table import Body
from .tokens import NAME, NUMBER, PARAMETER, STRING, WORD, Token

#: Parts of the values that pretended rows give: a name with one of them in it would come from the
#: rows of a real database.
MARK = "1bacc0de"
#: The one in a scenario that only has other values. No character is where it is in the first one.
MARK_OF_TWIN = "d0f5e7ab"
#: A part of them, or a number, is enough.
MARKS = (MARK[:5], MARK_OF_TWIN[:5], "7918", "7919", "7920", "{}", "[]")


def is_marked(text: str) -> bool:
    """Returns whether a name contains a value of fake rows."""
    text = text.lower()
    return any(mark in text for mark in MARKS)


class Unread(Exception):
    """A statement can't be read. The text is a fragment of a sentence."""


class Grammar(NamedTuple):
    """The functions that read SQL which is nested in other SQL.

    They are passed down instead of imported.
    """

    #: Reads one statement.
    statement: "Callable[[Walk], None]"
    #: Reads a text of statements.
    text: "Callable[[str, Reading], None]"


def nothing_nested(*_: Any) -> None:
    """Raises an error for SQL in a text of which only names are read."""
    raise Unread("has SQL in it that isn't read")


class Reading:
    """The result of reading a SQL text: its `effects`, and `problems` that leave them unknown."""

    def __init__(
        self,
        dialect: str,
        default_schema: Optional[str] = None,
        schema: Optional[Schema] = None,
        grammar: "Optional[Grammar]" = None,
    ) -> None:
        self.dialect = dialect
        self.default_schema = default_schema
        #: The schema that the scripts before left behind, or `None`: indexes and functions are
        #: looked up there.
        self.schema = schema
        self.grammar = Grammar(nothing_nested, nothing_nested) if grammar is None else grammar
        #: Functions that the text itself creates, by name in lower case.
        self.functions: Dict[str, Body] = {}
        #: The words of the statement, or of the clause, that is read.
        self.clause = ""
        #: Whether a body is read: there `SELECT … INTO` creates no table.
        self.procedural = False
        self.effects: List[Effect] = []
        self.problems: List[str] = []
        #: Why it isn't certain that a name without a schema means this table.
        self.unclear: Dict[Name, str] = {}
        #: How many effects the schema has, and whether it is a copy for this reading alone.
        self._settled = 0
        self._has_copy = False

    def settle(self) -> None:
        """Has what follows read before the schema as the effects so far leave it."""
        for effect in self.effects[self._settled :]:
            if effect.change is not None and self.schema is not None:
                if not self._has_copy:
                    self.schema, self._has_copy = self.schema.copy(), True
                self.schema.apply(effect.change)
        self._settled = len(self.effects)

    def new_body(self) -> "Reading":
        """Returns an empty reading for the body of a function or a trigger."""
        return Reading(self.dialect, self.default_schema, self.schema, self.grammar)

    def effect(self, *values: Any, **named: Any) -> Effect:
        """Adds an effect."""
        effect = Effect(*values, **named)
        effect.clause = self.clause
        self.effects.append(effect)
        for table in effect.written():
            if table in self.unclear:
                self.problem(self.unclear[table])
        return effect

    def problem(self, why: str) -> None:
        """Adds a problem, once."""
        if why not in self.problems:
            self.problems.append(why)

    def name(self, name: str, schema: Optional[str] = None) -> Name:
        """Returns a table's name, without the default schema."""
        if schema is not None:
            return Name(name, None if schema == self.default_schema else schema)
        return self.resolved(name)

    def resolved(self, name: str, is_new: bool = False) -> Name:
        """Returns what a name without a schema means by the search path."""
        if self.schema is None:
            return Name(name)
        found = SearchPath(self.schema, self.default_schema).resolve(name, is_new)
        if found.why is not None:
            self.unclear[found.name] = found.why
        return found.name


#: How many words of a statement are kept with its effects.
MOST_WORDS = 2000


def words(tokens: Sequence[Token]) -> str:
    """Returns the words and signs of a statement in upper case, without names in quotes."""
    return " ".join(token.upper for token in tokens[:MOST_WORDS] if token.upper)


class Walk:
    """A position among the tokens of a statement, or of a part of one."""

    def __init__(self, tokens: Sequence[Token], reading: Reading, text: str) -> None:
        self.tokens: List[Token] = list(tokens)
        self.reading = reading
        self.text = text
        self.position = 0

    def peek(self, ahead: int = 0) -> Optional[Token]:
        """Returns a token further ahead, `None` beyond the ends."""
        index = self.position + ahead
        return self.tokens[index] if 0 <= index < len(self.tokens) else None

    def upper(self, ahead: int = 0) -> str:
        """Returns the keyword or sign further ahead, empty for none."""
        token = self.peek(ahead)
        return "" if token is None else token.upper

    def next(self) -> Optional[Token]:
        """Steps over a token, and returns it."""
        token = self.peek()
        self.position += 1
        return token

    def next_text(self, ahead: int = 0) -> str:
        """Returns the text of a token further ahead, empty for none."""
        token = self.peek(ahead)
        return "" if token is None else token.text

    def done(self) -> bool:
        """Returns whether no token is left."""
        return self.position >= len(self.tokens)

    def take(self, *words: str) -> bool:
        """Steps over these words if they come next. Returns whether they did."""
        for ahead, word in enumerate(words):
            if self.upper(ahead) != word:
                return False
        self.position += len(words)
        return True

    def take_any(self, *words: str) -> Optional[str]:
        """Steps over one of these words if it comes next, and returns it."""
        upper = self.upper()
        if upper and upper in words:
            self.position += 1
            return upper
        return None

    def skip(self, *words: str) -> None:
        """Steps over these words, in any order and number."""
        while self.take_any(*words):
            pass

    def identifier(self) -> str:
        """Reads one part of a name, as the database keeps it."""
        token = self.next()
        if token is None:
            raise Unread("ends where a name should be")
        if token.kind == NAME or (
            token.kind == STRING and self.reading.dialect in ("mysql", "mariadb", "sqlite")
        ):
            value = token.text
        elif token.kind == WORD:
            value = token.text
            if self.reading.dialect in ("postgresql", "oracle", "cockroachdb", "redshift"):
                value = value.lower()
        elif token.kind == PARAMETER:
            raise Unread("takes a name from a parameter")
        else:
            raise Unread("has `%s` where a name should be" % token.text[:40])
        if is_marked(value):
            raise Unread("takes a name from rows of the database")
        return value

    def name(self) -> Name:
        """Reads a name, perhaps after a schema or a database."""
        parts = [self.identifier()]
        while self.upper() == ".":
            self.position += 1
            if self.upper() == ".":
                self.position += 1
            parts.append(self.identifier())
        following = self.peek()
        before = self.peek(-1)
        touches = following is not None and before is not None and following.start == before.end
        if (
            following is not None
            and touches
            and following.kind in (PARAMETER, NUMBER, WORD, NAME, STRING)
        ):
            # What comes was put right behind: `t_%s`.
            raise Unread("puts a name together from parts")
        return self.reading.name(parts[-1], parts[-2] if len(parts) > 1 else None)

    def new_name(self) -> Name:
        """Reads the name of an object that is made."""
        start = self.position
        found = self.name()
        if self.position > start + 1:
            return found
        self.reading.unclear.pop(found, None)
        return self.reading.resolved(found.name, is_new=True)

    def other_name(self, old: Name) -> Name:
        """Reads the name that an object gets: alone, it stays in the schema of the old one."""
        start = self.position
        found = self.name()
        if self.position > start + 1:
            return found
        self.reading.unclear.pop(found, None)
        return Name(found.name, old.schema)

    def is_name(self, ahead: int = 0) -> bool:
        """Returns whether a name comes next."""
        token = self.peek(ahead)
        return token is not None and token.kind in (NAME, WORD)

    def group(self) -> List[Token]:
        """Steps over parentheses, and returns what stands in them."""
        if self.upper() != "(":
            return []
        depth = 0
        start = self.position
        while not self.done():
            upper = self.upper()
            self.position += 1
            if upper == "(":
                depth += 1
            elif upper == ")":
                depth -= 1
                if depth == 0:
                    return self.tokens[start + 1 : self.position - 1]
        return self.tokens[start + 1 :]

    def names_in_group(self) -> List[str]:
        """Reads the names of columns in parentheses, without expressions."""
        inner = Walk(self.group(), self.reading, self.text)
        names = []
        while not inner.done():
            try:
                names.append(inner.identifier())
            except Unread as why:
                ignored(why, "an expression is no column")
            inner.until(",")
            inner.take(",")
        return names

    def until(self, *words: str) -> List[Token]:
        """Steps to the next of these words outside of parentheses, and returns what precedes it."""
        start = self.position
        while not self.done():
            upper = self.upper()
            if upper in words and upper:
                break
            if upper == "(":
                self.group()
            else:
                self.position += 1
        return self.tokens[start : self.position]

    def rest(self) -> List[Token]:
        """Steps to the end, and returns what precedes it."""
        found = self.tokens[self.position :]
        self.position = len(self.tokens)
        return found

    def said(self, tokens: Sequence[Token]) -> str:
        """Returns the text of these tokens."""
        return self.text[tokens[0].start : tokens[-1].end] if tokens else ""
