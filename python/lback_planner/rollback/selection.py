"""The rollback of a table: which applied revisions changed it, and where Alembic has to go back to.

The newest applied revision that writes the table is the match. Everything above it, or that depends
on it, is collateral. A revision that renames the table is a match, and before it the table has its
old name. Before the revision that creates the table, the name means another one.
"""

import difflib
import re
from typing import (
    TYPE_CHECKING,
    Any,
    Dict,
    Iterable,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Set,
    Tuple,
)

from ..compat import alembic_internals
from ..diagnostics import ignored
from ..refused import Refused
from ..steps import steps_down
from .table_names import TableJson, TableName, shown

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext
    from alembic.script import Script, ScriptDirectory

    from ..history.analysis import Analysis

#: What a function of a script does, as plans have it.
FunctionJson = Dict[str, Any]


class Match(NamedTuple):
    """A revision that changes the table."""

    revision: "Script"
    #: The names that the table has just after it.
    names: List[TableName]
    #: The table under one of these names.
    table: TableJson


class Selection:
    """The revisions to revert for one table, of one database."""

    def __init__(
        self,
        script: "ScriptDirectory",
        context: "MigrationContext",
        heads: Tuple[str, ...],
        analysis: "Analysis",
        question: Dict[str, Any],
    ) -> None:
        self.script = script
        self.context = context
        self.heads = heads
        self.analysis = analysis
        self.question = question
        #: The name as it was typed, `None` if no table can have it.
        self.parsed = TableName.parse(question["name"])
        self.default_schema = getattr(context.dialect, "default_schema_name", None)
        self.graph = script.revision_map
        #: Applied revisions, newest first.
        self.applied = self.applied_revisions()
        #: The revisions that change the table, newest first.
        self.matches: List[Match] = []
        self.table: Optional[TableJson] = None
        self.target: Optional[str] = None
        #: Why each revision is in the plan, by its id.
        self.roles: Dict[str, Tuple[str, str]] = {}

    @property
    def typed(self) -> TableName:
        """The name as it was typed. It must be one that a table can have."""
        assert self.parsed is not None
        return self.parsed

    def applied_revisions(self) -> "List[Script]":
        """Returns the revisions that are applied, newest first."""
        revisions = self.graph.get_revisions(self.heads)
        applied: List[Any] = [revision for revision in revisions if revision is not None]
        return self.newest_first(alembic_internals.ancestors(self.graph, applied))

    def newest_first(self, revisions: Iterable[Any]) -> "List[Script]":
        """Returns revisions, each before all that it follows or depends on."""
        left = {revision.revision: revision for revision in revisions}
        above: Dict[str, Set[str]] = {name: set() for name in left}
        for name, revision in left.items():
            for below in alembic_internals.all_down_revisions(revision) or ():
                if below in above:
                    above[below].add(name)
        order = []
        # Between branches the ids decide, so that it is always the same.
        ready = sorted((name for name in left if not above[name]), reverse=True)
        while ready:
            name = ready.pop()
            order.append(left[name])
            for below in alembic_internals.all_down_revisions(left[name]) or ():
                if below in above:
                    above[below].discard(name)
                    if not above[below]:
                        ready.append(below)
        return order

    # What was typed.

    def is_revision(self) -> bool:
        """Returns whether the name is a revision's or a label's, and not a table's."""
        name, reading = self.question["name"], self.question["reading"]
        if reading == "revision":
            return True
        if reading == "table":
            return False
        revision = self.find_revision(name)
        if revision is None:
            return False
        if self.parsed is None or not self.may_be_table():
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
            return self.script.get_revision(name)
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
        word = re.compile(r"(?<!\w)%s(?!\w)" % re.escape(self.typed.name), re.IGNORECASE)
        named = [revision for revision in self.applied if self.mentions(revision, word)]
        if not named:
            return False
        self.analysis.prepare([revision.revision for revision in named])
        return any(self.means_any(self.does(revision)["writes"]) for revision in named)

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
        try:
            from sqlalchemy import inspect

            inspector: Any = inspect(self.context.connection)
            names = inspector.get_table_names(schema=self.typed.schema)
        except Exception as error:
            ignored(error, "without the database's answer, the scripts tell whether it is a table")
            return False
        return any(self.typed.same(name, self.typed.name) for name in names)

    def means_any(self, tables: Iterable[TableJson]) -> bool:
        """Returns whether one of these tables is meant."""
        return any(self.typed.means(table, self.default_schema) for table in tables)

    # The match.

    def choose(self) -> None:
        """Finds the revisions, and the target for Alembic."""
        if self.parsed is None:
            raise Refused(
                "usage",
                "`%s` can't be the name of a table" % self.question["name"],
                "write `table` or `schema.table`",
            )
        bottom = self.find_bottom()
        self.analysis.prepare([revision.revision for revision in self.applied])
        self.find_matches(bottom)
        if not self.matches:
            raise self.no_match(bottom)
        if bottom is None:
            self.require_latest()
        lowest = self.lowest()
        if not self.question["as_migration"]:
            # Where nothing is taken back there is nothing to go back to.
            self.target = self.target_below(lowest)

    def does(self, revision: "Script") -> FunctionJson:
        """Returns what the `upgrade()` of a revision does."""
        found: FunctionJson = self.analysis.revision(revision.revision)["upgrade"]
        return found

    def find_bottom(self) -> "Optional[Script]":
        """Returns the revision of `--to-before`."""
        name = self.question["to_before"]
        if name is None:
            return None
        revision: Any = self.script.get_revision(name)
        if revision not in self.applied:
            raise Refused(
                "usage",
                "the revision `%s` is not applied" % revision.revision,
                "`lback history --indicate-current` shows what is",
            )
        found: "Script" = revision
        return found

    def find_matches(self, bottom: "Optional[Script]") -> None:
        """Finds the revisions that change the table, down to one of them, or to so many."""
        names = [self.typed]
        count = None if bottom is not None else self.question["count"]
        above_bottom = None if bottom is None else self.closure([bottom])
        for revision in self.applied:
            if not names or (count is not None and len(self.matches) >= count):
                return
            if above_bottom is not None and revision.revision not in above_bottom:
                continue
            does = self.does(revision)
            touched = self.touched(does, names)
            if touched is None and not is_clear(does):
                raise self.unclear(revision, does)
            if touched is not None:
                self.matches.append(Match(revision, list(names), touched))
                self.table = self.table or touched
                names = self.names_before(does, names)

    def require_latest(self) -> None:
        """Raises an error if another branch changes the table too: neither is the latest."""
        matches = [match.revision for match in self.matches]
        names = self.matches[0].names
        ancestors = alembic_internals.ancestors(self.graph, matches)
        below = {revision.revision for revision in ancestors}
        for revision in self.applied:
            if revision.revision in below:
                continue
            does = self.does(revision)
            touched = self.touched(does, names)
            if touched is None and not is_clear(does):
                raise self.unclear(revision, does)
            if touched is not None:
                first = matches[0].revision
                raise Refused(
                    "usage",
                    "`%s` was last changed by `%s` and by `%s`, in different branches"
                    % (self.typed, first, revision.revision),
                    "say which one: `lback rollback %s --to-before %s`, or `--to-before %s`"
                    % (self.typed, first, revision.revision),
                )

    def touched(self, does: FunctionJson, names: Sequence[TableName]) -> Optional[TableJson]:
        """Returns the table that a revision changes under one of these names."""
        tables = list(does["writes"])
        tables += [
            operation["new_table"] for operation in does["operations"] if operation["new_table"]
        ]
        if self.question["include_references"]:
            tables += does["references"]
        return next(
            (table for name in names for table in tables if name.means(table, self.default_schema)),
            None,
        )

    def names_before(self, does: FunctionJson, names: List[TableName]) -> List[TableName]:
        """Returns the table's names before this revision; none, if this revision creates it."""
        for operation in reversed(does["operations"]):
            table, new = operation["table"], operation["new_table"]
            if (
                operation["kind"] == "rename_table"
                and new is not None
                and self.named_by(names, new)
            ):
                before = TableName(table["schema"], table["name"], True)
                # Where it may or may not be renamed, both names count.
                names = names + [before] if operation["conditional"] else [before]
            elif (
                operation["kind"] == "create_table"
                and table is not None
                and not operation["conditional"]
            ):
                names = [name for name in names if not name.means(table, self.default_schema)]
        return names

    def named_by(self, names: Sequence[TableName], table: TableJson) -> bool:
        """Returns whether a table has one of these names."""
        return any(name.means(table, self.default_schema) for name in names)

    def unclear(self, revision: "Script", does: FunctionJson) -> Refused:
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
            % (revision.revision, said(revision), self.typed, reason["why"], place),
            "say in that script what it writes, by a line `# lback: writes users` or `# lback: "
            "writes nothing`, or in `lback.toml` under `[plan.writes]`",
        )

    def no_match(self, bottom: "Optional[Script]") -> Refused:
        """Returns the error for a table that no revision changes."""
        if bottom is not None:
            return Refused(
                "usage",
                "from `%s` on, no applied revision changes `%s`" % (bottom.revision, self.typed),
                "`lback plan rollback %s` shows which is the latest one that does" % self.typed,
            )
        found = {}
        referenced = set()
        for revision in self.applied:
            does = self.does(revision)
            for table in does["writes"]:
                found[shown(table)] = table
            if self.means_any(does["references"]):
                referenced.add(revision.revision)
        elsewhere = sorted(
            name for name, table in found.items() if self.typed.same(table["name"], self.typed.name)
        )
        if elsewhere:
            hint = "there is `%s`" % "`, `".join(elsewhere)
        elif referenced:
            hint = (
                "`--include-references` also counts revisions that only mention it, as `%s` does"
                % sorted(referenced)[0]
            )
        else:
            near = difflib.get_close_matches(str(self.typed), sorted(found), 3)
            hint = (
                "did you mean `%s`?" % "`, `".join(near)
                if near
                else "`lback plan rollback base` shows what each applied revision changes"
            )
        what = (
            "is neither a revision nor a table that an applied revision changes"
            if self.question["reading"] is None
            else "is no table that an applied revision changes"
        )
        return Refused("usage", "`%s` %s" % (self.typed, what), hint)

    # Where to go back to.

    def closure(self, revisions: "List[Script]") -> Set[str]:
        """Returns the applied revisions above these, or that depend on them."""
        applied = {revision.revision for revision in self.applied}
        above = alembic_internals.descendants(self.graph, revisions, dependencies=True)
        return {revision.revision for revision in above} & applied

    def lowest(self) -> "Script":
        """Returns the match whose reverting takes all others with it."""
        matches = [match.revision for match in self.matches]
        wanted = {revision.revision for revision in matches}
        for revision in reversed(matches):
            if wanted <= self.closure([revision]):
                return revision
        names = ", ".join("`%s`" % revision.revision for revision in matches)
        raise Refused(
            "usage",
            "the revisions that change `%s` lie in different branches: %s" % (self.typed, names),
            "take them back one after the other: `lback rollback %s`, without `--count` and "
            "`--to-before`" % self.typed,
        )

    def target_below(self, lowest: "Script") -> str:
        """Returns the target for Alembic with which it takes exactly the steps that are meant."""
        meant = self.closure([lowest])
        self.explain(lowest, meant)
        parents = alembic_internals.down_revisions(lowest)
        candidates = [parent for parent in parents if len(parents) == 1]
        candidates += ["%s@%s" % (lowest.revision, parent) for parent in parents]
        candidates += [] if parents else ["base", "%s@base" % lowest.revision]
        taken: Set[str] = set()
        failure: Optional[str] = None
        for candidate in candidates:
            try:
                steps = steps_down(self.script, candidate, self.heads)
            except Refused:
                raise
            except Exception as error:
                ignored(error, "Alembic refuses one of the candidates")
                failure = str(error)
                continue
            failure = None
            taken = {step.revision.revision for step in steps}
            if taken == meant:
                return candidate
        difference = failure or "it would take `%s`" % ", ".join(sorted(taken ^ meant))
        raise Refused(
            "alembic",
            "Alembic has no target that takes back `%s` and what stands above it, and nothing "
            "else: %s" % (lowest.revision, difference),
            "`lback plan rollback REVISION` shows what Alembic would do for a revision",
        )

    def explain(self, lowest: "Script", meant: Set[str]) -> None:
        """Notes why each revision is in the plan."""
        matched = {match.revision.revision: match.table for match in self.matches}
        descendants = alembic_internals.descendants(self.graph, [lowest], dependencies=False)
        above = {revision.revision for revision in descendants}
        for revision in self.applied:
            name = revision.revision
            if name in matched:
                self.roles[name] = ("match", "changes `%s`" % shown(matched[name]))
            elif name in meant:
                why = (
                    "stands above `%s`"
                    if name in above
                    else "depends on `%s`, or on what stands above it"
                )
                self.roles[name] = ("collateral", why % lowest.revision)

    def migration(self) -> Optional[Dict[str, Any]]:
        """Returns the inverse of the matches as a new revision, if that is asked for instead."""
        if not self.question["as_migration"]:
            return None
        from .inverse import InverseRevision

        return InverseRevision(self).describe()


def is_clear(does: FunctionJson) -> bool:
    """Returns whether nothing else can be done than what was found.

    A function that an error ends here may go on where it runs for real.
    """
    return does["complete"] and not does["raises"]


def said(revision: "Script") -> str:
    """Returns the first line of a script's docstring, in parentheses."""
    return " (%s)" % revision.doc if revision.doc else ""
