"""Steps of two branches that drop the same thing: the second one fails."""

from typing import Any, Callable, Dict, Iterator, List, Tuple

Document = Dict[str, Any]
Key = Tuple[Any, ...]

#: What is dropped, and what makes it again.
DROPS = {
    "drop_table": "create_table",
    "drop_column": "add_column",
    "drop_index": "create_index",
    "drop_constraint": "create_constraint",
    "drop_view": "create_view",
    "drop_type": "create_type",
}


def dropped_twice(
    steps: List[Document], paths: List[str], are_apart: Callable[[str, str], bool]
) -> Iterator[Tuple[Document, Document]]:
    """Yields each step that drops what a step of another branch has dropped, with the doubt.

    `are_apart` tells whether neither of two revisions follows the other.
    """
    dropped: Dict[Key, str] = {}
    for step, path in zip(steps, paths):
        for operation in step["operations"]:
            if operation["conditional"] or operation["name"] is None and operation["table"] is None:
                continue
            for drop, make in DROPS.items():
                key = key_of(drop, operation)
                if operation["kind"] == make:
                    dropped.pop(key, None)
                if operation["kind"] != drop:
                    continue
                before = dropped.setdefault(key, step["revision"])
                if are_apart(before, step["revision"]) and not asks_first(path):
                    why = "can't work: `%s`, on another branch, drops it first" % before
                    doubt = {"file": step["file"], "line": operation["line"], "why": why}
                    yield step, doubt


def key_of(kind: str, operation: Document) -> Key:
    """Returns what tells one thing from others that can be dropped."""
    table = operation["table"] or {}
    return kind, table.get("schema"), table.get("name"), operation["name"]


def asks_first(path: str) -> bool:
    """Returns whether a script may look whether a thing is there, as `if_exists` does."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read().lower()
    except OSError:
        return True
    return any(word in text for word in ("exist", "inspect", "try:", "suppress", "has_table"))
