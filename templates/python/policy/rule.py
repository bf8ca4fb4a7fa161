"""The rule, in plain Python: nothing here needs lback, so it can be tested anywhere."""

import json
from dataclasses import dataclass

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "protect": {
            "type": "array",
            "items": {"type": "string"},
            "default": ["production"],
            "description": "Environments that are never downgraded.",
        }
    },
}


class SettingsError(Exception):
    """The plugin's settings in `lback.toml` are wrong."""


@dataclass(frozen=True)
class Settings:
    protect: tuple[str, ...] = ("production",)

    @classmethod
    def parse(cls, text: str) -> "Settings":
        table = json.loads(text)
        for key in table.keys() - SCHEMA["properties"].keys():
            raise SettingsError(f"there is no setting `{key}`")
        protect = table.get("protect", ["production"])
        if not isinstance(protect, list) or not all(isinstance(name, str) for name in protect):
            raise SettingsError("`protect` is not a list of texts")
        return cls(tuple(protect))


def why_not(command: str, args: list[str], environment: str | None, settings: Settings) -> str | None:
    """Returns the reason for a denial, or none if the command is allowed."""
    # `--sql` only prints.
    if command != "downgrade" or "--sql" in args:
        return None
    if environment is None:
        # No environment is named: assume the worst.
        return "`downgrade` is not allowed where no environment is named"
    if environment in settings.protect:
        return f"`downgrade` is not allowed in the protected environment `{environment}`"
    return None
