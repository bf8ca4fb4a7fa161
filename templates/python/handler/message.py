"""The settings and the message, in plain Python: nothing here needs lback, so it can be tested anywhere."""

import json
from dataclasses import dataclass

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": ["url"],
    "properties": {
        "url": {"type": "string", "format": "uri", "description": "Where to post to."},
        "token": {"type": "string", "description": "The name of the secret that is sent as a bearer token."},
    },
}


class SettingsError(Exception):
    """The plugin's settings in `lback.toml` are wrong."""


@dataclass(frozen=True)
class Settings:
    url: str
    token: str | None = None

    @classmethod
    def parse(cls, text: str) -> "Settings":
        table = json.loads(text)
        for key in table.keys() - SCHEMA["properties"].keys():
            raise SettingsError(f"there is no setting `{key}`")
        for key, value in table.items():
            if not isinstance(value, str):
                raise SettingsError(f"`{key}` is not a text")
        if "url" not in table:
            raise SettingsError("`url` is missing")
        return cls(**table)


def body(event_id: str, time: str, project: str, environment: str | None, end: tuple[str, str, int]) -> bytes:
    """Returns the message. `end` is the command, its outcome and its duration in milliseconds."""
    command, outcome, milliseconds = end
    message = {
        "id": event_id,
        "time": time,
        "project": project,
        "environment": environment,
        "command": command,
        "outcome": outcome,
        "milliseconds": milliseconds,
    }
    return json.dumps(message).encode()
