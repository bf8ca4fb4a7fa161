"""The door: what each revision does in either direction."""

import os

from .cache import Cache
from .history import History


class Analysis:
    def __init__(self, script, context, cache=None, root=None, declared=None, progress=None):
        self.script = script
        self.context = context
        self.root = root or os.getcwd()
        self.declared = declared or {}
        self.progress = progress
        self.cache = Cache(cache, script, context, self.root)
        #: Revisions that were not kept from before.
        self.analysed = set()
        self.history = History(script, self, self.cache)

    # The interface.

    def prepare(self, revision_ids):
        """Analyses these, and what came before them as far as that is needed."""
        wanted = [revision for revision in revision_ids if revision not in self.history.entries]
        for done, revision in enumerate(wanted):
            self.tell(done, len(wanted))
            self.history.entry(self.history.revisions[revision])
        self.tell(len(wanted), len(wanted))
        self.keep()

    def revision(self, revision_id):
        return self.history.result(revision_id)

    def recorded(self, revision_id, direction):
        """The operations of a run in the likeliest world, alive."""
        return self.history.recorded(revision_id, direction)

    def keep(self):
        """Keeps what was found for the next run."""
        self.cache.keep(self.history.revisions)

    # For the parts.

    def tell(self, done, total):
        if self.progress is not None:
            try:
                self.progress(done, total)
            except Exception:
                self.progress = None

    def file(self, path):
        """A file's name, relative to the project."""
        try:
            relative = os.path.relpath(path, self.root)
        except ValueError:
            return path
        return path if relative.startswith("..") else relative

