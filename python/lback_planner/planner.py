"""The planner: which steps Alembic would take, and what each of them does.

The steps are those of Alembic's own script directory. The planner asks for them,
`rollback.selection` finds the target of the rollback of a table, and `history.analysis` knows what
a revision does. In a run of lback, the planner works in a process of its own, at the point where
env.py has connected and Alembic has read the heads.
"""

import os
from typing import Any, Dict, Iterable, List, Mapping, Optional, Protocol, Tuple

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from .compat import alembic_internals
from .history.analysis import Analysis
from .refused import Refused
from .rollback.selection import Selection
from .steps import Heads, heads_after, steps_down, steps_up

Document = Dict[str, Any]
#: What a revision has to do with a table that is rolled back, and why, by the revision's id.
Roles = Mapping[str, Tuple[str, str]]


class Channel(Protocol):
    """A receiver of the planner's reports."""

    def report(self, kind: str, /, **values: Any) -> None:
        """Sends a document of a kind."""


class Planner:
    """Answers one request for all databases of a project."""

    def __init__(self, channel: Channel, request: Document) -> None:
        self.channel = channel
        self.request = request

    def plan(self, context: MigrationContext, heads: Iterable[str], database: Document) -> None:
        """Reports the plan for one database, or why there is none."""
        try:
            part = self.database_plan(context, tuple(sorted(heads)))
        except Refused as refused:
            self._refuse(refused.kind, str(refused), refused.hint)
        except CommandError as error:
            self._refuse("alembic", str(error), None)
        else:
            part["database"] = dict(database, **part["database"])
            self.channel.report("database_plan", **part)

    def _refuse(self, kind: str, message: str, hint: Optional[str]) -> None:
        self.channel.report("refused", kind=kind, message=message, hint=hint)

    def database_plan(self, context: MigrationContext, heads: Heads) -> Document:
        """Returns the plan for one database. Raises `Refused`, or Alembic's `CommandError`."""
        environment = context.environment_context
        assert environment is not None
        script = environment.script
        question = self.request["question"]
        analysis = self._analysis(script, context)
        part: Document = {"reading": "revision", "table": None, "migration": None}
        roles: Roles = {}
        target: Optional[str] = question.get("target")
        if question["type"] == "upgrade":
            assert target is not None
            steps = steps_up(script, target, heads)
        else:
            if question["type"] == "table":
                selection = Selection(script, context, heads, analysis, question)
                target, roles = self._select(selection, part)
            require_single_head(target, heads)
            steps = [] if target is None else steps_down(script, target, heads)
        part["target"] = target
        described = self._described(steps, analysis, roles)
        after = sorted(heads_after(heads, steps))
        part["database"] = {"heads": list(heads), "target_heads": after, "steps": described}
        return part

    def _select(self, selection: Any, part: Document) -> Tuple[Optional[str], Roles]:
        """Returns where to go back to for a table, and what each revision has to do with it."""
        question = self.request["question"]
        if selection.is_revision():
            return (None if question["only_table"] else question["name"]), {}
        selection.choose()
        migration = selection.migration()
        part.update(reading="table", table=selection.table, migration=migration)
        # A new revision takes nothing back.
        return (selection.target if migration is None else None), selection.roles

    def _analysis(self, script: ScriptDirectory, context: MigrationContext) -> Analysis:
        def progress(done: int, total: int) -> None:
            self.channel.report("analysing", done=done, total=total)

        request = self.request
        return Analysis(
            script,
            context,
            cache=request["cache"],
            root=request["root"],
            declared=request["declared"],
            progress=progress,
        )

    def _described(self, steps: List[Any], analysis: Analysis, roles: Roles) -> List[Document]:
        analysis.prepare([step.revision.revision for step in steps])
        return [
            self._step(step, analysis.revision(step.revision.revision), roles) for step in steps
        ]

    def _step(self, step: Any, revision: Document, roles: Roles) -> Document:
        direction = "upgrade" if step.is_upgrade else "downgrade"
        does = revision[direction]
        part, because = roles.get(step.revision.revision, (None, None))
        file = self._named(step.revision.path)
        return dict(
            identified(step),
            file=file,
            operations=does["operations"],
            writes=does["writes"],
            references=does["references"],
            reversible=revision["reversible"],
            irreversible_because=revision["irreversible_because"],
            sql=does["sql"],
            doubts=doubts_of(revision, direction, file),
            part=part,
            because=because,
        )

    def _named(self, path: str) -> str:
        """Returns a file's name relative to the project's root, if it is in there."""
        relative = os.path.relpath(path, self.request["root"])
        return path if relative.startswith(os.pardir) else relative


def doubts_of(revision: Document, direction: str, file: str) -> List[Document]:
    """Returns why a step may do more than its operations."""
    does = revision[direction]
    doubts = list(does["reasons"])
    if not does["complete"] and not doubts:
        doubts.append({"file": file, "line": None, "why": "what it does could not be told"})
    known_end = direction == "downgrade" and revision["reversible"] == "no"
    if does["raises"] and not known_end:
        # Here it ends; where it is run for real, it may not.
        why = "`%s()` raises %s: what would come after that isn't known" % (
            direction,
            does["raises"],
        )
        doubts.append({"file": file, "line": None, "why": why})
    return doubts


def identified(step: Any) -> Document:
    """Returns a step's document, without what the step does."""
    revision = step.revision
    return {
        "revision": revision.revision,
        "direction": "upgrade" if step.is_upgrade else "downgrade",
        "down_revisions": list(alembic_internals.down_revisions(revision)),
        "depends_on": list(alembic_internals.resolved_dependencies(revision)),
        "branch_labels": sorted(alembic_internals.own_branch_labels(revision)),
        "doc": step.doc,
        "file": None,
        "operations": [],
        "writes": [],
        "references": [],
        "reversible": "unknown",
        "irreversible_because": None,
        "sql": None,
        "doubts": [],
        "part": None,
        "because": None,
    }


def require_single_head(target: Optional[str], heads: Heads) -> None:
    """Refuses a number of steps where several heads are current: Alembic takes one of them, not
    always the same.
    """
    if target is None or len(heads) < 2:
        return
    if target.startswith("-") and target[1:].isdigit():
        raise Refused(
            "usage",
            "several revisions are current: %s" % ", ".join(heads),
            "say which one to go back from: `lback rollback %s@%s`" % (heads[0], target),
        )
