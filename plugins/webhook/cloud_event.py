"""An event as a CloudEvent 1.0 in structured JSON.

The fields are those of `lback --events` (`schemas/events.schema.json`).
"""

import json
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from wit_world.imports import types

NAMES = {
    types.Signal_MigrationCommandsInitialized: "migration_commands_initialized",
    types.Signal_MigrationMakemigrationsCommand: "migration_makemigrations_command",
    types.Signal_MigrationMigrateCommand: "migration_migrate_command",
    types.Signal_MigrationRollbackCommand: "migration_rollback_command",
    types.Signal_MigrationHistoryCommand: "migration_history_command",
    types.Signal_AlembicCommandStarted: "alembic_command_started",
    types.Signal_AlembicCommandCompleted: "alembic_command_completed",
    types.Signal_AlembicCommandFailed: "alembic_command_failed",
}
"""The signals of this version of the contract, by their types."""


def body(event: types.Event) -> bytes:
    """Returns the body of the request. The same event always makes the same bytes."""
    return json.dumps(cloud_event(event), ensure_ascii=False, separators=(",", ":")).encode()


def cloud_event(event: types.Event) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": event.id,
        "source": "urn:lback:project:" + quote(event.sender.project, safe=""),
        "type": "lback." + name(event.signal),
        "subject": event.sender.run_id,
        "time": event.time,
        "datacontenttype": "application/json",
        "data": {
            "project": event.sender.project,
            "lback_version": event.sender.lback_version,
            "context": asdict(event.context),
            "arguments": arguments(event.signal),
        },
    }


def name(signal: types.Signal) -> str:
    if isinstance(signal, types.Signal_Extension):
        return signal.value.name
    return NAMES[type(signal)]


def arguments(signal: types.Signal) -> dict[str, Any]:
    if isinstance(signal, types.Signal_Extension):
        return json.loads(signal.value.json)
    if not hasattr(signal, "value"):
        return {}
    fields = asdict(signal.value)
    if isinstance(signal, types.Signal_AlembicCommandCompleted):
        # Both ends of a command have the same fields.
        fields |= {"error_type": None, "exception": None}
    elif isinstance(signal, types.Signal_AlembicCommandFailed) and fields["exception"] is not None:
        denials = fields["exception"]["denials"]
        fields["exception"]["denials"] = [{"plugin": denial["plugin"]} | denial["denial"] for denial in denials]
    return fields
