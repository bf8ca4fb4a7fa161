"""The schema of the settings, from the file beside this one: it is read when the component is made, and is then in its memory."""

import json
from pathlib import Path

SCHEMA = json.loads(Path(__file__).with_name("settings.schema.json").read_text(encoding="utf-8"))
