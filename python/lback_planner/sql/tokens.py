"""Splits SQL into tokens: words, quoted names, strings, numbers, parameters, signs.

The tokenizer never fails: text that it doesn't know becomes signs.
"""

import functools
import re
from typing import Iterator, List, Optional, Sequence, Tuple

WORD, NAME, STRING, NUMBER, PARAMETER, SIGN = (
    "word",
    "name",
    "string",
    "number",
    "parameter",
    "sign",
)

#: Parameters as drivers and SQLAlchemy write them, which the server doesn't see as an identifier.
PARAMETERS = re.compile(r"%\(\w+\)s|%s|\$\d+|(?<![:\w]):\w+|\?|@\w+")
WORDS = re.compile(r"[^\W\d][\w$]*(?:#\w*)?")
NUMBERS = re.compile(r"\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+")
DOLLAR = re.compile(r"\$(?:[^\W\d]\w*)?\$")
SIGNS = re.compile(r"::|:=|<=|>=|<>|!=|\|\||->>|->|.", re.DOTALL)
PATTERNS = ((WORD, WORDS), (NUMBER, NUMBERS), (PARAMETER, PARAMETERS), (SIGN, SIGNS))

COMMENT_ENDS = re.compile(r"/\*|\*/")
#: The beginning of a comment whose content MySQL runs.
EXECUTED_COMMENT = re.compile(r"/\*!\d*")

MYSQL = ("mysql", "mariadb")
#: Dialects in which a name may stand in brackets, and in which comments nest.
BRACKETS = ("mssql", "sqlite")
NESTED_COMMENTS = ("postgresql", "mssql")


class Token:
    """One token of a text."""

    __slots__ = ("kind", "text", "upper", "start", "end")

    def __init__(self, kind: str, text: str, start: int, end: int) -> None:
        self.kind = kind
        #: Without quotes.
        self.text = text
        #: For comparison with keywords; empty for what can't be one.
        self.upper = text.upper() if kind in (WORD, SIGN) else ""
        self.start = start
        self.end = end

    def __repr__(self) -> str:
        return "%s:%s" % (self.kind, self.text)


def tokens(text: str, dialect: str) -> List[Token]:
    """Returns the tokens of a text, without white space and comments."""
    # A statement is read several times, and in a loop again and again.
    return list(_remembered(text, dialect) if type(text) is str else _split(text, dialect))


@functools.lru_cache(maxsize=512)
def _remembered(text: str, dialect: str) -> List[Token]:
    return _split(text, dialect)


def _split(text: str, dialect: str) -> List[Token]:
    found = []
    position = 0
    while position < len(text):
        after = skip(text, position, dialect)
        if after is None:
            token = token_at(text, position, dialect)
            found.append(token)
            after = token.end
        position = after
    return found


def skip(text: str, position: int, dialect: str) -> Optional[int]:
    """Returns where white space or a comment ends, `None` where a token begins."""
    char = text[position]
    if char.isspace():
        return position + 1
    if text.startswith("--", position) or (char == "#" and dialect in MYSQL):
        end = text.find("\n", position)
        return len(text) if end < 0 else end + 1
    if text.startswith("/*", position):
        executed = EXECUTED_COMMENT.match(text, position) if dialect in MYSQL else None
        return end_of_comment(text, position, dialect) if executed is None else executed.end()
    if dialect in MYSQL and text.startswith("*/", position):
        return position + 2
    return None


def token_at(text: str, position: int, dialect: str) -> Token:
    """Returns the token that begins here."""
    char = text[position]
    is_prefixed = char in "eEnNbBxX" and text.startswith("'", position + 1)
    if char == "'" or is_prefixed:
        escapes = dialect in MYSQL or char in "eE"
        value, end = quoted(text, position + is_prefixed, "'", escapes)
        return Token(STRING, value, position, end)
    if char in ('"', "`"):
        value, end = quoted(text, position, char, False)
        return Token(NAME, value, position, end)
    if char == "[" and dialect in BRACKETS:
        end = text.find("]", position)
        if end > 0:
            return Token(NAME, text[position + 1 : end], position, end + 1)
    if char == "$" and dialect not in MYSQL:
        tag = DOLLAR.match(text, position)
        if tag is not None:
            end = text.find(tag.group(), tag.end())
            end = len(text) if end < 0 else end
            after = min(end + len(tag.group()), len(text))
            return Token(STRING, text[tag.end() : end], position, after)
    return unquoted(text, position)


def unquoted(text: str, position: int) -> Token:
    """Returns the word, number, parameter or sign that begins here."""
    for kind, pattern in PATTERNS:
        if kind == PARAMETER and text.startswith("::", position):
            continue
        match = pattern.match(text, position)
        if match is not None:
            return Token(kind, match.group(), position, match.end())
    raise AssertionError("every character is a sign")


def end_of_comment(text: str, position: int, dialect: str) -> int:
    """Returns where a comment ends."""
    depth = 0
    for match in COMMENT_ENDS.finditer(text, position):
        if match.group() == "/*":
            depth = depth + 1 if dialect in NESTED_COMMENTS else 1
        else:
            depth -= 1
            if depth <= 0:
                return match.end()
    return len(text)


def quoted(text: str, position: int, quote: str, escapes: bool) -> Tuple[str, int]:
    """Returns what stands between quotes, and where that ends."""
    parts = []
    position += 1
    while position < len(text):
        char = text[position]
        if escapes and char == "\\":
            parts.append(text[position + 1 : position + 2])
            position = min(position + 2, len(text))
            continue
        if char == quote:
            if text.startswith(quote, position + 1):
                parts.append(quote)
                position += 2
                continue
            return "".join(parts), position + 1
        parts.append(char)
        position += 1
    return "".join(parts), position


def statements(found: Sequence[Token]) -> Iterator[List[Token]]:
    """Splits at semicolons, except in the bodies of triggers and functions."""
    current: List[Token] = []
    depth = blocks = 0
    for token in found:
        upper = token.upper
        if upper == "(":
            depth += 1
        elif upper == ")":
            depth -= 1
        elif upper == ";" and depth <= 0 and not blocks:
            if current:
                yield current
            current = []
            continue
        elif token.kind == WORD and makes_routine(current):
            blocks = blocks_after(upper, current, blocks)
        current.append(token)
    if current:
        yield current


def blocks_after(upper: str, before: Sequence[Token], blocks: int) -> int:
    """Returns how many blocks of a routine are open after a word."""
    if upper in ("BEGIN", "CASE") and not after(before, ("END",)):
        return blocks + 1
    if blocks and upper in ("IF", "LOOP", "WHILE", "REPEAT") and after(before, OPENERS):
        return blocks + 1
    return max(blocks - 1, 0) if upper == "END" else blocks


#: After these a statement of a routine begins.
OPENERS = (";", "BEGIN", "THEN", "ELSE", "LOOP", "DO", "REPEAT", ":")
ROUTINES = ("TRIGGER", "FUNCTION", "PROCEDURE", "EVENT", "PACKAGE")


def after(current: Sequence[Token], words: Tuple[str, ...]) -> bool:
    """Returns whether the last token is one of these words."""
    return bool(current) and current[-1].upper in words


def makes_routine(current: Sequence[Token]) -> bool:
    """Returns whether a statement that begins so may have a body with semicolons."""
    if not current or current[0].upper not in ("CREATE", "ALTER"):
        return False
    return any(token.upper in ROUTINES for token in current[1:7])
