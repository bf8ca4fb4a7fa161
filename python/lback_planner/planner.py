"""The planner: which steps Alembic would take, and what each of them does.

The steps are those of Alembic's own script directory. The planner asks for them,
`rollback.selection` finds the target of the rollback of a table, and `history.analysis` knows what
a revision does. In a run of lback, the planner works in a process of its own, at the point where
env.py has connected and Alembic has read the heads.
"""

import json
import os
from typing import (
    Any,
    Dict,
    FrozenSet,
    Iterable,
    Iterator,
    List,
    Mapping,
    Optional,
    Protocol,
    Tuple,
)

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from .compat import alembic_internals
from .dropped_twice import dropped_twice
from .execution import sandbox
from .facts.saved import refuse_other_project
from .file_aspects import is_aspect
from .history.allow_comments import allow_comments
from .history.analysis import Analysis
from .history.live_database import LiveDatabase, server_version
from .history.loading import load_all
from .isolation import attempts
from .isolation.child import Sender
from .isolation.state import IN_PROCESS, Isolation
from .loaded_files import LoadedFiles
from .refused import Refused
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

    def __init__(
        self, channel: Channel, request: Document, loaded: Optional[LoadedFiles] = None
    ) -> None:
        self.channel = channel
        self.request = request
        self.isolation = Isolation()
        #: The results of a process that was spoilt, as JSON.
        self.found = b""
        self.live: Optional[LiveDatabase] = None
        #: The project's code as this process has loaded it.
        self.loaded = loaded
        #: The files that ran, or were read, before the barrier was up.
        self.before: FrozenSet[str] = frozenset()

    def look(self, context: MigrationContext) -> None:
        """Asks the database all that the plan needs, while there is a connection."""
        if self.loaded is not None:
            self.before = frozenset(self.loaded.paths())
        self.live = live = LiveDatabase(context)
        live.enforces_keys()
        live.switches_keys()
        live.place()
        question = self.request["question"]
        if question["type"] != "table":
            return
        # While compiled files can be written.
        from .rollback.selection import Selection  # noqa: F401
        from .rollback.table_names import TableName

        if question["reading"] is None:
            name = TableName.parse(question["name"])
            if name is not None:
                live.table_names(name.schema)

    def isolate(self, sender: Sender, lacking: Optional[str], found: bytes) -> None:
        """Has the plan made in this process, which is behind the barrier, or lacks it.

        `found` has the results of a process before, empty for none.
        """
        self.channel = sender
        self.found = found
        self.isolation = Isolation(lacking, sender.keep)

    def plan(self, context: MigrationContext, heads: Iterable[str], database: Document) -> None:
        """Reports the plan for one database, or why there is none."""
        try:
            part = self.database_plan(context, tuple(sorted(heads)))
        except Refused as refused:
            self._refuse(refused.kind, str(refused), refused.hint)
        except CommandError as error:
            self._refuse("alembic", str(error), None)
        else:
            part["database"] = dict(database, **server_of(context), **part["database"])
            self.channel.report("database_plan", **part)

    def _refuse(self, kind: str, message: str, hint: Optional[str]) -> None:
        self.channel.report("refused", kind=kind, message=message, hint=hint)

    def database_plan(self, context: MigrationContext, heads: Heads) -> Document:
        """Returns the plan for one database. Raises `Refused`, or Alembic's `CommandError`."""
        environment = context.environment_context
        assert environment is not None
        script = environment.script
        question = self.request["question"]
        sandbox.install()
        load_all(script)
        refuse_other_project(self.request.get("facts"), list(script.get_bases()))
        analysis = self._analysis(script, context)
        part: Document = {"reading": "revision", "table": None, "migration": None}
        roles: Roles = {}
        target: Optional[str] = question.get("target")
        if question["type"] == "upgrade":
            assert target is not None
            steps = steps_up(script, target, heads)
        else:
            if question["type"] == "table":
                from .rollback.selection import Selection

                selection = Selection(script, context, heads, analysis, question)
                target, roles = self._select(selection, part)
            require_single_head(target, heads)
            steps = [] if target is None else steps_down(script, target, heads)
        part["target"] = target
        described = self._described(steps, analysis, roles)
        after = sorted(heads_after(heads, steps))
        part["database"] = {"heads": list(heads), "target_heads": after, "steps": described}
        if self.loaded is not None:
            part["database"]["inputs"] = inputs_of(steps, analysis, self.loaded)
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
        analysis = Analysis(
            script,
            context,
            cache=request["cache"],
            root=request["root"],
            declared=request["declared"],
            progress=progress,
            live=self.live,
            isolation=self.isolation,
            loaded=self.loaded,
        )
        if self.found:
            analysis.resume(json.loads(self.found))
        return analysis

    def _described(self, steps: List[Any], analysis: Analysis, roles: Roles) -> List[Document]:
        analysis.prepare([step.revision.revision for step in steps])
        described = []
        keys_left = False
        for step in steps:
            revision = analysis.revision(step.revision.revision, keys_left)
            described.append(self._step(step, revision, roles))
            leaves = revision["upgrade" if step.is_upgrade else "downgrade"]["leaves_keys"]
            keys_left = keys_left if leaves is None else leaves
        paths = [step.revision.path for step in steps]
        for document, doubt in dropped_twice(described, paths, analysis.history.are_apart):
            document["doubts"].append(doubt)
        for path, document in zip(paths, described):
            file = document["file"]
            document["allow_comments"] = allow_comments(analysis.text(path), file)
            for line, why in self._doubts_of_isolation(path, paths):
                document["doubts"].append({"file": file, "line": line, "why": why})
        return described

    def _doubts_of_isolation(
        self, path: str, paths: List[str]
    ) -> Iterator[Tuple[Optional[int], str]]:
        """Yields what may have escaped, with its line: without a barrier, anything; with one, what
        was tried beside a script, by a thread that it left.
        """
        lacking = self.isolation.lacking
        if lacking is not None and lacking != IN_PROCESS:
            yield None, "is analysed without the operating system's barrier: %s" % lacking
        if self._has_run(path):
            yield None, "is loaded by env.py, so that its top level ran without the barrier"
        for attempt in attempts.strays:
            line = attempt.line_in(path)
            if line is not None or not any(attempt.line_in(other) for other in paths):
                yield line, attempt.why

    def _has_run(self, path: str) -> bool:
        """Returns whether the top level of a script ran before the barrier was up, or may have."""
        if self.loaded is None or os.path.abspath(path) not in self.before:
            return False
        return not self.loaded.is_static(path)

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
            leftovers=revision["leftovers"],
            statements=does["statements"],
            doubts=doubts_of(revision, direction, file),
            allow_comments=[],
            part=part,
            because=because,
        )

    def _named(self, path: str) -> str:
        """Returns a file's name relative to the project's root, if it is in there."""
        relative = os.path.relpath(path, self.request["root"])
        return path if relative.startswith(os.pardir) else relative


