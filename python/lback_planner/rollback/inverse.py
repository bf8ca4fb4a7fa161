"""The inverse of what revisions did to a table, as a new revision.

Nothing is taken back; history goes on. The text is Python for a person to review. It is written
from what the scripts' own functions call: `downgrade()` for the new `upgrade()`, and the other way
round. What is not the opposite, or could not be written, is a comment in it and a warning.
"""

import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Set, Tuple

from ..diagnostics import ignored
from ..model import Name
from ..refused import Refused
from ..schema.state import Schema
from ..writing.body import Body, Item, add_items, items
from ..writing.calls import CallLog
from ..writing.writer import new_writer
from .needs import Needs, Run, unseen
from .opposite import OppositeCheck

if TYPE_CHECKING:
    from alembic.script import Script

    from .selection import Match, Selection


class InverseRevision:
    """The inverse of the revisions that a selection matches."""

    def __init__(self, selection: "Selection") -> None:
        self.selection = selection
        self.analysis = selection.analysis
        self.writer = new_writer(self.autogenerate())
        self.head: Schema = self.analysis.replay.schema_of(
            revision.revision for revision in selection.applied
        )
        #: What a person has to know, each a sentence.
        self.warnings: List[str] = []

    def describe(self) -> Dict[str, Any]:
        """Returns the bodies of the new script, and what else lback needs to write it."""
        matches = self.selection.matches
        for match in matches:
            self.require_inverse(match.revision)
        parts = [(match, self.needs(match)) for match in matches]
        upgrades = [self.items(needs, needs.down) for _, needs in parts]
        downgrades = [self.items(needs, needs.up) for _, needs in reversed(parts)]
        if not any(upgrades):
            raise Refused(
                "incomplete",
                "no operation of `downgrade()` of `%s` is about `%s`"
                % (matches[0].revision.revision, self.selection.typed),
                "write the revision by hand: `lback makemigrations` begins one",
            )
        texts = self.texts(parts, upgrades, downgrades)
        newest = matches[0].revision
        return dict(
            texts,
            imports="\n".join(sorted(self.writer.imports)),
            message="revert %s to before %s"
            % (self.selection.typed, matches[-1].revision.revision),
            # The head of the branch that the newest of them belongs to.
            head="%s@head" % newest.revision
            if len(self.selection.script.get_heads()) > 1
            else "head",
            revisions=[match.revision.revision for match in matches],
            warnings=list(dict.fromkeys(self.warnings)),
        )

    def require_inverse(self, revision: "Script") -> None:
        """Raises an error if a revision can't be inverted."""
        found = self.analysis.revision(revision.revision)
        if found["reversible"] == "no":
            raise Refused(
                "incomplete",
                "the revision `%s` can't be inverted: %s"
                % (revision.revision, found["irreversible_because"]),
                "write the revision by hand: `lback makemigrations` begins one",
            )

    # The statements.

    def needs(self, match: "Match") -> Needs:
        """Returns what the inverse of one revision needs."""
        selection, revision = self.selection, match.revision
        names = match.names + selection.names_before(selection.does(revision), match.names)
        later = self.later_writes(revision)
        return Needs(
            self.run(revision, "upgrade"),
            self.run(revision, "downgrade"),
            is_meant=lambda table: selection.named_by(names, table.as_json()),
            is_free=lambda table: table not in later,
            schema=self.head,
        )

    def run(self, revision: "Script", which: str) -> Run:
        """Runs a function of a revision, and logs its calls."""
        log = CallLog(self.writer)
        outcome = self.analysis.replay.recorded(revision.revision, which, log)
        return Run(log, outcome.events, outcome.effects)

    def later_writes(self, revision: "Script") -> List[Name]:
        """Returns the tables that applied revisions above this one change."""
        above = self.selection.closure([revision]) - {revision.revision}
        return [
            Name(table["name"], table["schema"])
            for other in above
            for table in self.analysis.revision(other)["upgrade"]["writes"]
        ]

    def views(self, oldest: "Script") -> Set[Name]:
        """Returns the views that a revision and those above it make."""
        return {
            Name(operation["table"]["name"], operation["table"]["schema"])
            for other in self.selection.closure([oldest])
            for operation in self.analysis.revision(other)["upgrade"]["operations"]
            if operation["kind"] == "create_view"
        }

    def items(self, needs: Needs, run: Run) -> List[Item]:
        """Returns the statements of a function that are wanted."""
        return list(items(run.log, run.events, needs.of(run)))

    # The text.

    def texts(
        self,
        parts: "List[Tuple[Match, Needs]]",
        upgrades: List[List[Item]],
        downgrades: List[List[Item]],
    ) -> Dict[str, str]:
        """Returns the bodies of both functions, with remarks on what is not the opposite."""
        check = OppositeCheck(
            self.analysis.replay,
            self.writer,
            self.head,
            self.before(parts),
            {table for _, needs in parts for table in needs.tables},
            self.views(parts[-1][0].revision),
        )
        check.check(self.body(upgrades, []).text(), self.body(downgrades, []).text())
        remarks = [remark for match, needs in parts for remark in self.remarks(match, needs)]
        up = self.body(upgrades, remarks + self.said("upgrade", check.upgrade))
        down = self.body(downgrades, self.said("downgrade", check.downgrade))
        for name in up.missing + down.missing:
            self.warnings.append(
                "`%s` could not be written: look for the comment in the new script" % name
            )
        return {"upgrades": up.text(), "downgrades": down.text()}

    def before(self, parts: "List[Tuple[Match, Needs]]") -> Schema:
        """Returns the schema before the oldest of the revisions."""
        return self.analysis.history.schema_before(parts[-1][0].revision.revision)

    def said(self, function: str, found: List[str]) -> List[str]:
        """Returns remarks on a function of the new script."""
        return ["`%s()` of the new script: %s" % (function, what) for what in found]

    def remarks(self, match: "Match", needs: Needs) -> List[str]:
        """Returns the remarks on one of the revisions."""
        name = match.revision.revision
        found = self.analysis.revision(name)
        remarks = ["%s (`%s`)" % (remark, name) for remark in needs.remarks]
        for which, run in (("downgrade", needs.down), ("upgrade", needs.up)):
            for operation in unseen(found[which]["operations"], run):
                table = operation["table"]
                if table is None or Name(table["name"], table["schema"]) not in needs.tables:
                    continue
                remarks.append(
                    "`%s()` of `%s` does this only in some cases: %s on `%s`%s"
                    % (
                        which,
                        name,
                        operation["kind"].replace("_", " "),
                        table["name"],
                        place(operation["line"]),
                    )
                )
            for reason in found[which]["reasons"]:
                remarks.append(
                    "`%s()` of `%s` may do more: it %s%s"
                    % (which, name, reason["why"], place(reason["line"]))
                )
        return remarks

    def body(self, parts: List[List[Item]], remarks: List[str]) -> Body:
        """Returns the body of a function, with remarks before its statements."""
        body = Body()
        for remark in remarks:
            self.warnings.append(remark)
            body.remark(remark)
        if not self.template_has_imports():
            body.lines += sorted(self.writer.imports)
        add_items(body, self.writer, [item for part in parts for item in part])
        return body

    def template_has_imports(self) -> bool:
        """Returns whether the project's template puts imports at the head of a script."""
        path = os.path.join(self.selection.script.dir, "script.py.mako")
        try:
            with open(path, encoding="utf-8") as file:
                return "imports" in file.read()
        except (OSError, UnicodeDecodeError) as error:
            ignored(error, "a template that can't be read is Alembic's affair")
            return True

    def autogenerate(self) -> Any:
        """Returns Alembic's context for rendering operations, with the project's options."""
        from alembic.autogenerate.api import AutogenContext

        context = self.selection.context
        options = {
            "sqlalchemy_module_prefix": option(context, "sqlalchemy_module_prefix", "sa."),
            "alembic_module_prefix": option(context, "alembic_module_prefix", "op."),
            "user_module_prefix": context.opts.get("user_module_prefix"),
            "render_item": context.opts.get("render_item"),
        }
        prepared = AutogenContext(context, opts=options, autogenerate=False)
        prepared.imports = set()
        return prepared


def place(line: Optional[int]) -> str:
    """Returns the place of an operation or a doubt, nothing where the line isn't known."""
    return "" if line is None else " (line %d)" % line


def option(context: Any, name: str, usual: str) -> str:
    """Returns an option of env.py, or its usual value."""
    found = context.opts.get(name)
    return usual if found is None else str(found)
