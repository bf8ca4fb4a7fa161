"""The rollback of a table: which applied revisions changed it, and where Alembic has to go back to.

The newest applied revision that writes the table is the match. Everything above it, or that depends
on it, is collateral. A revision that renames the table is a match, and before it the table has its
old name. Before the revision that creates the table, the name means another one.
"""

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
from .name_reading import NameReading
from .refusals import FunctionJson, is_clear, is_conditional, no_match, unclear
from .table_names import TableJson, TableName, shown

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext
    from alembic.script import Script, ScriptDirectory

    from ..history.analysis import Analysis


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
        return NameReading(self).is_revision()

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
            raise no_match(self, bottom)
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
            touched = self.changed_table(revision, names)
            if touched is not None:
                self.matches.append(Match(revision, list(names), touched))
                self.table = self.table or touched
                names = self.names_before(self.does(revision), names)

    def require_latest(self) -> None:
        """Raises an error if another branch changes the table too: neither is the latest."""
        matches = [match.revision for match in self.matches]
        names = self.matches[0].names
        ancestors = alembic_internals.ancestors(self.graph, matches)
        below = {revision.revision for revision in ancestors}
        for revision in self.applied:
            if revision.revision in below:
                continue
            if self.changed_table(revision, names) is not None:
                first = matches[0].revision
                raise Refused(
                    "usage",
                    "`%s` was last changed by `%s` and by `%s`, in different branches"
                    % (self.typed, first, revision.revision),
                    "say which one: `lback rollback %s --to-before %s`, or `--to-before %s`"
                    % (self.typed, first, revision.revision),
                )

    def changed_table(self, revision: "Script", names: Sequence[TableName]) -> Optional[TableJson]:
        """Returns the table that a revision changes, `None` if it surely changes none of them."""
        does = self.does(revision)
        touched = self.touched(does, names)
        if touched is None and not is_clear(does):
            raise unclear(self.typed, revision, does)
        return touched

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
        matched = {match.revision.revision: match for match in self.matches}
        descendants = alembic_internals.descendants(self.graph, [lowest], dependencies=False)
        above = {revision.revision for revision in descendants}
        for revision in self.applied:
            name = revision.revision
            if name in matched:
                self.roles[name] = ("match", self.change(matched[name]))
            elif name in meant:
                why = (
                    "stands above `%s`"
                    if name in above
                    else "depends on `%s`, or on what stands above it"
                )
                self.roles[name] = ("collateral", why % lowest.revision)

    def change(self, match: Match) -> str:
        """Returns in words that a match changes the table. A match that may change it names the
        last revision that certainly does.
        """
        table = shown(match.table)
        if not is_conditional(self.does(match.revision), match.table):
            return "changes `%s`" % table
        certain = self.last_certain(match)
        other = (
            "no revision before it" if certain is None else "`%s` is the last one that" % certain
        )
        return "may change `%s`, depending on the data; %s certainly changes it" % (table, other)

    def last_certain(self, match: Match) -> Optional[str]:
        """Returns the newest revision before a match that changes the table whatever the database
        holds.
        """
        names = self.names_before(self.does(match.revision), list(match.names))
        for revision in self.applied[self.applied.index(match.revision) + 1 :]:
            does = self.does(revision)
            table = self.touched(does, names)
            if table is not None and not is_conditional(does, table):
                return str(revision.revision)
            names = self.names_before(does, names)
        return None

    def migration(self) -> Optional[Dict[str, Any]]:
        """Returns the inverse of the matches as a new revision, if that is asked for instead."""
        if not self.question["as_migration"]:
            return None
        from .inverse import InverseRevision

        return InverseRevision(self).describe()
