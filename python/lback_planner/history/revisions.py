"""The revisions of a project in the order in which they come, the schema before each, and the
results.
"""

import os
from typing import (
    Any,
    Collection,
    Dict,
    Iterable,
    List,
    Mapping,
    Optional,
    Sequence,
    Set,
    Tuple,
)

from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory

from ..coverage.tracer import Project
from ..diagnostics import ignored
from ..isolation import attempts
from ..model import Change
from ..schema.facts import Use
from ..schema.state import Schema
from .declarations import in_text, settle, settled_changes, text_of
from .dependencies import Dependencies, looks_unseen
from .digests import text_digest, value_digest
from .direction import analyse
from .findings import Direction
from .keys_left import with_keys_left
from .leftovers import leftovers
from .live_database import LiveDatabase, runs_in_transaction
from .loading import loading, module_path, tried
from .order import in_order
from .result_cache import Entry, ResultCache, digest_of_changes
from .reversibility import Directions, reversibility, with_failures
from .revision import Revision, are_apart, bits, is_on_one_line
from .spoilt import Spoilt
from .stale_code import doubt_stale
from .statements import statements_of


class RevisionHistory:
    """All revisions. Each is analysed once in a process, after those that it comes from and depends
    on.
    """

    def __init__(
        self,
        script: ScriptDirectory,
        context: MigrationContext,
        root: str,
        declared: Mapping[str, Sequence[str]],
        cache: ResultCache,
        live: LiveDatabase,
    ) -> None:
        self.context = context
        self.live = live
        self.root = root
        self.cache = cache
        self.revisions: Dict[str, Revision] = {}
        self.ordered: List[Revision] = []
        #: Revisions that were not kept from an earlier run.
        self.analysed: Set[str] = set()
        self._declared = declared
        self._runs_in_transaction = runs_in_transaction(script, context)
        #: Whether the revisions before one leave SQLite enforcing keys, run one after another.
        self._keys_left: Dict[str, bool] = {}
        #: What was found in this process, and a bit for each of them.
        self._entries: Dict[str, Entry] = {}
        self._done = 0
        self._chains: Dict[str, str] = {}
        #: Whether something before a revision makes tables belong to others, or SQLite enforce
        #: foreign keys.
        self._kin: Dict[str, bool] = {}
        #: The schema that was worked out last, and a bit for each revision in it.
        self._state: Optional[Schema] = None
        self._folded = 0
        self._projects: Dict[str, Project] = {}
        self._dependencies: Dict[str, Dependencies] = {}
        for found, parents in in_order(script):
            revision = Revision(len(self.ordered), found, parents)
            for parent in parents:
                above = self.revisions[parent]
                revision.ancestors |= above.ancestors | (1 << above.number)
            self.revisions[revision.id] = revision
            self.ordered.append(revision)

    # The schema.

    def _before(self, revision: Revision) -> Schema:
        """Returns the schema as a revision's ancestors left it; not to be changed by others."""
        if self._state is None or self._folded & ~revision.ancestors:
            self._state, self._folded = self.live.empty_schema(), 0
            self._state.in_transaction = self._runs_in_transaction
        for number in bits(revision.ancestors & ~self._folded):
            for change in self.changes(self.ordered[number]):
                self._state.apply(change)
            self._folded |= 1 << number
        return self._state

    def changes(self, revision: Revision) -> List[Change]:
        """Returns what a revision means for the schema."""
        entry = self._entry(revision)
        said = self._said(revision, entry)
        return entry.changes if said is None else settled_changes(entry.changes, said)

    def _said(self, revision: Revision, entry: Entry) -> Optional[List[str]]:
        """Returns what persons declare of a revision, in lback.toml and in the script; ``None`` for
        nothing.
        """
        said = self._declared.get(revision.id)
        if said is None:
            return entry.said
        return list(said) + list(entry.said or ())

    def _chain(self, revision: Revision) -> str:
        """Returns the digest of all that comes before, which must have been analysed."""
        found = self._chains.get(revision.id)
        if found is None:
            parts: List[str] = []
            kin = keys_left = False
            for parent in sorted(revision.parents):
                above = self.revisions[parent]
                entry = self._entry(above)
                parts += [self._chain(above), entry.digest, repr(self._said(above, entry))]
                kin = kin or self._kin[parent] or any(each.makes_kin() for each in entry.changes)
                leaves = entry.result["upgrade"]["leaves_keys"]
                keys_left = keys_left or (self._keys_left[parent] if leaves is None else leaves)
            self._kin[revision.id] = kin
            self._keys_left[revision.id] = keys_left
            found = self._chains[revision.id] = text_digest("\0".join(parts))
        return found

    # Results.

    def _entry(self, revision: Revision) -> Entry:
        found = self._entries.get(revision.id)
        if found is None:
            # In order: Python's stack is not endless.
            for number in bits(revision.ancestors & ~self._done):
                self.find(self.ordered[number])
            found = self._entries.get(revision.id) or self.find(revision)
        return found

    def pending(self, revision_ids: Iterable[str]) -> List[Revision]:
        """Returns those of these revisions and of their ancestors that are not analyzed yet, in
        order.
        """
        wanted = 0
        for revision_id in revision_ids:
            revision = self.revisions[revision_id]
            wanted |= revision.ancestors | (1 << revision.number)
        found = [self.ordered[number] for number in bits(wanted)]
        return [revision for revision in found if revision.id not in self._entries]

    def find(self, revision: Revision) -> Entry:
        """Returns what was kept of a revision, or analyses it."""
        chain = self._chain(revision)
        chains: Collection[Optional[str]] = (None, chain)
        if not self._kin[revision.id]:
            chains = (None, chain, "")
        entry = self.cache.get(revision.id, revision.script.path, chains)
        is_new = entry is None
        if entry is None:
            entry = self._analyse(revision, chain)
        self._entries[revision.id] = entry
        self._done |= 1 << revision.number
        if is_new and attempts.is_spoilt and self.cache.is_isolated:
            raise Spoilt({name: each.as_json() for name, each in self._entries.items()})
        return entry

    def resume(self, entries: Mapping[str, Sequence[Any]]) -> None:
        """Takes over what another process has found."""
        for name, entry in entries.items():
            self._entries[name] = Entry.of_json(entry)
            self._done |= 1 << self.revisions[name].number

    def _analyse(self, revision: Revision, chain: str) -> Entry:
        self.analysed.add(revision.id)
        script = revision.script
        schema = self._before(revision).copy()
        schema.use = Use()
        schema.path_is_left = schema.path is not None
        both = self._directions(script, schema)
        up, down = both.up, both.down
        files: Dict[str, Optional[str]] = {}
        environ: Dict[str, Optional[str]] = {}
        try:
            files, environ = self._behind(script, up, down)
            doubt_stale(self.cache.loaded, both, files)
        except Exception as error:
            ignored(error, "a result is not cached when its dependencies are unknown")
            up.volatile = True
        reversible, because = reversibility(both)
        result = {
            "upgrade": self._as_json(up),
            "downgrade": self._as_json(down),
            "reversible": reversible,
            "irreversible_because": because,
            "leftovers": leftovers(both),
        }
        entry = Entry(
            path=script.path,
            files=files,
            environ=environ,
            chain=self._depends_on(revision, schema.use, chain),
            changes=up.changes,
            said=in_text(self.text(script.path)),
            result=result,
            digest=digest_of_changes(up.changes),
        )
        if up.volatile or down.volatile or schema.use.place:
            self.cache.forget(revision.id)
        else:
            self.cache.put(revision.id, entry)
        return entry

    def _directions(self, script: Script, schema: Schema) -> Directions:
        """Analyses both directions of a script; one that can't be loaded is a doubt."""
        try:
            with loading(script.path):
                module: Any = script.module
                has_downgrade = hasattr(module, "downgrade")
            path = module_path(module, script)
            project = self._project(path)
            up = analyse(module, "upgrade", self.context, schema, path, project)
            after = schema.copy()
            for change in up.changes:
                after.apply(change)
            after.path_is_left = after.path is not None
            down = analyse(module, "downgrade", self.context, after, path, project)
            both = Directions(up, down, has_downgrade)
        except Exception as error:
            why = "can't be loaded (%s: %s)" % (type(error).__name__, error)
            both = Directions(Direction(), Direction(), True)
            for found in (both.up, both.down):
                found.reason(why, script.path)
                found.finish()
        for found in (both.up, both.down):
            found.also_at_loading(tried(script.path), script.path)
        return both

    def _depends_on(self, revision: Revision, use: Use, chain: str) -> Optional[str]:
        """Returns what of all that comes before a result depends on."""
        if use.used or (use.kin and self._kin[revision.id]):
            return chain
        return "" if use.kin else None

    def _behind(
        self, script: Script, up: Direction, down: Direction
    ) -> Tuple[Dict[str, Optional[str]], Dict[str, Optional[str]]]:
        """Returns the files and the variables that results depend on, with their digests."""
        paths = {path for path in up.files | down.files if not path.endswith(".pyc")}
        paths.add(script.path)
        folder = os.path.dirname(script.path)
        if folder not in self._dependencies:
            self._dependencies[folder] = Dependencies(self._project(script.path), self.cache.loaded)
        paths.update(self._dependencies[folder].of(script.module))
        if self.cache.loaded is not None:
            paths.update(self.cache.loaded.absent_entries())
        up.volatile = up.volatile or looks_unseen(self._source(script.path))
        files = {path: self.cache.files.digest(path) for path in sorted(paths)}
        return files, {name: value_digest(name) for name in sorted(up.environ | down.environ)}

    def text(self, path: str) -> str:
        """Returns the text of a script: the one that was loaded, if that is known."""
        source = self._source(path)
        return text_of(path) if source is None else source

    def _source(self, path: str) -> Optional[str]:
        """Returns the text that was loaded from a path, if that is known."""
        return None if self.cache.loaded is None else self.cache.loaded.source(path)

    def files(self, revision_id: str) -> Mapping[str, Optional[str]]:
        """Returns the digests of the files that the result of a revision depends on."""
        return self._entry(self.revisions[revision_id]).files

    def _project(self, path: str) -> Project:
        folder = os.path.dirname(path)
        if folder not in self._projects:
            self._projects[folder] = Project(self.root, path)
        return self._projects[folder]

    def result(self, revision_id: str, keys_left: Optional[bool] = None) -> Dict[str, Any]:
        """Returns what a revision does, with what persons declare of it.

        `keys_left` is whether a step before it, in the same run, leaves SQLite enforcing keys. By
        default it is what all revisions before it leave.
        """
        revision = self.revisions[revision_id]
        entry = self._entry(revision)
        self._chain(revision)
        are_left = self._keys_left[revision_id] if keys_left is None else keys_left
        said = self._said(revision, entry)
        result = with_failures(entry.result, is_on_one_line(revision, self.ordered))
        with_keys_left(result, are_left)
        return result if said is None else settle(dict(result), said)

    def _as_json(self, found: Direction) -> Dict[str, Any]:
        writes = dict.fromkeys(table for effect in found.effects for table in effect.written())
        mentions = dict.fromkeys(table for effect in found.effects for table in effect.mentioned())
        reasons = [
            {"file": self._named(reason.file), "line": reason.line, "why": reason.why}
            for reason in found.reasons
        ]
        return {
            "operations": [effect.as_json() for effect in found.effects],
            "writes": [table.as_json() for table in writes],
            "references": [table.as_json() for table in mentions if table not in writes],
            "complete": not found.reasons,
            "reasons": reasons,
            "raises": found.raises,
            "empty": found.empty,
            "fails": None if found.fails is None else found.fails.as_json(),
            "statements": statements_of(found),
            "by_left_keys": [effect.as_json() for effect in found.by_left_keys],
            "leaves_keys": found.leaves_keys,
        }

    def _named(self, path: Optional[str]) -> Optional[str]:
        """Returns a file's name relative to the project, if it is in there."""
        if path is None:
            return None
        try:
            relative = os.path.relpath(path, self.root)
        except ValueError:
            # It is on another drive.
            return path
        return path if relative.startswith("..") else relative

    def are_apart(self, one: str, other: str) -> bool:
        """Returns whether neither of two revisions follows the other."""
        return are_apart(self.revisions[one], self.revisions[other])

    def schema_before(self, revision_id: str) -> Schema:
        """Returns a copy of the schema as the ancestors of a revision left it."""
        return self._before(self.revisions[revision_id]).copy()

    def schema_after(self, revision_id: str) -> Schema:
        """Returns a copy of the schema as a revision and its ancestors left it."""
        revision = self.revisions[revision_id]
        self._entry(revision)
        schema = self.schema_before(revision_id)
        for change in self.changes(revision):
            schema.apply(change)
        return schema
