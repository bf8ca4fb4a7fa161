"""Tells what a new type of a column means for the rows that are there."""

import enum
import re
from typing import List, Optional, Sequence

from ...schema.type_names import WrittenType, written
from ...sql.tokens import STRING, tokens
from .statement import Statement

#: Names by which the servers know types that scripts may write otherwise.
NAMES = {
    "integer": "int", "int4": "int", "int8": "bigint", "int2": "smallint", "int1": "tinyint",
    "int3": "mediumint", "middleint": "mediumint", "bool": "tinyint", "boolean": "tinyint",
    "dec": "decimal", "numeric": "decimal", "fixed": "decimal", "double precision": "double",
    "real": "double", "float8": "double", "float4": "float", "character varying": "varchar",
    "nvarchar": "varchar", "national varchar": "varchar", "character": "char", "nchar": "char",
    "long": "mediumtext", "long varchar": "mediumtext", "json": "json",
}  # fmt: skip
WHOLE = re.compile(r"^(tinyint|smallint|mediumint|int|bigint)\b")
#: How many bytes a character may have.
WIDTHS = (1, 2, 3, 4)


class Charset(enum.Enum):
    """The character set or collation that a clause names, compared with the known one."""

    SAME = 1
    OTHER = 2


def retyping(
    before: str, after: str, charset: Charset, widths: Sequence[int], statement: Statement
) -> str:
    """Returns `same` if the rows stay, `copy` if they are copied, or `unknown`.

    A character of the column has one of these widths.
    """
    old, new = plain(before), plain(after)
    if old.name != new.name:
        return "copy"
    if charset == Charset.OTHER and is_text(old.name):
        return "unknown"
    if WHOLE.match(old.name):
        # The width in `int(11)` is only for display.
        return "same"
    if old.name in ("varchar", "varbinary"):
        return widening(old, new, widths, statement)
    if old.name in ("enum", "set"):
        return "same" if is_longer_list(old, new) else "copy"
    return "same" if arguments(old) == arguments(new) else "copy"


def plain(text: str) -> WrittenType:
    """Returns a type as the server knows it."""
    found = written(re.sub(r"\s+(signed|zerofill)\b", "", text, flags=re.IGNORECASE))
    head, _, rest = found.name.partition(" ")
    name = NAMES.get(found.name) or " ".join(filter(None, (NAMES.get(head, head), rest)))
    return WrittenType(name.replace("`", ""), found.arguments)


def is_text(name: str) -> bool:
    return name in ("varchar", "char", "enum", "set") or name.endswith("text")


DEFAULTS = {"decimal": [10, 0], "char": [1], "binary": [1], "bit": [1]}
FRACTIONS = ("datetime", "timestamp", "time")


def arguments(found: WrittenType) -> List[int]:
    """Returns the arguments of a type, with those that it has if none is written."""
    default = DEFAULTS.get(found.name.split(" ")[0], [0] if found.name in FRACTIONS else [])
    said = found.numbers()
    return said + default[len(said) :]


def widening(
    old: WrittenType, new: WrittenType, widths: Sequence[int], statement: Statement
) -> str:
    """Returns what another length of a varchar means: a value's own length has one byte or two."""
    before, after = old.numbers(), new.numbers()
    if not before or not after:
        return "unknown"
    if after[0] < before[0]:
        return "copy"
    widths = (1,) if old.name == "varbinary" else widths
    found = {crosses(before[0] * width, after[0] * width, statement) for width in widths}
    return "unknown" if len(found) > 1 or None in found else "copy" if True in found else "same"


def crosses(before: int, after: int, statement: Statement) -> Optional[bool]:
    """Returns whether rows change where a length in bytes grows."""
    if not before <= 255 < after:
        return False
    if before > 127:
        return True
    # MariaDB keeps two bytes for the length of a value that is longer than 127 bytes.
    is_kept = statement.is_at_least(mariadb=(10, 4, 3))
    return None if is_kept is None else not is_kept


def is_longer_list(old: WrittenType, new: WrittenType) -> bool:
    """Returns whether values are only added at the end, and each has as many bytes as before."""
    before, after = items(old.arguments), items(new.arguments)
    if after[: len(before)] != before:
        return False
    if old.name == "enum":
        return (len(before) > 255) == (len(after) > 255)
    return size_of_set(len(before)) == size_of_set(len(after))


def size_of_set(count: int) -> int:
    """Returns the bytes of a set: 1, 2, 3, 4 or 8."""
    size = (count + 7) // 8
    return size if size <= 4 else 8


def items(text: str) -> List[str]:
    return [token.text for token in tokens(text, "mysql") if token.kind == STRING]
