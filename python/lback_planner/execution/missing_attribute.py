"""Attributes that a fake lacks, and a real driver may have."""

from typing import Any, NoReturn

from . import context


def missing(fake: Any, name: str) -> NoReturn:
    """Raises that a fake lacks an attribute. A real driver may have it: what the script does
    without it is one case of two.
    """
    recorder = context.current()
    if recorder is not None and not name.startswith("__"):
        recorder.scenario.ask("driver")
    # As a driver names its own: `Connection.backup`.
    error = MissingAttribute("%s.%s" % (type(fake).__name__.replace("Fake", ""), name))
    error.writes = name not in HARMLESS
    raise error


class MissingAttribute(AttributeError):
    """A fake lacks an attribute that the driver may have."""

    #: Whether what the driver has by this name may write to the database.
    writes = True


#: What drivers have that writes nothing to the database.
HARMLESS = frozenset(
    (
        "backup", "iterdump", "interrupt", "total_changes", "in_transaction", "row_factory",
        "text_factory", "set_trace_callback", "set_progress_handler", "set_authorizer",
        "create_collation", "create_aggregate", "getlimit", "setlimit", "cancel", "fileno", "info",
        "status", "get_backend_pid", "get_parameter_status", "get_dsn_parameters", "pgconn",
        "get_transaction_status", "protocol_version", "adapters", "connection", "readonly",
        "deferrable", "name", "lastrowid", "query", "messages", "thread_id", "get_server_info",
    )
)  # fmt: skip
