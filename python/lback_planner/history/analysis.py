"""The door: what each revision does in either direction."""

import os
import time

from .result_cache import Cache
from .revisions import History

#: Seconds after which what was found is kept, in case that there is no time for the rest.
KEPT_EVERY = 5.0
#: Seconds between two words on how far it is.
TOLD_EVERY = 0.1


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
        """Analyses these, and what came before them."""
        pending = self.history.pending(revision_ids)
        told = kept = time.monotonic()
        for done, revision in enumerate(pending):
            now = time.monotonic()
            if now - told > TOLD_EVERY:
                self.tell(done, len(pending))
                told = now
            if now - kept > KEPT_EVERY:
                self.keep()
                kept = time.monotonic()
            self.history.find(revision)
        self.tell(len(pending), len(pending))
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

