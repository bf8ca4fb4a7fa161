"""Declarations: what a person says that a revision writes, in the script or in lback.toml.

In a script it is a comment, ``# lback: writes users, billing.orders``. A declaration settles every
doubt.
"""

import re
from typing import Any, Dict, Iterable, List, Optional

from ..diagnostics import ignored
from ..execution.statement_log import unrendered
from ..model import Change, Effect, Name
from ..schema.object_changes import Incomplete
from ..schema.table_change import Unsure

COMMENT = re.compile(r"^\s*#\s*lback:\s*writes\s+(.+?)\s*$", re.M)


def in_text(text: str) -> Optional[List[str]]:
    """Returns the tables that a script's own comments declare, ``None`` where it has no such
    comment.
    """
    found = COMMENT.findall(text)
    if not found:
        return None
    tables = [part.strip() for line in found for part in line.split(",")]
    return [table for table in tables if table and table.lower() != "nothing"]


def text_of(path: str) -> str:
    """Returns the text of a script."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError as error:
        ignored(error, "a script that can't be read has no comments")
        return ""


def tables(declared: Iterable[Any]) -> List[Name]:
    """Returns ``users`` and ``billing.orders`` as names."""
    found = []
    for said in declared:
        parts = str(said).strip().rsplit(".", 1)
        schema = parts[0].strip('"`') if len(parts) > 1 else None
        found.append(Name(parts[-1].strip('"`'), schema))
    return found


def settle(result: Dict[str, Any], declared: Iterable[Any]) -> Dict[str, Any]:
    """Adds what is declared to the result of a revision, and leaves no doubt."""
    names = tables(declared)
    effects = []
    for name in names:
        effect = Effect("declared", name)
        effect.found_by = ["declared"]
        effects.append(effect)
    for which in ("upgrade", "downgrade"):
        said = result[which] = dict(result[which])
        first = len(said["operations"])
        said["operations"] = said["operations"] + [effect.as_json() for effect in effects]
        said["statements"] = said["statements"] + [
            unrendered(effect, [name]).as_json({effect.key(): first + place})
            for place, (effect, name) in enumerate(zip(effects, names))
        ]
        more = [name.as_json() for name in names if name.as_json() not in said["writes"]]
        said["writes"] = said["writes"] + more
        references = [table for table in said["references"] if table not in said["writes"]]
        said["references"] = references
        said["complete"], said["reasons"] = True, []
    if result["reversible"] == "unknown":
        result["reversible"] = "yes"
    return result


def settled_changes(changes: Iterable[Change], declared: Iterable[Any]) -> List[Change]:
    """Returns what a revision means for the schema: not that anything may be otherwise, but that
    these tables may.
    """
    kept = [change for change in changes if not isinstance(change, Incomplete)]
    return kept + [Unsure(name) for name in tables(declared)]
