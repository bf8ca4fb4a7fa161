"""The errors of a rollback of a table whose revisions can't be selected."""

import difflib
from typing import TYPE_CHECKING, Any, Dict, Optional

from ..refused import Refused
from .table_names import TableJson, TableName, shown

if TYPE_CHECKING:
    from alembic.script import Script

    from .selection import Selection

#: What a function of a script does, as plans have it.
FunctionJson = Dict[str, Any]


def is_clear(does: FunctionJson) -> bool:
    """Returns whether nothing else can be done than what was found.

    A function that an error ends here may go on where it runs for real.
    """
    return does["complete"] and not does["raises"]


def unclear(table: TableName, revision: "Script", does: FunctionJson) -> Refused:
    """Returns the error for a revision that may or may not change the table."""
    raises = (
        "`upgrade()` raises %s" % does["raises"]
        if does["raises"]
        else "what it does could not be told"
    )
    reason = (does["reasons"] or [{"file": None, "line": None, "why": raises}])[0]
    place = reason["file"] or revision.path
    if reason["line"]:
        place = "%s:%d" % (place, reason["line"])
    return Refused(
        "incomplete",
        "whether the revision `%s`%s changes `%s` can't be told: %s (%s)"
        % (revision.revision, said(revision), table, reason["why"], place),
        "say in that script what it writes, by a line `# lback: writes users` or `# lback: "
        "writes nothing`, or in `lback.toml` under `[plan.writes]`",
    )


def no_match(selection: "Selection", bottom: "Optional[Script]") -> Refused:
    """Returns the error for a table that no revision changes."""
    if bottom is not None:
        return Refused(
            "usage",
            "from `%s` on, no applied revision changes `%s`" % (bottom.revision, selection.typed),
            "`lback plan rollback %s` shows which is the latest one that does" % selection.typed,
        )
    found = {}
    referenced = set()
    for revision in selection.applied:
        does = selection.does(revision)
        for table in does["writes"]:
            found[shown(table)] = table
        if selection.means_any(does["references"]):
            referenced.add(revision.revision)
    elsewhere = sorted(
        name
        for name, table in found.items()
        if selection.typed.same(table["name"], selection.typed.name)
    )
    if elsewhere:
        hint = "there is `%s`" % "`, `".join(elsewhere)
    elif referenced:
        hint = (
            "`--include-references` also counts revisions that only mention it, as `%s` does"
            % sorted(referenced)[0]
        )
    else:
        near = difflib.get_close_matches(str(selection.typed), sorted(found), 3)
        hint = (
            "did you mean `%s`?" % "`, `".join(near)
            if near
            else "`lback plan rollback base` shows what each applied revision changes"
        )
    what = (
        "is neither a revision nor a table that an applied revision changes"
        if selection.question["reading"] is None
        else "is no table that an applied revision changes"
    )
    return Refused("usage", "`%s` %s" % (selection.typed, what), hint)


def said(revision: "Script") -> str:
    """Returns the first line of a script's docstring, in parentheses."""
    return " (%s)" % revision.doc if revision.doc else ""


def is_conditional(does: FunctionJson, table: TableJson) -> bool:
    """Returns whether all operations on a table depend on what the database holds."""
    operations = [
        each for each in does["operations"] if table in (each["table"], each["new_table"])
    ]
    return bool(operations) and all(each["conditional"] for each in operations)
