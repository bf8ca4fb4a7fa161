"""The names of types, as scripts write them and as the database knows them."""

import re
from typing import List, NamedTuple


class WrittenType(NamedTuple):
    """A type as CREATE TABLE has it, in lower case: `numeric(10, 2) unsigned`."""

    #: All words, without the arguments.
    name: str
    arguments: str

    def numbers(self) -> List[int]:
        """Returns the arguments that are numbers."""
        parts = self.arguments.split(",")
        return [int(part) for part in parts if part.strip().isdigit()]


#: Where a type is over, and something of its column begins.
COLUMN_OPTIONS = re.compile(r"\s+(?:collate|character set|charset|check)\s.*$", re.IGNORECASE)

#: Names under which PostgreSQL knows types, in the place of those that scripts may write.
OF_POSTGRESQL = {
    "bigserial": "bigint",
    "bool": "boolean",
    "char": "character",
    "dec": "numeric",
    "decimal": "numeric",
    "float": "double precision",
    "float4": "real",
    "float8": "double precision",
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "nchar": "character",
    "national character varying": "character varying",
    "serial": "integer",
    "serial4": "integer",
    "serial8": "bigint",
    "smallserial": "smallint",
    "time": "time without time zone",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "timetz": "time with time zone",
    "varbit": "bit varying",
    "varchar": "character varying",
    "char varying": "character varying",
}


def written(text: str) -> WrittenType:
    """Returns the parts of a type."""
    text = COLUMN_OPTIONS.sub("", text)
    before, opening, after = text.partition("(")
    arguments, _, rest = after.rpartition(")") if opening else ("", "", "")
    name = " ".join((before.replace('"', "") + " " + rest).split()).lower()
    return WrittenType(name, arguments.strip())
