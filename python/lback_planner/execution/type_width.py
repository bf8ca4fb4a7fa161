"""Compares the types of columns: whether a change of the type can lose values."""

import re
from typing import Dict, Optional, Tuple

#: Whole numbers, the narrowest first, with the digits that they need.
WHOLE = {"TINYINT": 3, "SMALLINT": 5, "MEDIUMINT": 7, "INTEGER": 10, "BIGINT": 19}
OTHER_NAMES = {
    "INT": "INTEGER",
    "INT2": "SMALLINT",
    "INT4": "INTEGER",
    "INT8": "BIGINT",
    "DECIMAL": "NUMERIC",
    "FLOAT4": "REAL",
    "FLOAT8": "DOUBLE",
    "DOUBLE PRECISION": "DOUBLE",
    "TIMESTAMP WITHOUT TIME ZONE": "TIMESTAMP",
}
#: The digits of a whole number that a floating one holds exactly.
EXACT: Dict[Tuple[str, str], int] = {("mysql", "DOUBLE"): 15, ("postgresql", "DOUBLE"): 15}
#: Texts and binaries of MySQL, each holding those before it.
GROWING = (
    ("TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT"),
    ("TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB"),
)
#: Types that hold every value of another one.
HOLDS = {
    ("REAL", "DOUBLE"), ("DATE", "TIMESTAMP"), ("DATE", "DATETIME"),
}  # fmt: skip

TEXT = re.compile(r"^N?(?:VAR)?CHAR(?:ACTER VARYING)?(?:\((\d+)\))?$")
NUMBER = re.compile(r"^NUMERIC(?:\((\d+)(?:,\s*(\d+))?\))?$")
UNLIMITED = ("TEXT", "CLOB", "LONGTEXT", "VARCHAR", "VARCHAR(MAX)", "NTEXT")


def is_wider(old: Optional[str], new: Optional[str], dialect: str = "") -> bool:
    """Returns whether every value of the old type is one of the new. When unsure: no."""
    if old is None or new is None:
        return False
    old, new = usual(old), usual(new)
    if old == new:
        return True
    dialect = "mysql" if dialect == "mariadb" else dialect
    return (
        holds(old, new, dialect)
        or is_wider_number(old, new, dialect)
        or is_wider_text(old, new)
        or any(old in row and new in row[row.index(old) :] for row in GROWING)
    )


def holds(old: str, new: str, dialect: str) -> bool:
    """Returns whether a type of another kind holds all of one."""
    # The years of a TIMESTAMP of MySQL end at 2038.
    is_shorter = dialect == "mysql" and new == "TIMESTAMP"
    return (old, new) in HOLDS and not is_shorter


def usual(kind: str) -> str:
    """Returns the usual name of a type, in upper case."""
    kind = " ".join(kind.upper().split())
    name, bracket, size = kind.partition("(")
    return OTHER_NAMES.get(name.strip(), name.strip()) + bracket + size


def is_wider_number(old: str, new: str, dialect: str) -> bool:
    """Returns whether a type of numbers holds all of another."""
    before, after = digits(old, dialect), digits(new, dialect)
    if before is None:
        return False
    if after is None:
        whole_only = before[1] == 0 and old in WHOLE
        return whole_only and before[0] <= EXACT.get((dialect, new), 0)
    if ANY in (before, after):
        return after == ANY
    if new in WHOLE:
        return old in WHOLE and after[0] >= before[0]
    return after[0] >= before[0] and after[1] >= before[1]


#: The digits of a type that holds any number.
ANY = (-1, -1)


def digits(kind: str, dialect: str) -> Optional[Tuple[int, int]]:
    """Returns the digits before and after the point that a type holds, `None` if it is none."""
    if kind in WHOLE:
        return WHOLE[kind], 0
    found = NUMBER.match(kind)
    if found is None:
        return None
    if found.group(1) is None:
        # PostgreSQL holds any number in it, MySQL ten digits.
        return {"postgresql": ANY, "mysql": (10, 0)}.get(dialect)
    after = int(found.group(2) or 0)
    return int(found.group(1)) - after, after


def is_wider_text(old: str, new: str) -> bool:
    """Returns whether a type of texts holds all of another."""
    before, after = TEXT.match(old), TEXT.match(new)
    if before and new in UNLIMITED:
        # A type of bytes doesn't hold every character of a national one.
        return not (old.startswith("N") and new == "VARCHAR(MAX)")
    if before and after and before.group(1) and after.group(1):
        longer = int(after.group(1)) >= int(before.group(1))
        return longer and old.startswith("N") <= new.startswith("N")
    return False
