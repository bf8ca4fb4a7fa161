"""The reading of a name that was typed: as a revision's or as a table's."""

import re
from typing import TYPE_CHECKING, Optional

from ..diagnostics import ignored
from ..refused import Refused

if TYPE_CHECKING:
    from alembic.script import Script

    from .selection import Selection


class NameReading:
    """The question whether the name of a selection is a revision's or a table's."""

    def __init__(self, selection: "Selection") -> None:
        self.selection = selection

    def is_revision(self) -> bool:
        """Returns whether the name is a revision's or a label's, and not a table's."""
        name, reading = self.selection.question["name"], self.selection.question["reading"]
        if reading == "revision":
            return True
        if reading == "table":
            return False
        revision = self.find_revision(name)
        if revision is None:
            return False
        if self.selection.parsed is None or not self.may_be_table():
            return True
        raise Refused(
            "usage",
            "`%s` is both a table and %s" % (name, self.described(revision, name)),
            "say which one is meant: `lback rollback --table %s` or `lback rollback --revision %s`"
            % (name, name),
        )

    def find_revision(self, name: str) -> "Optional[Script]":
        """Returns the revision that a name means, `None` if it means none."""
        try:
            return self.selection.script.get_revision(name)
        except Exception as error:
            ignored(error, "a name that is no revision may be a table")
            return None

    def described(self, revision: "Script", name: str) -> str:
        """Returns what a name is of a revision, for a message."""
        if revision.revision == name:
            return "a revision"
        if name in revision.branch_labels:
            return "a branch label"
        return "the beginning of the revision `%s`" % revision.revision

    def may_be_table(self) -> bool:
        """Returns whether there is such a table, or a script that writes to one."""
        if self.is_in_database():
            return True
        word = re.compile(r"(?<!\w)%s(?!\w)" % re.escape(self.selection.typed.name), re.IGNORECASE)
        named = [revision for revision in self.selection.applied if self.mentions(revision, word)]
        if not named:
            return False
        self.selection.analysis.prepare([revision.revision for revision in named])
        return any(
            self.selection.means_any(self.selection.does(revision)["writes"]) for revision in named
        )

    def mentions(self, revision: "Script", word: "re.Pattern[str]") -> bool:
        """Returns whether the text of a script has a word, or can't be read."""
        try:
            with open(revision.path, "rb") as file:
                text = file.read().decode("utf-8", "replace")
        except OSError:
            return True
        return word.search(text) is not None

    def is_in_database(self) -> bool:
        """Returns whether the database has such a table now."""
        names = self.selection.analysis.live.table_names(self.selection.typed.schema)
        return any(self.selection.typed.same(name, self.selection.typed.name) for name in names)
