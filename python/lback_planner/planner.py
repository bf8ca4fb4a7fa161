"""Makes a plan: which steps Alembic would take, and what each of them does.

The steps are those of Alembic's own script directory. This module asks for them, `table` finds the target of the rollback of a table, and `analysis` says what a revision
does. It runs in a process of its own, at the point where env.py has connected and Alembic has read the heads.
"""

import os

from .refused import Refused
from .steps import steps_down


class Planner:
    """What one request asks of all databases of a project."""

    def __init__(self, channel, request):
        self.channel = channel
        self.request = request

    def plan(self, context, heads, database):
        """Reports the plan for one database, or why there is none."""
        try:
            part = self.database_plan(context, tuple(sorted(heads)))
        except Refused as refused:
            self.channel.report("refused", kind=refused.kind, message=str(refused), hint=refused.hint)
        except Exception as error:
            if not is_command_error(error):
                raise
            self.channel.report("refused", kind="alembic", message=str(error), hint=None)
        else:
            self.channel.report("database_plan", **dict(part, database=dict(database, **part["database"])))

    def database_plan(self, context, heads):
        script = context.environment_context.script
        question = self.request["question"]
        analysis = self.analysis(script, context)
        part = {"reading": "revision", "table": None, "migration": None}
        roles = {}
        target = question.get("target")
        if question["type"] == "upgrade":
            steps = script._upgrade_revs(target, heads)
        else:
            if question["type"] == "table":
                from .rollback.selection import Selection

                selection = Selection(script, context, heads, analysis, question)
                if selection.is_revision():
                    target = None if question["only_table"] else question["name"]
                else:
                    selection.choose()
                    target, roles = selection.target, selection.roles
                    part.update(reading="table", table=selection.table, migration=selection.migration())
                    if part["migration"] is not None:
                        # A new revision takes nothing back.
                        target = None
            require_single_head(target, heads)
            steps = [] if target is None else steps_down(script, target, heads)
        part["target"] = target
        described = self.described(steps, analysis, roles)
        part["database"] = {"heads": list(heads), "target_heads": sorted(heads_after(heads, steps)), "steps": described}
        return part

    def analysis(self, script, context):
        from .history.analysis import Analysis

        def progress(done, total):
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

    def described(self, steps, analysis, roles):
        analysis.prepare([step.revision.revision for step in steps])
        return [self.step(step, analysis.revision(step.revision.revision), roles) for step in steps]

    def step(self, step, revision, roles):
        direction = "upgrade" if step.is_upgrade else "downgrade"
        does = revision[direction]
        part, because = roles.get(step.revision.revision, (None, None))
        file = self.named(step.revision.path)
        doubts = list(does["reasons"])
        if not does["complete"] and not doubts:
            doubts.append({"file": file, "line": None, "why": "what it does could not be told"})
        if does["raises"] and not (direction == "downgrade" and revision["reversible"] == "no"):
            # Here it ends; where it is run for real, it may not.
            doubts.append({"file": file, "line": None, "why": "`%s()` raises %s: what would come after that isn't known" % (direction, does["raises"])})
        return dict(
            identified(step),
            file=file,
            operations=does["operations"],
            writes=does["writes"],
            references=does["references"],
            reversible=revision["reversible"],
            irreversible_because=revision["irreversible_because"],
            sql=does["sql"],
            doubts=doubts,
            part=part,
            because=because,
        )

    def named(self, path):
        """A file as it is named from the project's root, where it lies in there."""
        relative = os.path.relpath(path, self.request["root"])
        return path if relative.startswith(os.pardir) else relative


def identified(step):
    """A step, without what it does."""
    revision = step.revision
    return {
        "revision": revision.revision,
        "direction": "upgrade" if step.is_upgrade else "downgrade",
        "down_revisions": list(revision._versioned_down_revisions),
        "depends_on": list(revision._resolved_dependencies),
        "branch_labels": sorted(revision._orig_branch_labels),
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


def require_single_head(target, heads):
    """With several current heads Alembic takes one of them for a number of steps, and not always the same."""
    if target is not None and target.startswith("-") and target[1:].isdigit() and len(heads) > 1:
        raise Refused(
            "usage",
            "several revisions are current: %s" % ", ".join(heads),
            "say which one to go back from: `lback rollback %s@%s`" % (heads[0], target),
        )


def heads_after(heads, steps):
    """The heads when all steps are done, as Alembic itself keeps them."""
    from alembic.runtime.migration import HeadMaintainer

    class Heads(HeadMaintainer):
        """Without a database."""

        def _insert_version(self, version):
            self.heads.add(version)

        def _delete_version(self, version):
            self.heads.discard(version)

        def _update_version(self, from_, to_):
            self.heads.discard(from_)
            self.heads.add(to_)

    maintainer = Heads(None, heads)
    for step in steps:
        parent = only_parent(step)
        if parent is not None and step.revision.revision in maintainer.heads:
            # Alembic comes to the same after it has looked at all that lies below, at each step.
            maintainer._update_version(step.revision.revision, parent)
        else:
            maintainer.update_to_step(step)
    return maintainer.heads


def only_parent(step):
    """Where a downgrade goes from one revision to the only one below, above which there is no other: then that becomes the head."""
    if step.is_upgrade or len(step.revision._all_down_revisions) != 1:
        return None
    parent = step.revision_map.get_revision(step.revision._all_down_revisions[0])
    return parent.revision if parent._all_nextrev == {step.revision.revision} else None


def is_command_error(error):
    from alembic.util import CommandError

    return isinstance(error, CommandError)
