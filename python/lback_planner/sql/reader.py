"""A walk along the tokens of one statement, and what it comes to."""

from ..model import Effect, Name
from .tokens import NAME, NUMBER, PARAMETER, SIGN, STRING, WORD

#: Parts of the values that pretended rows give: a name with one of them in it would come from the rows of a real database.
MARK = "1bacc0de"
#: A part of it, or what is left of a date, is enough.
MARKS = (MARK[:5], "7918", "7919", "7920", "{}", "[]", "200102", "2001_02", "2001-02")


def is_marked(text):
    text = text.lower()
    return any(mark in text for mark in MARKS)


class Unread(Exception):
    """A statement can't be read. The text is a fragment of a sentence."""


class Reading:
    """What a text of SQL does: `effects`, and `problems` that keep it from being known."""

    def __init__(self, dialect, default_schema=None, schema=None):
        self.dialect = dialect
        self.default_schema = default_schema
        #: What the scripts before left behind, or `None`: indexes and functions are looked up there.
        self.schema = schema
        #: Functions that the text itself makes.
        self.functions = {}
        self.effects = []
        self.problems = []

    def effect(self, *values, **named):
        effect = Effect(*values, **named)
        self.effects.append(effect)
        return effect

    def problem(self, why):
        if why not in self.problems:
            self.problems.append(why)

    def name(self, name, schema=None):
        return Name(name, None if schema is None or schema == self.default_schema else schema)


class Walk:
    def __init__(self, tokens, reading, text):
        self.tokens = tokens
        self.reading = reading
        self.text = text
        self.position = 0

    def peek(self, ahead=0):
        index = self.position + ahead
        return self.tokens[index] if 0 <= index < len(self.tokens) else None

    def upper(self, ahead=0):
        token = self.peek(ahead)
        return "" if token is None else token.upper

    def next(self):
        token = self.peek()
        self.position += 1
        return token

    def done(self):
        return self.position >= len(self.tokens)

    def take(self, *words):
        """Steps over these words, where they come next."""
        for ahead, word in enumerate(words):
            if self.upper(ahead) != word:
                return False
        self.position += len(words)
        return True

    def take_any(self, *words):
        upper = self.upper()
        if upper and upper in words:
            self.position += 1
            return upper
        return None

    def skip(self, *words):
        while self.take_any(*words):
            pass

    def identifier(self):
        """One part of a name, as the database keeps it."""
        token = self.next()
        if token is None:
            raise Unread("ends where a name should be")
        if token.kind == NAME or (token.kind == STRING and self.reading.dialect in ("mysql", "mariadb", "sqlite")):
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

    def name(self):
        """A name with a schema, or a database, before it."""
        parts = [self.identifier()]
        while self.upper() == ".":
            self.position += 1
            if self.upper() == ".":
                self.position += 1
            parts.append(self.identifier())
        following = self.peek()
        before = self.peek(-1)
        if following is not None and following.start == before.end and following.kind in (PARAMETER, NUMBER, WORD, NAME, STRING):
            # What comes was put right behind: `t_%s`.
            raise Unread("puts a name together from parts")
        return self.reading.name(parts[-1], parts[-2] if len(parts) > 1 else None)

    def is_name(self, ahead=0):
        token = self.peek(ahead)
        return token is not None and token.kind in (NAME, WORD)

    def group(self):
        """Steps over what stands in parentheses, and returns it."""
        if self.upper() != "(":
            return []
        depth = 0
        start = self.position
        while not self.done():
            upper = self.next().upper
            if upper == "(":
                depth += 1
            elif upper == ")":
                depth -= 1
                if depth == 0:
                    return self.tokens[start + 1 : self.position - 1]
        return self.tokens[start + 1 :]

    def names_in_group(self):
        """The names of columns in parentheses."""
        inner = Walk(self.group(), self.reading, self.text)
        names = []
        while not inner.done():
            try:
                names.append(inner.identifier())
            except Unread:
                pass
            inner.until(",")
            inner.take(",")
        return names

    def until(self, *words):
        """Steps to the next of these words outside of parentheses, and returns what lies between."""
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

    def rest(self):
        found = self.tokens[self.position :]
        self.position = len(self.tokens)
        return found

    def said(self, tokens):
        """The text of these tokens."""
        return self.text[tokens[0].start : tokens[-1].end] if tokens else ""


def is_sign(token, sign):
    return token is not None and token.kind == SIGN and token.text == sign
