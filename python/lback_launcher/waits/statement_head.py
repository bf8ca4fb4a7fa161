"""The head of a statement, without its literals, which may be data of users."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Match, Pattern

#: Characters that are shown.
LONGEST = 160
#: Characters of a statement that are looked at.
MOST = 20_000

COMMENT = r"(?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))"
#: A number that isn't a part of a name.
NUMBER = r"(?P<number>(?<![\w.\"`])(?:0x[0-9a-f]+|\d+(?:\.\d*)?(?:e[+-]?\d+)?))"
#: Strings, also those that the server has cut off. A backslash escapes in `E'…'` alone.
POSTGRESQL = r"""
    (?P<text>\b[eE]'(?:[^'\\]|\\.|'')*(?:'|\Z)
    | '(?:[^']|'')*(?:'|\Z)
    | \$(?P<tag>[A-Za-z_]\w*|)\$ .*? (?:\$(?P=tag)\$|\Z))
    | (?P<name>"(?:[^"]|"")*(?:"|\Z))
"""
#: Strings in either kind of quotes, in which a backslash escapes.
MYSQL = r"""
    (?P<text>'(?:[^'\\]|\\.|'')*(?:'|\Z)
    | "(?:[^"\\]|\\.|"")*(?:"|\Z))
    | (?P<name>`(?:[^`]|``)*(?:`|\Z))
    | (?P<hash>\#[^\n]*)
"""


def pattern(strings: str) -> Pattern[str]:
    """Returns the pattern of what isn't shown as it is."""
    flags = re.VERBOSE | re.DOTALL | re.IGNORECASE
    return re.compile("|".join((strings, COMMENT, NUMBER)), flags)


def head(statement: str | None, dialect: str = "postgresql") -> str:
    """Returns the beginning of a statement on one line, with `?` in the place of literals."""
    found = pattern(POSTGRESQL if dialect == "postgresql" else MYSQL)

    def shown(match: Match[str]) -> str:
        groups = match.groupdict()
        if groups.get("name") is not None:
            return match.group()
        if groups["comment"] is not None or groups.get("hash") is not None:
            return " "
        return "?"

    text = found.sub(shown, (statement or "")[:MOST])
    # Parentheses of several values that are left say nothing more.
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
