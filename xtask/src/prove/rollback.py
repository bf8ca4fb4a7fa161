"""Rolls the tables of a real history back, one by one, with the real lback on a real database: `rollback.py --lback PROGRAM --config alembic.ini --url URL`.

Runs in the environment (Python) of the project. The history is applied a revision at a time, and the schema written down after each. Then, from the
newest state and from some on the way, each table is rolled back, and judged:

- the choice: no revision that is newer than the one that lback took has changed the table, as the database showed it on the way up;
- the steps: what lback named is what is gone from the version table, and nothing else;
- the schema: it is the one that there was with just the remaining revisions applied. Where it isn't, Alembic's own `downgrade` to the same revision decides
  whose fault it is: many a `downgrade()` doesn't take all back, or fails.

Whatever is left is wrong, and ends this program with 1.
"""

import argparse
import collections
import json
import os
import random
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import copies as database_copies
import definition
import steps as history_steps
from lback import Lback, said, typed


class Proof:
    def __init__(self, arguments):
        self.arguments = arguments
        history_steps.start(arguments.config)
        self.copies = database_copies.of(arguments.url)
        self.steps = history_steps.Steps(arguments.config, arguments.section, arguments.url)
        self.lback = Lback(arguments.lback, arguments.config, arguments.section, arguments.alembic, arguments.state)
        self.results = []
        #: Where rollbacks begin: the name of a copy of the database, and what is applied in it.
        self.points = []
        self.plain = {}

    def run(self):
        self.copies.clear()
        if self.arguments.setup:
            set_up(self.arguments.setup, self.arguments.url, self.steps.config)
        self.copies.keep("base")
        self.all_applied = self.steps.all_up(self.progress, self.reached)
        self.copies.keep("newest")
        self.points.append(("newest", frozenset(self.all_applied)))
        if not self.steps.heads():
            raise SystemExit("%s has no version table after the way up: the project connects to another database" % self.arguments.url)
        for point, applied in reversed(self.points):
            self.prove_from(point, applied)

    def reached(self, applied, done, total):
        """Keeps some states of the history, evenly spaced."""
        points = self.arguments.points
        if any(done == total * number // points for number in range(1, points)):
            self.copies.keep("point_%d" % done)
            self.points.append(("point_%d" % done, frozenset(applied)))

    def prove_from(self, point, applied):
        self.point, self.applied, self.plain = point, applied, {}
        tables = self.tables()
        for number, table in enumerate(tables):
            self.progress("%s, tables" % point, number, len(tables))
            began = time.perf_counter()
            result = Result(point, table)
            self.prove(result)
            result.seconds = time.perf_counter() - began
            self.results.append(result)
            if result.outcome == "wrong" or self.arguments.verbose:
                print("  %-11s %s %s: %s" % (result.outcome, point, result.name, "; ".join(result.remarks)), flush=True)

    def tables(self):
        """Returns the tables, changed by a revision or not; a sample if so requested."""
        touched = sorted(set().union(*(self.steps.touched[revision] for revision in self.applied)), key=str)
        if self.arguments.table:
            return [table for table in touched if table[1] in self.arguments.table]
        untouched = sorted(set(self.steps.schemas[self.applied]) - set(touched) - self.steps.version_tables, key=str)
        choice = random.Random("%s %s" % (self.arguments.seed, self.point))
        if self.arguments.sample and len(touched) > self.arguments.sample:
            touched = sorted(choice.sample(touched, self.arguments.sample), key=str)
        return touched + sorted(choice.sample(untouched, min(2, len(untouched))), key=str)

    def touching(self, table):
        return {revision for revision in self.applied if table in self.steps.touched[revision]}

    def prove(self, result):
        table = result.table
        self.copies.restore(self.point)
        words = ["--table", typed(table)]
        plan, refusal = self.lback.plan("rollback", *words)
        touching = self.touching(table)
        if refusal is not None:
            self.judge_refusal(result, refusal, touching)
            ended = self.lback.rollback(*words)
            if ended.returncode != refusal.code or self.steps.heads() != self.heads_of(self.applied):
                result.wrong("the plan was refused with %d, the rollback ended with %d: %s" % (refusal.code, ended.returncode, said(ended)))
            return
        database = plan["databases"][0]
        planned = [step["revision"] for step in database["steps"]]
        matches = [step["revision"] for step in database["steps"] if step["part"] == "match"]
        result.steps, result.target = len(planned), plan["target"]
        result.doubtful = [step["revision"] for step in database["steps"] if step["reversible"] != "yes"]
        self.judge_choice(result, planned, matches, touching)
        remaining = self.applied - set(planned)

        if any(step["reversible"] == "no" for step in database["steps"]):
            # It says so, and does it only if it is told to.
            ended = self.lback.rollback(*words)
            if ended.returncode != self.lback.DENIED or self.steps.applied_at(self.steps.heads()) != self.applied:
                result.wrong("irreversible, and not refused: ended with %d: %s" % (ended.returncode, said(ended)))
                return
            result.held = True
            words.append("--allow-irreversible")
        ended = self.lback.rollback(*words)
        heads = self.steps.heads()
        if ended.returncode != 0:
            self.judge_failure(result, ended, database["steps"], self.steps.applied_at(heads))
            return
        if self.steps.applied_at(heads) != remaining or heads != set(database["target_heads"]):
            gone = self.applied - self.steps.applied_at(heads)
            result.wrong("planned to revert %s, and reverted %s" % (" ".join(planned), " ".join(sorted(gone))))
            return
        self.judge_schema(result, remaining, self.steps.schema())

    def judge_refusal(self, result, refusal, touching):
        result.refused(refusal.kind, refusal.text)
        if refusal.kind.startswith("error"):
            result.wrong("the plan failed: %s" % refusal.text)
        elif refusal.kind == "no downgrade()":
            named = [revision for revision in self.applied if "`%s`" % revision in refusal.text]
            if not named or any(hasattr(self.steps.script.get_revision(revision).module, "downgrade") for revision in named):
                result.wrong("there is a downgrade(): %s" % refusal.text)
        elif refusal.kind == "changed by no revision" and touching:
            result.wrong("changed by %s, and lback knows of no change: %s" % (" ".join(sorted(touching)), refusal.text))

    def judge_choice(self, result, planned, matches, touching):
        if len(matches) != 1:
            result.wrong("the plan has %d matches" % len(matches))
            return
        match = matches[0]
        newer = [revision for revision in touching if revision != match and not self.steps.is_below(revision, match)]
        if newer:
            result.wrong("`%s` was chosen, and %s changed it later" % (match, " ".join(sorted(newer))))
        if not touching:
            result.wrong("`%s` was chosen, and nothing ever changed it" % match)
        elif match not in touching:
            result.remark("false alarm", "`%s` writes it in a case that was not met" % match)

    def judge_failure(self, result, ended, steps, applied):
        """Returns whether Alembic alone would have failed too."""
        code, text, _, heads = self.alone(result.target)
        if code == 0:
            result.wrong("lback ended with %d, Alembic alone does it: %s" % (ended.returncode, said(ended)))
            return
        # The first step that is left is the one that failed; if all were reverted, it may be any.
        left = [step for step in steps if step["revision"] in applied]
        warned = left[0]["reversible"] == "no" if len(left) < len(steps) else any(step["reversible"] == "no" for step in left)
        result.came_to("fails")
        result.remark("irreversible, as planned" if warned else "the history's own defect", text)

    def judge_schema(self, result, remaining, schema):
        expected = self.steps.schema_of(remaining, self.copies)
        different = definition.tables_that_differ(expected, schema, self.steps.version_tables)
        if not different:
            result.came_to("equal")
            return
        code, text, alone, heads = self.alone(result.target)
        if code != 0:
            result.wrong("lback reverted what Alembic alone can't: %s" % text)
        elif definition.tables_that_differ(alone, schema, self.steps.version_tables):
            result.wrong("the schema is another one than after Alembic alone: %s" % names(definition.tables_that_differ(alone, schema)))
        else:
            result.came_to("inexact" if result.table in different else "table equal")
            result.remark("inexact, and lback says so" if result.doubtful else "inexact, and lback doesn't know it", names(different))

    def alone(self, target):
        """Returns the result of the rollback by Alembic alone."""
        if target not in self.plain:
            self.copies.restore(self.point)
            ended = self.lback.downgrade(target)
            self.plain[target] = ended.returncode, said(ended), self.steps.schema(), self.steps.heads()
        return self.plain[target]

    def heads_of(self, applied):
        below = {parent for revision in applied for parent in self.steps.graph.get_revision(revision)._all_down_revisions}
        down = {parent for revision in applied for parent in self.steps.graph.get_revision(revision)._versioned_down_revisions}
        # Who is only depended on stays in the version table unless it is below another.
        return {revision for revision in applied if revision not in below} or applied - down

    def progress(self, doing, done, total):
        if sys.stderr.isatty() or done % 20 == 0:
            print("%s %d of %d" % (doing, done, total), file=sys.stderr, flush=True)

    def report(self):
        count = collections.Counter(result.outcome for result in self.results)
        kinds = collections.Counter(result.kind for result in self.results if result.outcome in ("refused", "fails", "inexact", "table equal"))
        return {
            "history": self.arguments.name,
            "revisions": len(self.all_applied),
            "not_applied": len(self.steps.dead),
            "tables": len(self.results),
            "equal": count["equal"],
            "table_equal": count["table equal"],
            "inexact": count["inexact"],
            "refused": count["refused"],
            "fails": count["fails"],
            "held": sum(result.held for result in self.results),
            "wrong": count["wrong"],
            "in_vain": sum("false alarm" in result.kinds for result in self.results),
            "why": dict(kinds),
            "dead": self.steps.dead,
            "results": [result.as_json() for result in self.results],
        }


class Result:
    """The result for a table; a wrong one stays wrong."""

    def __init__(self, point, table):
        self.point = point
        self.table = table
        self.name = typed(table)
        self.outcome = None
        self.kind = None
        self.kinds = []
        self.remarks = []
        self.steps = 0
        self.target = None
        #: The revisions of the plan that are not said to be reversible.
        self.doubtful = []
        #: Whether it was refused at first, because a `downgrade()` would not undo what it should.
        self.held = False
        self.seconds = 0.0

    def wrong(self, why):
        self.outcome = "wrong"
        self.kind = "wrong"
        self.remarks.append(why)

    def came_to(self, outcome):
        if self.outcome != "wrong":
            self.outcome = outcome

    def refused(self, kind, text):
        self.came_to("refused")
        self.kind = self.kind or kind
        self.remarks.append(text)

    def remark(self, kind, text):
        self.kind = self.kind or kind
        self.kinds.append(kind)
        self.remarks.append("%s: %s" % (kind, text))

    def as_json(self):
        return {"from": self.point, "table": self.name, "outcome": self.outcome, "kind": self.kind, "steps": self.steps, "target": self.target, "remarks": self.remarks, "seconds": round(self.seconds, 2)}


def set_up(text, url, config):
    import sqlalchemy as sa

    exec(text, {"engine": sa.create_engine(url), "sa": sa, "config": config})


def names(tables):
    shown = [".".join(part for part in table if part) for table in tables]
    return " ".join(shown[:6]) + (" and %d more" % (len(shown) - 6) if len(shown) > 6 else "")


def summary(found):
    why = ", ".join("%d %s" % (number, kind) for kind, number in sorted(found["why"].items()))
    return "%s: %d revisions, %d tables: %d reverted and all equal, %d and the table equal, %d inexact by the history's own downgrade, %d refused, %d failed as Alembic does%s; %d held back as irreversible until allowed; wrong %d" % (
        found["history"], found["revisions"], found["tables"], found["equal"], found["table_equal"], found["inexact"], found["refused"], found["fails"],
        " (%s)" % why if why else "", found["held"], found["wrong"],
    )  # fmt: skip


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lback", required=True, help="the program")
    parser.add_argument("--config", required=True, help="the project's alembic.ini")
    parser.add_argument("--section", default="alembic")
    parser.add_argument("--url", required=True, help="the database that the project connects to; it is emptied")
    parser.add_argument("--name", help="of the history, as it is reported")
    parser.add_argument("--alembic", default=os.path.join(os.path.dirname(sys.executable), "alembic"))
    parser.add_argument("--setup", help="Python that is run first, with `engine` in its names")
    parser.add_argument("--points", type=int, default=3, help="begin from so many states: the newest, and some on the way")
    parser.add_argument("--sample", type=int, default=0, help="so many tables from each, drawn at random")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--table", action="append", help="only this one; may be given several times")
    parser.add_argument("--state", help="the folder for what lback keeps")
    parser.add_argument("--json", help="a file for the results")
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    arguments.name = arguments.name or os.path.basename(os.path.dirname(os.path.abspath(arguments.config)))
    if arguments.json:
        arguments.json = os.path.abspath(arguments.json)
    proof = Proof(arguments)
    proof.run()
    found = proof.report()
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(found, file, indent=1)
    for revision, why in found["dead"].items():
        print("  not applied: %s %s" % (revision, why))
    print(summary(found))
    sys.exit(1 if found["wrong"] else 0)


if __name__ == "__main__":
    main()
