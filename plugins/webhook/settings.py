"""The plugin's settings, as in `settings.schema.json`, with messages for invalid ones."""

import json
import re
from dataclasses import dataclass


class SettingsError(Exception):
    """An invalid setting; the text has the setting and the reason."""


@dataclass(frozen=True)
class Settings:
    url: str
    """The address that events are posted to."""
    secret: str = "WEBHOOK_SECRET"
    """The name of the secret with the signing key."""

    @classmethod
    def parse(cls, text: str) -> "Settings":
        table = json.loads(text or "{}")
        for key in table.keys() - {"url", "secret"}:
            raise SettingsError(f"wrong settings: there is no setting `{key}`, only `url` and `secret`")
        for key, value in table.items():
            if not isinstance(value, str):
                raise SettingsError(f"wrong settings: `{key}` is not a text")
        if "url" not in table:
            raise SettingsError("wrong settings: `url` is missing, where events are posted to")
        settings = cls(**table)
        if not settings.url.startswith(("https://", "http://")):
            raise SettingsError("wrong settings: `url` is no address, as `https://hooks.example.com/lback`")
        # The error doesn't repeat the value: a key that was put here by mistake is a secret.
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", settings.secret) or settings.secret.startswith("whsec_"):
            raise SettingsError("wrong settings: `secret` is the name of a secret, as `WEBHOOK_SECRET`, not the key itself")
        return settings
