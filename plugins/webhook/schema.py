"""The schema of the settings, from the file next to this one.

The file is read when the component is built, and is then part of its memory.
"""

import json
from pathlib import Path

SCHEMA = json.loads(Path(__file__).with_name("settings.schema.json").read_text(encoding="utf-8"))
