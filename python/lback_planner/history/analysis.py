"""The analysis: what each revision does in either direction. The other parts of the planner ask
here.
"""

import os
import time
from typing import Any, Callable, Dict, Iterable, Mapping, Optional, Sequence

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from ..diagnostics import ignored
from ..isolation.state import Isolation
from ..loaded_files import LoadedFiles
from .live_database import LiveDatabase
from .replay import Replay
from .result_cache import ResultCache
from .revisions import RevisionHistory

#: Seconds after which what was found is kept, in case that there is no time for the rest.
KEEP_EVERY = 5.0
#: Seconds between two reports on the progress.
REPORT_EVERY = 0.1

Progress = Callable[[int, int], Any]
Declared = Mapping[str, Sequence[str]]


class Analysis:
    """The analysis of one project for one database.

    `cache` is the folder in which results are kept between runs, `root` the project's folder,
    `declared` what lback.toml declares of revisions, `progress` is called with how many revisions
    are done, and how many there are. `live` has answers of the database, `isolation` says how the
    process is isolated.
    """

    def __init__(
        self,
        script: ScriptDirectory,
        context: MigrationContext,
        cache: Optional[str] = None,
        root: Optional[str] = None,
        declared: Optional[Declared] = None,
        progress: Optional[Progress] = None,
        live: Optional[LiveDatabase] = None,
        isolation: Optional[Isolation] = None,
        loaded: Optional[LoadedFiles] = None,
    ) -> None:
        self.root = root or os.getcwd()
        self.live = live or LiveDatabase(context)
        isolation = isolation or Isolation()
        self.cache = ResultCache(cache, script, context, self.root, self.live, isolation, loaded)
        self.history = RevisionHistory(
            script, context, self.root, declared or {}, self.cache, self.live
        )
        self.replay = Replay(self.history, context)
        self._progress = progress

    @property
    def analysed(self) -> Iterable[str]:
        """The revisions that were not kept from an earlier run."""
        return self.history.analysed

    def resume(self, entries: Mapping[str, Sequence[Any]]) -> None:
        """Takes over what another process has found."""
        self.history.resume(entries)

    def prepare(self, revision_ids: Iterable[str]) -> None:
        """Analyses revisions, and what came before them."""
        pending = self.history.pending(revision_ids)
        reported = kept = time.monotonic()
        for done, revision in enumerate(pending):
            now = time.monotonic()
            if now - reported > REPORT_EVERY:
                self._report(done, len(pending))
                reported = now
            if now - kept > KEEP_EVERY:
                self.keep()
                kept = time.monotonic()
            self.history.find(revision)
        self._report(len(pending), len(pending))
        self.keep()

    def revision(self, revision_id: str, keys_left: Optional[bool] = None) -> Dict[str, Any]:
        """Returns what a revision does in either direction, and whether it can be reverted.

        `keys_left` is whether SQLite enforces foreign keys because of a step before it.
        """
        return self.history.result(revision_id, keys_left)

    def files(self, revision_id: str) -> Mapping[str, Optional[str]]:
        """Returns the digests of the files that the result of a revision depends on."""
        return self.history.files(revision_id)

    def text(self, path: str) -> str:
        """Returns the text of a script."""
        return self.history.text(path)

    def keep(self) -> None:
        """Keeps what was found for the next run."""
        self.cache.keep(self.history.revisions)

    def _report(self, done: int, total: int) -> None:
        if self._progress is None:
            return
        try:
            self._progress(done, total)
        except Exception as error:
            ignored(error, "the analysis continues when its progress can't be reported any more")
            self._progress = None
