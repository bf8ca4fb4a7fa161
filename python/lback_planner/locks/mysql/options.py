"""The work of clauses of `ALTER TABLE` about whole tables: options and partitions."""

import re

from ...model import Effect, Name
from ..table_lock import NO, UNKNOWN, YES
from .statement import Statement, Works, table_of
from .work import (
    COPY,
    EXCLUSIVE,
    IN_PLACE,
    INSTANT,
    NONE,
    REBUILD,
    SHARED,
    Work,
    copied,
    unknown_work,
)

OPTION = re.compile(
    r"\b(ENGINE|ROW_FORMAT|KEY_BLOCK_SIZE|ENCRYPTION|TABLESPACE)\b(?: =)?(?: (\w+))?"
)
CHARSET = re.compile(r"^(?:DEFAULT )?(?:CHARACTER SET|CHARSET|COLLATE)\b")
#: Beginnings of clauses that only change what the server has noted of a table.
METADATA = (
    "COMMENT", "AUTO_INCREMENT", "STATS_", "MAX_ROWS", "MIN_ROWS", "AVG_ROW_LENGTH", "CHECKSUM",
    "PACK_KEYS", "DELAY_KEY_WRITE", "PAGE_COMPRESSED", "PAGE_COMPRESSION_LEVEL", "COMPRESSION",
    "RENAME", "ALTER INDEX", "ALTER KEY", "ENABLE KEYS", "DISABLE KEYS", "PAGE_CHECKSUM",
    "TRANSACTIONAL", "INSERT_METHOD", "AUTOEXTEND_SIZE", "SECONDARY_ENGINE", "ALGORITHM", "LOCK",
    "WITHOUT VALIDATION", "WITH VALIDATION",
)  # fmt: skip


def altered_table(effect: Effect, statement: Statement) -> Works:
    """Yields the work of a clause."""
    name, clause = table_of(effect), effect.clause
    if " PARTITION" in " " + clause or clause.startswith("REMOVE"):
        yield partitioned(name, clause, statement)
        return
    found = [optioned(name, match, statement) for match in OPTION.finditer(clause)]
    if found:
        yield from found
    elif clause.startswith("FORCE"):
        yield Work(name, REBUILD)
    elif clause.startswith("CONVERT"):
        yield copied(name, statement)
    elif CHARSET.match(clause):
        # What MySQL's manual says of another character set; MariaDB leaves the rows alone.
        yield Work(name, INSTANT) if statement.schema.is_mariadb else Work(name, REBUILD)
    elif clause.startswith(("ORDER BY", "ADD SYSTEM", "DROP SYSTEM", "ADD PERIOD")):
        yield Work(name, COPY, SHARED)
    elif clause.startswith(("ALTER CHECK", "ALTER CONSTRAINT")):
        off = "NOT ENFORCED" in clause
        yield Work(name, IN_PLACE) if off else copied(name, statement)
    elif clause.startswith(METADATA) or effect.kind == "comment":
        yield Work(name, INSTANT)
    else:
        yield unknown_work(name)


def optioned(name: Name, match: "re.Match[str]", statement: Statement) -> Work:
    """Returns the work of an option that may write the table anew."""
    option, value = match.group(1), match.group(2)
    if option == "ENGINE" and value is not None and value != "INNODB":
        return Work(name, COPY, SHARED)
    if option == "ENCRYPTION":
        return Work(name, REBUILD) if statement.schema.is_mariadb else copied(name, statement)
    if option == "TABLESPACE":
        return Work(name, REBUILD, None)
    return Work(name, REBUILD)


def partitioned(name: Name, clause: str, statement: Statement) -> Work:
    """Returns the work of a clause about partitions."""
    verb = clause.partition(" ")[0]
    if verb in ("PARTITION", "REMOVE", "CONVERT"):
        return copied(name, statement)
    if verb in ("COALESCE", "REORGANIZE", "REBUILD"):
        return Work(name, REBUILD, SHARED)
    if verb == "ADD":
        # Partitions by a hash share the rows anew.
        by_hash = re.search(r"\bPARTITIONS\b", clause) is not None
        return Work(name, REBUILD, SHARED) if by_hash else Work(name, IN_PLACE)
    if verb in ("DROP", "TRUNCATE"):
        # All is ready when the lock is taken but for the removal of files.
        return Work(name, IN_PLACE, EXCLUSIVE)
    if verb == "OPTIMIZE":
        return Work(name, REBUILD, SHARED)
    if verb in ("ANALYZE", "CHECK"):
        return Work(name, IN_PLACE, NONE, NO if verb == "ANALYZE" else YES)
    if verb == "EXCHANGE":
        # The rows of the other table are compared with the bounds.
        return Work(name, IN_PLACE, EXCLUSIVE, compared(clause))
    return unknown_work(name)


def compared(clause: str) -> str:
    return NO if "WITHOUT VALIDATION" in clause else UNKNOWN
