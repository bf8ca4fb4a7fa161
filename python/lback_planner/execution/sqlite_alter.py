"""The forms of ``ALTER TABLE`` that SQLite doesn't have."""

import re
import sqlite3
from typing import Optional

NAME = r"""(?:"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|\w+)"""
ALTER_TABLE = re.compile(r"\s*ALTER\s+TABLE\s+%s(?:\s*\.\s*%s)?\s+(.*)" % (NAME, NAME), re.I | re.S)
#: What no SQLite changes of a table that is there, and what SQLite changes since version 3.53.
NEVER = re.compile(
    r"(MODIFY|CHANGE)\b|ALTER\s+(COLUMN\s+)?%s\s+(SET\s+DATA|TYPE|(SET|DROP)\s+DEFAULT)\b"
    r"|(ADD\s+(CONSTRAINT\s+%s\s+)?|DROP\s+)(PRIMARY|FOREIGN|UNIQUE)\b" % (NAME, NAME),
    re.I,
)
SINCE_3_53 = re.compile(
    r"(ADD|DROP)\s+(CONSTRAINT|CHECK)\b|ALTER\s+(COLUMN\s+)?%s\s+(SET|DROP)\s+NOT\s+NULL\b" % NAME,
    re.I,
)


def unknown_to_sqlite(text: str) -> Optional[str]:
    """Returns the words of an ``ALTER TABLE`` that SQLite doesn't know, `None` for other text."""
    found = ALTER_TABLE.match(text)
    if found is None:
        return None
    is_new = SINCE_3_53.match(found[1]) is not None and sqlite3.sqlite_version_info < (3, 53)
    if NEVER.match(found[1]) is None and not is_new:
        return None
    return " ".join(found[1].split()[:2])
