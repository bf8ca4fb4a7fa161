"""Statements that a script sends on a connection, as source text."""

import re
from typing import Any, Dict, Optional

from sqlalchemy.sql.elements import TextClause

from .values import SourceWriter, Unwritable, plain_sql, without_doubles

#: Statements that PostgreSQL refuses within a transaction.
ALONE = re.compile(
    r"^\s*(?:(?:CREATE\s+(?:UNIQUE\s+)?INDEX|DROP\s+INDEX|REINDEX\b.*|REFRESH\s+MATERIALIZED\s+VIEW)"
    r"\s+CONCURRENTLY\b|VACUUM\b|(?:CREATE|DROP)\s+(?:DATABASE|TABLESPACE)\b|ALTER\s+SYSTEM\b|"
    r"ALTER\s+TABLE\b.*\bDETACH\s+PARTITION\b.*\bCONCURRENTLY\b)",
    re.IGNORECASE | re.DOTALL,
)
#: Statements that begin or end a transaction.
TRANSACTION = re.compile(
    r"^\s*(?:COMMIT|BEGIN|END|START\s+TRANSACTION|ROLLBACK)\b[^;]*;?\s*$", re.I
)
#: Statements that prepare the session for those that follow.
SETTING = re.compile(r"^\s*(?:SET|RESET|PRAGMA|LOCK|CREATE\s+EXTENSION|CREATE\s+SCHEMA)\b", re.I)


def is_transaction(text: Optional[str]) -> bool:
    """Returns whether a statement begins or ends a transaction."""
    return TRANSACTION.match(text or "") is not None


def write_statement(writer: SourceWriter, event: Any) -> str:
    """Returns the source of a statement, with its parameters. Raises `Unwritable`."""
    statement = getattr(event.compiled, "statement", None)
    parameters = named(event)
    if statement is None:
        return driver_call(writer, event, event.parameters)
    if isinstance(statement, TextClause):
        if not parameters:
            return "%sexecute(%s)" % (writer.op, writer.write(statement.text))
        if isinstance(parameters, dict) or isinstance(parameters[0], dict):
            return "%sget_bind().execute(%stext(%r), %s)" % (
                writer.op,
                writer.sa,
                statement.text,
                writer.write(parameters),
            )
        return driver_call(writer, event, event.parameters)
    if not parameters:
        return "%sexecute(%r)" % (writer.op, without_doubles(writer, event.text))
    try:
        return "%sexecute(%r)" % (writer.op, plain_sql(writer, statement))
    except Unwritable:
        return driver_call(writer, event, event.parameters)


def named(event: Any) -> Any:
    """Returns the parameters of a statement by their names, `None` for none; a list where the
    statement is run for several.
    """
    parameters = event.parameters
    if not parameters:
        return None
    if is_several(parameters):
        return [by_name(event, each) for each in parameters]
    return by_name(event, parameters)


def is_several(parameters: Any) -> bool:
    """Returns whether a statement is run for several sets of parameters."""
    return not isinstance(parameters, dict) and all(
        isinstance(each, (tuple, dict)) for each in parameters
    )


def by_name(event: Any, parameters: Any) -> Any:
    """Returns one set of parameters by their names, or as it is where it has none."""
    names: Optional[Any] = getattr(event.compiled, "positiontup", None)
    if isinstance(parameters, dict) or names is None:
        return parameters
    found: Dict[str, Any] = dict(zip(names, parameters))
    return found


def driver_call(writer: SourceWriter, event: Any, parameters: Any) -> str:
    """Returns the source of a statement as the driver gets it."""
    source = "%sget_bind().exec_driver_sql(%r" % (writer.op, event.text)
    if not parameters:
        return source + ")"
    if is_several(parameters):
        parameters = list(parameters)
    return "%s, %s)" % (source, writer.write(parameters))
