"""What a person says that a revision writes: in the script, `# lback: writes users, billing.orders`, or in lback.toml. It settles what isn't known."""

import re

from ..model import Effect, Name

LINE = re.compile(r"^\s*#\s*lback:\s*writes\s+(.+?)\s*$", re.M)


def in_text(text):
    """The tables that a script's own comments declare; `None` where it has none."""
    found = LINE.findall(text)
    if not found:
        return None
    tables = [part.strip() for line in found for part in line.split(",")]
    return [table for table in tables if table and table.lower() != "nothing"]


def in_file(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return in_text(file.read())
    except OSError:
        return None


def tables(declared):
    """`billing.orders` and `users` as names."""
    found = []
    for said in declared:
        parts = str(said).strip().rsplit(".", 1)
        found.append(Name(parts[-1].strip('"`'), parts[0].strip('"`') if len(parts) > 1 else None))
    return found


def settle(result, declared):
    """The result of a revision, with what is declared added, and no doubt left."""
    names = tables(declared)
    for which in ("upgrade", "downgrade"):
        said = result[which] = dict(result[which])
        effects = []
        for name in names:
            effect = Effect("declared", name)
            effect.found_by = ["declared"]
            effects.append(effect.as_json())
        said["operations"] = said["operations"] + effects
        said["writes"] = said["writes"] + [name.as_json() for name in names if name.as_json() not in said["writes"]]
        said["references"] = [table for table in said["references"] if table not in said["writes"]]
        said["complete"], said["reasons"] = True, []
    if result["reversible"] == "unknown":
        result["reversible"] = "yes"
    return result


def settled_changes(changes, declared):
    """What the revision means for the schema: no longer that anything may be otherwise, but that these tables may."""
    kept = [change for change in changes if change[0] != "incomplete"]
    return kept + [["unsure", name.schema, name.name, {}] for name in tables(declared)]
