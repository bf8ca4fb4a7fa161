"""The predictions: from the analysis itself, or from `lback plan --json`."""

import os
import sys
import time

PACKAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "python")


def predict(script, context, root, cache=None):
    """Returns `{revision: prediction}` in the order of the history, and the seconds it took."""
    sys.path.insert(0, os.path.abspath(PACKAGE))
    from lback_planner.history.analysis import Analysis

    # Alembic loads the scripts in any case.
    for revision in script.walk_revisions():
        revision.module
    began = time.perf_counter()
    analysis = Analysis(script, context, root=root, cache=cache)
    ids = [revision.id for revision in analysis.history.ordered]
    analysis.prepare(ids)
    found = {revision: analysis.revision(revision) for revision in ids}
    return found, time.perf_counter() - began


class Plans:
    """The predictions of the real lback, in the form of the analysis."""

    def __init__(self, lback):
        self.lback = lback
        self.seconds = 0.0

    def upgrades(self):
        """`{revision: {"upgrade": …}}`, in the order in which Alembic would apply them to the empty database."""
        return {step["revision"]: {"upgrade": said(step)} for step in self.steps("migrate", "heads")}

    def add_downgrades(self, found):
        """Adds the downgrades, and returns false where the history has none."""
        steps = self.steps("rollback", "base", may_refuse="no downgrade()")
        for step in steps or ():
            found[step["revision"]]["downgrade"] = said(step)
        return steps is not None

    def steps(self, *words, may_refuse=None):
        began = time.perf_counter()
        plan, refusal = self.lback.plan(*words)
        self.seconds += time.perf_counter() - began
        if refusal is not None and refusal.kind == may_refuse:
            print("  %s" % refusal.text)
            return None
        if refusal is not None:
            raise SystemExit("there is no plan: %s" % refusal.text)
        return plan["databases"][0]["steps"]


def said(step):
    return dict(step, complete=not step["doubts"], reasons=step["doubts"])