def server_of(context: MigrationContext) -> Document:
    """Returns the server of a database. `facts.receiver` adds what it says of the tables."""
    dialect: Any = context.dialect
    is_mariadb = bool(getattr(dialect, "is_mariadb", False))
    version = ".".join(map(str, server_version(context)))
    return {
        "server": "mariadb" if is_mariadb else dialect.name,
        "version": version or None,
        "schema": getattr(dialect, "default_schema_name", None),
        "tables": [],
        "saved_facts": None,
    }


def inputs_of(steps: List[Any], analysis: Analysis, loaded: LoadedFiles) -> List[Document]:
    """Returns the files that a plan was made of, with the digests of what was loaded."""
    found = {file["path"]: file for file in loaded.files()}
    for step in steps:
        revision = step.revision
        for path, digest in analysis.files(revision.revision).items():
            absolute = path if is_aspect(path) else os.path.abspath(path)
            file = found.setdefault(absolute, {"path": absolute})
            file.update(sha256=digest, is_input=True)
        script = os.path.abspath(revision.path)
        if script in found:
            found[script]["revision"] = revision.revision
    return list(found.values())


def doubts_of(revision: Document, direction: str, file: str) -> List[Document]:
    """Returns why a step may do more than its operations."""
    does = revision[direction]
    doubts = list(does["reasons"])
    if not does["complete"] and not doubts:
        doubts.append({"file": file, "line": None, "why": "what it does could not be told"})
    if does["fails"] is not None:
        why = "can't work: %s" % does["fails"]["why"]
        doubts.append({"file": file, "line": does["fails"]["line"], "why": why})
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
        "leftovers": [],
        "statements": [],
        "doubts": [],
        "allow_comments": [],
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
