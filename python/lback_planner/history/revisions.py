"""The revisions in the order in which they come, the schema before each, and the results."""

import os

from .. import operation_kinds
from .result_cache import Entry, enforces_keys, text_digest, value_digest
from .declarations import in_file, settle, settled_changes
from .dependencies import Dependencies
from .direction import FIRST_STEPS, Direction, analyse
from ..execution.run import arguments_of, run
from ..execution.run_steps import RunSteps
from ..schema.state import Schema, Use
from ..coverage.tracer import Project
from ..execution.scenarios import first


class Revision:
    def __init__(self, number, script, parents):
        self.number = number
        self.script = script
        self.id = script.revision
        self.parents = parents
        #: A bit for each revision that comes before.
        self.ancestors = 0


def bits(number):
    """The numbers of the bits that are set, the lowest first."""
    while number:
        yield (number & -number).bit_length() - 1
        number &= number - 1


class History:
    def __init__(self, script, analysis, cache):
        self.analysis = analysis
        self.cache = cache
        self.revisions = {}
        self.ordered = []
        #: What was found in this process, and what it was found to mean: `{id: Entry}`.
        self.entries = {}
        #: A bit for each of them.
        self.done = 0
        self.chains = {}
        #: Whether something before a revision makes tables belong to others, or SQLite enforce foreign keys, by its id.
        self.kin = {}
        self.state = None
        self.folded = 0
        self.projects = {}
        self.dependencies = {}
        for found, parents in in_order(script):
            revision = Revision(len(self.ordered), found, parents)
            for parent in parents:
                revision.ancestors |= self.revisions[parent].ancestors | (1 << self.revisions[parent].number)
            self.revisions[revision.id] = revision
            self.ordered.append(revision)

    # The schema.

    def before(self, revision):
        """The schema as its ancestors left it; not to be changed by others."""
        if self.state is None or self.folded & ~revision.ancestors:
            self.state, self.folded = Schema(), 0
            self.state.enforces_keys = enforces_keys(self.analysis.context)
        for number in bits(revision.ancestors & ~self.folded):
            for change in self.changes(self.ordered[number]):
                self.state.apply(change)
            self.folded |= 1 << number
        return self.state

    def changes(self, revision):
        entry = self.entry(revision)
        said = self.declared(revision, entry)
        return entry.changes if said is None else settled_changes(entry.changes, said)

    def declared(self, revision, entry):
        """What persons say of a revision, in lback.toml and in the script; `None` for nothing."""
        said = self.analysis.declared.get(revision.id)
        if said is None:
            return entry.said
        return list(said) + list(entry.said or ())

    def chain(self, revision):
        """The digest of all that comes before. What comes before must have been analysed."""
        found = self.chains.get(revision.id)
        if found is None:
            parts = []
            for parent in sorted(revision.parents):
                entry = self.entry(self.revisions[parent])
                parts += [self.chain(self.revisions[parent]), entry.digest, repr(self.declared(self.revisions[parent], entry))]
            self.kin[revision.id] = any(self.kin[parent] or any(makes_kin(change) for change in self.entry(self.revisions[parent]).changes) for parent in revision.parents)
            found = self.chains[revision.id] = text_digest("\0".join(parts))
        return found

    # Results.

    def entry(self, revision):
        found = self.entries.get(revision.id)
        if found is None:
            # In order: Python's stack is not endless.
            for number in bits(revision.ancestors & ~self.done):
                self.find(self.ordered[number])
            found = self.entries.get(revision.id) or self.find(revision)
        return found

    def pending(self, revision_ids):
        """Those of these revisions and of what came before them that nobody has looked at in this process, in order."""
        wanted = 0
        for revision_id in revision_ids:
            revision = self.revisions[revision_id]
            wanted |= revision.ancestors | (1 << revision.number)
        return [self.ordered[number] for number in bits(wanted) if self.ordered[number].id not in self.entries]

    def find(self, revision):
        chain = self.chain(revision)
        entry = self.cache.get(revision.id, revision.script.path, (None, chain) if self.kin[revision.id] else (None, chain, ""))
        if entry is None:
            entry = self.analyse(revision, chain)
        self.entries[revision.id] = entry
        self.done |= 1 << revision.number
        return entry

    def analyse(self, revision, chain):
        self.analysis.analysed.add(revision.id)
        script = revision.script
        schema = self.before(revision).copy()
        schema.use = Use()
        module = None
        try:
            module = script.module
            path = module_path(module, script)
            project = self.project(path)
            up = analyse(module, "upgrade", self.analysis.context, schema, path, project)
            after = schema.copy()
            for change in up.changes:
                after.apply(change)
            down = analyse(module, "downgrade", self.analysis.context, after, path, project)
            has_downgrade = hasattr(module, "downgrade")
        except Exception as error:
            up, down, has_downgrade = Direction(), Direction(), True
            for found in (up, down):
                found.reason("can't be loaded (%s: %s)" % (type(error).__name__, error), script.path)
                found.finish()
        reversible, because = reversibility(up, down, has_downgrade)
        result = {"upgrade": self.as_json(up), "downgrade": self.as_json(down), "reversible": reversible, "irreversible_because": because}
        try:
            files, environ = self.behind(script, module, up, down)
        except Exception:
            # What it depends on isn't known: it isn't kept.
            files, environ, up.volatile = {}, {}, True
        entry = Entry(script.path, files, environ, self.depends_on(revision, schema.use, chain), up.changes, in_file(script.path), result)
        if up.volatile or down.volatile:
            self.cache.forget(revision.id)
        else:
            self.cache.put(revision.id, entry)
        return entry

    def depends_on(self, revision, use, chain):
        """What of all that comes before a result depends on."""
        if use.used or (use.kin and self.kin[revision.id]):
            return chain
        return "" if use.kin else None

    def behind(self, script, module, up, down):
        paths = {script.path} | {path for path in up.files | down.files if not path.endswith(".pyc")}
        if module is not None:
            folder = os.path.dirname(script.path)
            if folder not in self.dependencies:
                self.dependencies[folder] = Dependencies(self.project(script.path))
            paths.update(self.dependencies[folder].of(module))
        files = {path: self.cache.files.digest(path) for path in sorted(paths)}
        return files, {name: value_digest(name) for name in sorted(up.environ | down.environ)}

    def project(self, path):
        folder = os.path.dirname(path)
        if folder not in self.projects:
            self.projects[folder] = Project(self.analysis.root, path)
        return self.projects[folder]

    def result(self, revision_id):
        revision = self.revisions[revision_id]
        entry = self.entry(revision)
        said = self.declared(revision, entry)
        return entry.result if said is None else settle(dict(entry.result), said)

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
        if which == "downgrade":
            self.entry(revision)
        schema = self.before(revision).copy()
        if which == "downgrade":
            for change in self.changes(revision):
                schema.apply(change)
        function = getattr(revision.script.module, which, None)
        if function is None:
            return []
        arguments = arguments_of(function, self.analysis.context)
        outcome = run(function, arguments or (), self.analysis.context, schema, first(), module_path(revision.script.module, revision.script), RunSteps(FIRST_STEPS))
        return [(event.operation, [table.as_json() for table in event.tables], event.text) for event in outcome.events]


def makes_kin(change):
    """Whether it changes what most operations mean."""
    return change[0] in ("attach", "enforce_keys") or (change[0] == "create_table" and bool(change[3].get("parents")))


def module_path(module, script):
    code = getattr(getattr(module, "upgrade", None), "__code__", None)
    return code.co_filename if code is not None and code.co_filename.endswith(script.path.rsplit("/", 1)[-1]) else script.path


def reversibility(up, down, has_downgrade):
    if not has_downgrade:
        return "no", "there is no `downgrade()`"
    if down.raises is not None:
        return "no", "`downgrade()` raises %s" % down.raises
    does = any(operation_kinds.writes(effect.kind) or effect.kind not in ("select", "execute") for effect in up.effects)
    undoes = any(operation_kinds.writes(effect.kind) or effect.kind not in ("select",) for effect in down.effects)
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
