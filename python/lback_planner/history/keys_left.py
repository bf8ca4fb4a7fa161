"""Results where a step before, in the same run, may have left SQLite enforcing foreign keys."""

from typing import Any, Dict


def with_keys_left(result: Dict[str, Any], are_left: bool) -> None:
    """Adds what follows of keys that are left enforced, if they are."""
    for which in ("upgrade", "downgrade"):
        does = result[which]
        if are_left and does["by_left_keys"]:
            result[which] = added(does)


def added(does: Dict[str, Any]) -> Dict[str, Any]:
    """Returns what a direction does if keys are enforced."""
    operations = does["by_left_keys"]
    tables = [each["table"] for each in operations if each["writes"] and each["table"]]
    writes = list(does["writes"])
    for table in tables:
        if table not in writes:
            writes.append(table)
    references = [table for table in does["references"] if table not in writes]
    return dict(
        does, operations=does["operations"] + operations, writes=writes, references=references
    )
