"""Takes SQL apart: words, quoted names, strings, numbers, parameters, signs. Never fails: what it doesn't know is a sign."""

import re

WORD, NAME, STRING, NUMBER, PARAMETER, SIGN = "word", "name", "string", "number", "parameter", "sign"

#: SQL that the server doesn't see as an identifier: parameters as drivers and SQLAlchemy write them.
PARAMETERS = re.compile(r"%\(\w+\)s|%s|\$\d+|(?<![:\w]):\w+|\?|@\w+")
WORDS = re.compile(r"[^\W\d][\w$]*(?:#\w*)?")
NUMBERS = re.compile(r"\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+")
DOLLAR = re.compile(r"\$(?:[^\W\d]\w*)?\$")
SIGNS = re.compile(r"::|:=|<=|>=|<>|!=|\|\||->>|->|.", re.DOTALL)


class Token:
    __slots__ = ("kind", "text", "upper", "start", "end")

    def __init__(self, kind, text, start, end):
        self.kind = kind
        #: Without quotes.
        self.text = text
        #: For comparison with keywords; empty for what can't be one.
        self.upper = text.upper() if kind in (WORD, SIGN) else ""
        self.start = start
        self.end = end

    def __repr__(self):
        return "%s:%s" % (self.kind, self.text)


def tokens(text, dialect):
    found = []
    position = 0
    mysql = dialect in ("mysql", "mariadb")
    length = len(text)
    while position < length:
        char = text[position]
        if char.isspace():
            position += 1
            continue
        start = position
        if text.startswith("--", position) or (mysql and char == "#"):
            end = text.find("\n", position)
            position = length if end < 0 else end + 1
            continue
        if text.startswith("/*", position):
            if mysql and text.startswith("/*!", position):
                # MySQL runs what stands in there.
                position = re.compile(r"/\*!\d*").match(text, position).end()
                continue
            position = end_of_comment(text, position, dialect)
            continue
        if mysql and text.startswith("*/", position):
            position += 2
            continue
        if char == "'" or (char in "eEnNbBxX" and text.startswith("'", position + 1)):
            escapes = mysql or char in "eE"
            quote = position if char == "'" else position + 1
            value, position = quoted(text, quote, "'", escapes)
            found.append(Token(STRING, value, start, position))
            continue
        if char == '"' or char == "`":
            value, position = quoted(text, position, char, False)
            found.append(Token(NAME, value, start, position))
            continue
        if char == "[" and dialect in ("mssql", "sqlite") and text.find("]", position) > 0:
            end = text.find("]", position)
            found.append(Token(NAME, text[position + 1 : end], start, end + 1))
            position = end + 1
            continue
        if char == "$" and not mysql:
            tag = DOLLAR.match(text, position)
            if tag is not None:
                end = text.find(tag.group(), tag.end())
                end = length if end < 0 else end
                found.append(Token(STRING, text[tag.end() : end], start, end + len(tag.group())))
                position = end + len(tag.group())
                continue
        for kind, pattern in ((WORD, WORDS), (NUMBER, NUMBERS), (PARAMETER, PARAMETERS), (SIGN, SIGNS)):
            if kind == PARAMETER and char == ":" and text.startswith("::", position):
                continue
            match = pattern.match(text, position)
            if match is not None:
                position = match.end()
                found.append(Token(kind, match.group(), start, position))
                break
    return found


def end_of_comment(text, position, dialect):
    depth = 0
    for match in re.compile(r"/\*|\*/").finditer(text, position):
        if match.group() == "/*":
            # Only PostgreSQL and SQL Server nest them.
            depth = depth + 1 if dialect in ("postgresql", "mssql") else 1
        else:
            depth -= 1
            if depth <= 0:
                return match.end()
    return len(text)


def quoted(text, position, quote, escapes):
    """What stands between quotes, and where it ends."""
    parts = []
    position += 1
    while position < len(text):
        char = text[position]
        if escapes and char == "\\":
            parts.append(text[position + 1 : position + 2])
            position += 2
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


def statements(found):
    """Splits at semicolons, except inside of the bodies of triggers and functions."""
    current = []
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
            if upper in ("BEGIN", "CASE") and not after(current, ("END",)):
                blocks += 1
            elif blocks and upper in ("IF", "LOOP", "WHILE", "REPEAT") and after(current, OPENERS):
                blocks += 1
            elif upper == "END":
                blocks = max(blocks - 1, 0)
        current.append(token)
    if current:
        yield current


#: After these a statement of a routine begins.
OPENERS = (";", "BEGIN", "THEN", "ELSE", "LOOP", "DO", "REPEAT", ":")


def after(current, words):
    return bool(current) and current[-1].upper in words


def makes_routine(current):
    if not current or current[0].upper not in ("CREATE", "ALTER"):
        return False
    return any(token.upper in ("TRIGGER", "FUNCTION", "PROCEDURE", "EVENT", "PACKAGE") for token in current[1:7])
