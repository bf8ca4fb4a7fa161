"""Tells whether PostgreSQL writes a table anew for a column's new type."""

import re
from typing import List, Mapping, Optional

from ...schema.type_names import OF_POSTGRESQL, written
from ..table_lock import NO, UNKNOWN, YES

TEXTS = ("text", "character varying")
#: Types of times, of which a value of more digits holds one of fewer.
TIMES = ("time", "timestamp", "interval")
#: Types of PostgreSQL and of common extensions that are no domains.
PLAIN = frozenset(
    """
    smallint integer bigint boolean real money uuid json jsonb xml bytea text date inet cidr
    macaddr macaddr8 tsvector tsquery point line lseg box path polygon circle oid name regclass
    int4range int8range numrange tsrange tstzrange daterange int4multirange int8multirange
    nummultirange tsmultirange tstzmultirange datemultirange pg_lsn txid_snapshot jsonpath
    citext hstore ltree lquery vector halfvec sparsevec geometry geography cube
    """.split()
) | {
    "double precision", "character varying", "character", "numeric", "bit", "bit varying",
    "time without time zone", "time with time zone", "timestamp without time zone",
    "timestamp with time zone",
}  # fmt: skip


class PlainType:
    """A type by the server's name, with the numbers in its parentheses."""

    def __init__(self, text: str) -> None:
        self.text = " ".join(text.lower().replace('"', "").split())
        kind = written(text)
        name = kind.name.replace("pg_catalog.", "")
        self.is_array = "[" in text or name.endswith(" array")
        self.name = OF_POSTGRESQL.get(name, name)
        self.numbers: List[int] = kind.numbers()

    def is_known(self, enums: Mapping[str, object]) -> bool:
        """Returns whether it is surely no domain."""
        name = re.sub(r"\s*(\[\d*\]|array)\s*", "", self.name)
        name = OF_POSTGRESQL.get(name, name)
        short = name.rpartition(".")[2]
        if short in PLAIN or name.startswith(("interval", "float")):
            return True
        return any(known.lower().rpartition(".")[2] == short for known in enums)


def rewrites(old: Optional[str], new: Optional[str], enums: Mapping[str, object]) -> str:
    """Returns whether all rows are written anew by a cast."""
    if old is None or new is None:
        return UNKNOWN
    before, after = PlainType(old), PlainType(new)
    if before.text == after.text or (
        (before.name, before.numbers, before.is_array)
        == (after.name, after.numbers, after.is_array)
    ):
        return NO
    if before.is_array or after.is_array:
        # Elements are cast even where that changes nothing.
        return YES
    if not (before.is_known(enums) and after.is_known(enums)):
        return UNKNOWN
    return NO if is_same_on_disk(before, after) else changes_with_zone(before, after)


def changes_with_zone(before: PlainType, after: PlainType) -> str:
    """Returns whether rows are written anew; between the two types of timestamps, that depends on
    the time zone of the connection.
    """
    zones = {"timestamp without time zone", "timestamp with time zone"}
    return UNKNOWN if {before.name, after.name} == zones else YES


def is_same_on_disk(before: PlainType, after: PlainType) -> bool:
    """Returns whether each value of a type is one of the other as it is stored."""
    if before.name in TEXTS and after.name in TEXTS:
        return not after.numbers or is_longer(before, after)
    if before.name == after.name == "numeric":
        return not after.numbers or is_wider_number(before, after)
    if before.name == after.name == "bit varying" or (
        before.name == after.name and before.name.startswith(TIMES)
    ):
        return not after.numbers or is_longer(before, after)
    return (before.name, after.name) == ("cidr", "inet")


def is_longer(before: PlainType, after: PlainType) -> bool:
    return bool(before.numbers) and after.numbers[0] >= before.numbers[0]


def is_wider_number(before: PlainType, after: PlainType) -> bool:
    """Returns whether only the digits before the point grow."""
    if not before.numbers:
        return False
    old, new = (before.numbers + [0])[:2], (after.numbers + [0])[:2]
    return new[0] >= old[0] and new[1] == old[1]
