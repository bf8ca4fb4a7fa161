"""The revisions in the order in which they come, the schema before each, and the results."""

from . import kinds
from .direction import Direction, analyse
from .run import arguments_of, run
from .schema import Schema
from .trace import Project
from .worlds import first


class Revision:
    def __init__(self, number, script, parents):
        self.number = number
        self.script = script
        self.id = script.revision
        self.parents = parents
        #: A bit for each revision that comes before.
        self.ancestors = 0


class History:
    def __init__(self, script, analysis):
        self.analysis = analysis
        self.revisions = {}
        self.ordered = []
        self.directions = {}
        self.state = None
        self.folded = 0
        self.projects = {}
        for found, parents in in_order(script):
            revision = Revision(len(self.ordered), found, parents)
            for parent in parents:
                revision.ancestors |= self.revisions[parent].ancestors | (1 << self.revisions[parent].number)
            self.revisions[revision.id] = revision
            self.ordered.append(revision)

    # The schema.

    def before(self, revision):
        """The schema as its ancestors left it; not to be changed by others."""
        missing = revision.ancestors
        if self.state is None or self.folded & ~revision.ancestors:
            self.state, self.folded = Schema(), 0
        missing &= ~self.folded
        while missing:
            number = (missing & -missing).bit_length() - 1
            missing &= missing - 1
            for change in self.changes(self.ordered[number]):
                self.state.apply(change)
            self.folded |= 1 << number
        return self.state

    def changes(self, revision):
        return self.directed(revision, "upgrade").changes

    def directed(self, revision, which):
        key = revision.id, which
        if key not in self.directions:
            self.complete_ancestors(revision)
            self.directions[key] = self.analyse(revision, which)
        return self.directions[key]

    def complete_ancestors(self, revision):
        """Analyses what comes before, in order: `before` needs it, and Python's stack is not endless."""
        missing = revision.ancestors
        while missing:
            number = (missing & -missing).bit_length() - 1
            missing &= missing - 1
            ancestor = self.ordered[number]
            key = ancestor.id, "upgrade"
            if key not in self.directions:
                self.directions[key] = self.analyse(ancestor, "upgrade")

    def analyse(self, revision, which):
        schema = self.before(revision)
        if which == "downgrade":
            after = schema.copy()
            for change in self.directed(revision, "upgrade").changes:
                after.apply(change)
            schema = after
        try:
            module = revision.script.module
        except Exception as error:
            found = Direction()
            found.reason("can't be loaded (%s: %s)" % (type(error).__name__, error), revision.script.path)
            return found.finish()
        return analyse(module, which, self.analysis.context, schema, module_path(module, revision.script), self.project(revision.script.path))

    def project(self, path):
        import os

        folder = os.path.dirname(path)
        if folder not in self.projects:
            self.projects[folder] = Project(self.analysis.root, path)
        return self.projects[folder]

    # Results.

    def result(self, revision_id):
        revision = self.revisions[revision_id]
        self.complete_ancestors(revision)
        up, down = self.directed(revision, "upgrade"), self.directed(revision, "downgrade")
        has_downgrade = hasattr(revision.script.module, "downgrade")
        reversible, because = reversibility(up, down, has_downgrade)
        return {"upgrade": self.as_json(up), "downgrade": self.as_json(down), "reversible": reversible, "irreversible_because": because}

    def as_json(self, found):
        writes, references = [], []
        for effect in found.effects:
            for table in effect.written():
                if table not in writes:
                    writes.append(table)
        for effect in found.effects:
            for table in effect.mentioned():
                if table not in references and table not in writes:
                    references.append(table)
        return {
            "operations": [effect.as_json() for effect in found.effects],
            "writes": [table.as_json() for table in writes],
            "references": [table.as_json() for table in references],
            "complete": not found.reasons,
            "reasons": [{"file": None if reason.file is None else self.analysis.file(reason.file), "line": reason.line, "why": reason.why} for reason in found.reasons],
            "raises": found.raises,
            "empty": found.empty,
            "sql": found.sql,
        }

    def recorded(self, revision_id, which):
        revision = self.revisions[revision_id]
        self.complete_ancestors(revision)
        schema = self.before(revision).copy()
        if which == "downgrade":
            for change in self.directed(revision, "upgrade").changes:
                schema.apply(change)
        function = getattr(revision.script.module, which, None)
        if function is None:
            return []
        arguments = arguments_of(function, self.analysis.context)
        outcome = run(function, arguments or (), self.analysis.context, schema, first(), module_path(revision.script.module, revision.script))
        return [(operation, None if table is None else table.as_json(), text) for operation, table, text in outcome.events]


def module_path(module, script):
    code = getattr(getattr(module, "upgrade", None), "__code__", None)
    return code.co_filename if code is not None and code.co_filename.endswith(script.path.rsplit("/", 1)[-1]) else script.path


def reversibility(up, down, has_downgrade):
    if not has_downgrade:
        return "no", "there is no `downgrade()`"
    if down.raises is not None:
        return "no", "`downgrade()` raises %s" % down.raises
    does = any(kinds.writes(effect.kind) or effect.kind not in ("select", "execute") for effect in up.effects)
    undoes = any(kinds.writes(effect.kind) or effect.kind not in ("select",) for effect in down.effects)
    if does and not undoes and not down.reasons:
        return "no", "`downgrade()` does nothing"
    if down.reasons or (up.reasons and not undoes):
        return "unknown", None
    return "yes", None


def in_order(script):
    """Each revision after those it comes from and depends on, with their ids."""
    found = {}
    for revision in all_of(script):
        parents = getattr(revision, "_all_down_revisions", None)
        if parents is None:
            parents = [each for group in (revision.down_revision, revision.dependencies) for each in ((group,) if isinstance(group, str) else group or ())]
        found[revision.revision] = revision, [parent for parent in parents]
    placed = set()
    for start in sorted(found):
        stack = [start]
        while stack:
            current = stack[-1]
            if current in placed:
                stack.pop()
                continue
            missing = [parent for parent in found[current][1] if parent in found and parent not in placed]
            if missing:
                stack.extend(reversed(missing))
                continue
            stack.pop()
            placed.add(current)
            yield found[current][0], [parent for parent in found[current][1] if parent in found]


def all_of(script):
    revision_map = getattr(script.revision_map, "_revision_map", None)
    if revision_map is None:
        return list(script.walk_revisions())
    unique = {}
    for revision in revision_map.values():
        if revision is not None:
            unique[revision.revision] = revision
    return list(unique.values())
