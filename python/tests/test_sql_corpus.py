"""The corpus of SQL: what the reader finds in each statement of `sql/*.sql`.

A file's name begins with its dialect. Its statements are read in order, each before the schema that
those before it have left. `LBACK_UPDATE=1` writes `sql/*.json` anew.
"""

import glob
import json
import os
from typing import Any, Dict, List

import pytest

from lback_planner.model import Effect, Name
from lback_planner.schema.json_values import changes_as_json
from lback_planner.schema.state import Schema
from lback_planner.sql import statements
from lback_planner.sql.tokens import statements as split
from lback_planner.sql.tokens import tokens

pytestmark = pytest.mark.once

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sql")
FILES = sorted(glob.glob(os.path.join(FOLDER, "*.sql")))
DEFAULT_SCHEMAS = {"postgresql": "public", "sqlite": None, "mysql": None}


@pytest.mark.parametrize("path", FILES, ids=[os.path.basename(path) for path in FILES])
def test_what_the_reader_finds(path: str) -> None:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    found = json.dumps(read_all(text, os.path.basename(path).split("-")[0]), indent=2)
    expected = path[: -len(".sql")] + ".json"
    if os.environ.get("LBACK_UPDATE"):
        with open(expected, "w", encoding="utf-8") as file:
            file.write(found + "\n")
    with open(expected, encoding="utf-8") as file:
        assert file.read() == found + "\n", "LBACK_UPDATE=1 writes the file anew"


def read_all(text: str, dialect: str) -> List[Dict[str, Any]]:
    """Reads the statements of a file, and returns what each does."""
    schema = Schema()
    found = []
    for part in split(tokens(text, dialect)):
        statement = text[part[0].start : part[-1].end]
        reading = statements.read(statement, dialect, DEFAULT_SCHEMAS[dialect], schema.copy())
        for effect in reading.effects:
            if effect.change is not None:
                schema.apply(effect.change)
        effects = [effect_json(effect) for effect in reading.effects]
        found.append({"statement": statement, "effects": effects, "problems": reading.problems})
    return found


def effect_json(effect: Effect) -> Dict[str, Any]:
    """Returns an effect without what is not there."""
    values = {
        "kind": effect.kind,
        "table": name_text(effect.table),
        "name": effect.name,
        "new_name": effect.new_name,
        "new_table": name_text(effect.new_table),
        "detail": effect.detail,
        "columns": effect.columns,
        "refs": [str(table) for table in effect.refs],
        "also": [str(table) for table in effect.also],
        "destructive": effect.destructive,
        "conditional": effect.conditional,
        "change": None if effect.change is None else changes_as_json([effect.change])[0],
    }
    return {name: value for name, value in values.items() if value not in (None, [], False)}


def name_text(name: Any) -> Any:
    """Returns a table's name, `None` for none."""
    return str(name) if isinstance(name, Name) else None
