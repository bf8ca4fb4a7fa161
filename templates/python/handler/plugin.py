"""A handler: posts how each command ended, as JSON. This is the border to lback; the message is made in `message.py`."""

import json

from componentize_py_types import Err
from wit_world.exports import metadata
from wit_world.imports import http, log, types

from message import SCHEMA, Settings, SettingsError, body


class Metadata:
    def describe(self) -> metadata.Description:
        return metadata.Description(
            name="my-plugin",
            version="0.1.0",
            summary="posts how each command ended",
            signals=["alembic_command_completed", "alembic_command_failed"],
            permissions=metadata.Permissions(
                http=[metadata.Request_InSetting("/url")],
                secrets=[metadata.Request_InSetting("/token")],
            ),
            settings_schema=json.dumps(SCHEMA),
        )


class Handler:
    def handle(self, event: types.Event, settings: str) -> None:
        try:
            parsed = Settings.parse(settings)
        except SettingsError as error:
            raise Err(f"its settings: {error}") from None
        end = end_of(event.signal)
        if end is None:
            return
        headers = [http.Header("content-type", [http.Part_Text("application/json")])]
        if parsed.token is not None:
            # The host puts the value in: the plugin never sees it.
            headers.append(http.Header("authorization", [http.Part_Text("Bearer "), http.Part_Secret(parsed.token)]))
        content = body(event.id, event.time, event.sender.project, event.context.environment, end)
        try:
            answer = http.send(http.Request("POST", [http.Part_Text(parsed.url)], headers, content))
        except Err as error:
            raise Err(error.value.value) from None
        log.log(log.Level.DEBUG, f"the server answered {answer.status}")
        if not 200 <= answer.status < 300:
            raise Err(f"the server answered {answer.status}")


def end_of(signal: types.Signal) -> tuple[str, str, int] | None:
    """The command, its outcome, and how many milliseconds it took; none for a signal that isn't the end of a command."""
    if isinstance(signal, types.Signal_AlembicCommandCompleted):
        return signal.value.command, "completed", signal.value.duration_ms
    if isinstance(signal, types.Signal_AlembicCommandFailed):
        return signal.value.command, signal.value.error_type or "failed", signal.value.duration_ms
    return None
