"""Where the predictions come from: the one place to change when `lback plan --json` gives them."""

import os
import sys
import time

PACKAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "src", "alembic", "plan", "python")


def predict(script, context, root, cache=None):
    """`{revision: what the analysis says}`, in the order of the history, and the seconds that it took."""
    sys.path.insert(0, os.path.abspath(PACKAGE))
    from _lback_plan.analysis import Analysis

    # Alembic loads the scripts in any case.
    for revision in script.walk_revisions():
        revision.module
    began = time.perf_counter()
    analysis = Analysis(script, context, root=root, cache=cache)
    ids = [revision.id for revision in analysis.history.ordered]
    analysis.prepare(ids)
    found = {revision: analysis.revision(revision) for revision in ids}
    return found, time.perf_counter() - began
