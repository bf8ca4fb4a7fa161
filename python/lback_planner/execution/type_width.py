"""Compares the types of columns: whether a change of the type can lose values."""

import re
from typing import Optional

SIZES = {"SMALLINT": 1, "INTEGER": 2, "INT": 2, "BIGINT": 3}


TEXT = re.compile(r"^N?(?:VAR)?CHAR(?:ACTER VARYING)?(?:\((\d+)\))?$")


UNLIMITED = ("TEXT", "CLOB", "LONGTEXT", "VARCHAR", "VARCHAR(MAX)", "NTEXT")


def is_wider(old: Optional[str], new: Optional[str]) -> bool:
    """Returns whether every value of the old type is one of the new. When unsure: no."""
    if old is None or new is None:
        return False
    old, new = old.upper(), new.upper()
    if old == new:
        return True
    if old in SIZES and new in SIZES:
        return SIZES[new] >= SIZES[old]
    before, after = TEXT.match(old), TEXT.match(new)
    if before and new in UNLIMITED:
        return True
    if before and after and before.group(1) and after.group(1):
        longer = int(after.group(1)) >= int(before.group(1))
        return longer and old.startswith("N") <= new.startswith("N")
    return False
