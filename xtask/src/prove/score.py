"""The score of a comparison: tables that were named rightly, missed, or named without effect."""

import collections


class Score:
    def __init__(self):
        self.steps = self.complete = 0
        self.right = self.missed = self.extra = 0
        self.exact = self.covered = 0
        self.silent = []
        self.loud = []
        self.extras = []
        self.failed = []
        #: The tables at the head, and those whose rollback is refused, each with the reason.
        self.at_the_head = 0
        self.refused = []
        #: The steps that fail on these rows alone.
        self.need_other_rows = []
        #: The downgrades that fail, those of them that the plan calls irreversible, and those that
        #: it calls so although they work.
        self.failing = []
        self.marked = []
        self.works = []
        self.reasons = collections.Counter()

    def judge(self, revision, direction, said, changed, sent):
        written = {(table["schema"], table["name"]) for table in said["writes"]}
        # What the server keeps for itself, and what Alembic does.
        written = {name for name in written if not versions_table(name) and not name[1].startswith("sqlite_")}
        truth = changed | sent
        self.steps += 1
        self.complete += said["complete"]
        self.right += len(written & truth)
        self.extra += len(written - truth)
        self.exact += written == truth
        self.covered += truth <= written
        missed = truth - written
        self.missed += len(missed)
        for table in sorted(missed, key=str):
            (self.silent if said["complete"] else self.loud).append((revision, direction, table, "changed" if table in changed else "sent"))
        for table in sorted(written - truth, key=str):
            kinds = sorted({operation["kind"] + ("?" if operation["conditional"] else "") for operation in said["operations"] if (operation["table"] or {}).get("name") == table[1]})
            self.extras.append((revision, direction, table, " ".join(kinds)))

    def report(self, name, seconds, scripts, unfinished, verbose):
        named = self.right + self.extra
        there = self.right + self.missed
        for title, found in (("silent miss", self.silent), ("missed, but marked", self.loud), ("named without need", self.extras if verbose else [])):
            for line in found:
                print("  %s: %s" % (title, " ".join("%s.%s" % part if isinstance(part, tuple) and part[0] else part[1] if isinstance(part, tuple) else str(part) for part in line)))
        for revision, direction, reason in unfinished:
            print("  not complete: %s %s %s:%s %s" % (revision, direction, reason["file"], reason["line"], reason["why"]))
        for title, lines in (
            ("no truth", self.failed),
            ("fails on these rows", self.need_other_rows),
            ("fails, and is not marked", [line for line in self.failing if line not in self.marked]),
            ("marked, and works", self.works),
            ("refused", self.refused),
        ):
            for line in lines:
                print("  %s: %s" % (title, " ".join(map(str, line))))
        print(
            "%s: %d scripts, %d steps compared, %.1f%% complete, precision %.1f%%, recall %.2f%%, exact %.1f%%, silent misses %d, marked misses %d, analysed in %.2f s"
            % (
                name, scripts, self.steps, 100.0 * self.complete / max(self.steps, 1), 100.0 * self.right / max(named, 1), 100.0 * self.right / max(there, 1),
                100.0 * self.exact / max(self.steps, 1), len(self.silent), len(self.loud), seconds,
            )  # fmt: skip
        )


    def figures(self, name, scripts, halves, seconds):
        return {
            "history": name,
            "scripts": scripts,
            "directions": len(halves),
            "complete": sum(halves),
            "compared": self.steps,
            "right": self.right,
            "named_in_vain": self.extra,
            "missed": self.missed,
            "silent": len(self.silent),
            "seconds": round(seconds, 2),
            "failed": len(self.failed),
            "need_other_rows": len(self.need_other_rows),
            "failing_downgrades": len(self.failing),
            "marked_downgrades": len(self.marked),
            "marked_that_work": len(self.works),
            "tables_at_the_head": self.at_the_head,
            "refused_by_a_doubt": sum(kind == "incomplete" for _, kind, _ in self.refused),
            "refused": len(self.refused),
        }


def versions_table(name):
    return name[1] in ("alembic_version",)
