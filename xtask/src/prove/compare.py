"""Compares the predictions of the analysis with a real database: `compare.py FOLDER-OR-NAME --url URL`.

Runs a whole history up and down again, a revision at a time, in the Python environment of the
project, and prints the tables that the analysis missed and those that it named without need. A
table counts as written if its schema or rows differ afterwards, or if a statement would have
changed rows had there been any.

With `--rows` the history runs a second time, on a database whose tables have rows before each step:
what depends on rows shows only there.
"""

import argparse
import importlib
import json
import operator
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import copies
import database
import predictions
import recipes
import rows
import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationStep, RevisionStep
from alembic.script import ScriptDirectory
from lback import Lback, typed
from score import Score, versions_table


#: How many tables are asked for at the head, evenly spaced among all.
MOST_TABLES = 25


class History:
    def __init__(self, arguments):
        self.url = arguments.url
        self.config = Config(arguments.config, ini_section=arguments.section) if arguments.config else Config()
        if not arguments.config:
            folder, options = recipes.locate(arguments.history)
            folder = os.path.abspath(folder)
            self.config.set_main_option("script_location", folder)
            locations = arguments.versions or options.get("version_locations")
            if locations in ("*", "ALL"):
                found = [base for base, _, files in os.walk(folder) if "versions" in base and any(name.endswith(".py") and name != "__init__.py" for name in files)]
                locations = " ".join(found)
            elif locations:
                locations = " ".join(os.path.join(folder, part) for part in locations.split())
            if locations:
                self.config.set_main_option("version_locations", locations)
        self.config.set_main_option("sqlalchemy.url", arguments.url.replace("%", "%%"))
        self.script = ScriptDirectory.from_config(self.config)
        self.engine = sa.create_engine(arguments.url)
        self.batch = arguments.batch
        self.version_table = "alembic_version"
        self.metadata = None
        if arguments.metadata:
            module, name = arguments.metadata.split(":")
            self.metadata = operator.attrgetter(name)(importlib.import_module(module))
        self.connection = self.engine.connect()

    def within(self, function):
        """Calls `function(context)` where Alembic would run migrations; it returns the steps to be run."""
        with EnvironmentContext(self.config, self.script, fn=lambda heads, context: function(context), as_sql=False) as environment:
            environment.configure(connection=self.connection, target_metadata=self.metadata, transaction_per_migration=True, render_as_batch=self.batch)
            with environment.begin_transaction():
                environment.run_migrations()
        if self.connection.in_transaction():
            self.connection.commit()
        # The plan is that of one run: a `PRAGMA` of a step lasts through the run's connection.
        if self.engine.dialect.name != "sqlite":
            self.connect_again()

    def load_again(self):
        """Loads the scripts anew: one that ran may have changed its own lists."""
        self.script = ScriptDirectory.from_config(self.config)

    def connect_again(self):
        if ":memory:" in self.url or self.url == "sqlite://":
            return
        self.disconnect()
        self.connection = self.engine.connect()

    def enforces_keys(self):
        return self.engine.dialect.name == "sqlite" and bool(self.connection.connection.execute("PRAGMA foreign_keys").fetchone()[0])

    def begin_again(self, enforces_keys, restore=lambda: None):
        """Replaces a connection on which a step has failed by one as it was before the step."""
        self.connection.invalidate()
        self.disconnect()
        restore()
        self.connection = self.engine.connect()
        if self.engine.dialect.name == "sqlite":
            self.connection.connection.execute("PRAGMA foreign_keys = %d" % enforces_keys)

    def disconnect(self):
        self.connection.close()
        self.engine.dispose()

    def begin_anew(self, setup):
        """Empties the database."""
        self.disconnect()
        copies.of(self.url).clear()
        self.engine = sa.create_engine(self.url)
        self.load_again()
        if setup:
            exec(setup, {"engine": self.engine, "sa": sa, "config": self.config})
        self.connection = self.engine.connect()

    def predict(self, root, cache):
        found = []

        def function(context):
            found.append(predictions.predict(self.script, context, root, cache))
            return []

        self.within(function)
        return found[0]

    def step(self, revision, direction):
        make = MigrationStep.upgrade_from_script if direction == "upgrade" else MigrationStep.downgrade_from_script
        step = make(self.script.revision_map, self.script.get_revision(revision))
        assert isinstance(step, RevisionStep)
        self.within(lambda context: [step])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("history", nargs="?", help="a folder with scripts, or the name of a recipe")
    parser.add_argument("--url", required=True)
    parser.add_argument("--config", help="an alembic.ini instead of a folder")
    parser.add_argument("--section", default="alembic")
    parser.add_argument("--versions", help="folders of scripts in the history's folder")
    parser.add_argument("--root")
    parser.add_argument("--batch", action="store_true")
    parser.add_argument("--metadata", help="the models: module:name")
    parser.add_argument("--setup", help="Python that is run first, with `engine` in its names")
    parser.add_argument("--cache")
    parser.add_argument("--json", help="a file for what was predicted")
    parser.add_argument("--predict-only", action="store_true")
    parser.add_argument("--lback", help="ask this program for its plans, instead of the analysis itself; needs --config")
    parser.add_argument("--state", help="the folder for what lback keeps")
    parser.add_argument("--name", help="of the history, as it is reported")
    parser.add_argument("--score", help="a file for the figures, as JSON")
    parser.add_argument("--rows", action="store_true", help="run the history once more, with rows in its tables; needs --lback")
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    if arguments.lback:
        copies.of(arguments.url).clear()
    history = History(arguments)
    if arguments.setup:
        exec(arguments.setup, {"engine": history.engine, "sa": sa, "config": history.config})
    plans = None
    if arguments.lback:
        alembic = os.path.join(os.path.dirname(sys.executable), "alembic")
        plans = predictions.Plans(Lback(arguments.lback, arguments.config, arguments.section, alembic, arguments.state))
        found, seconds = plans.upgrades(), 0
    else:
        found, seconds = history.predict(arguments.root or history.script.dir, arguments.cache)
    score = Score()
    if not arguments.predict_only:
        walk(history, found, score, (lambda: at_the_head(history, plans, found, score)) if plans else None)
    if plans:
        seconds = plans.seconds
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(found, file, indent=1)
    # A revision that could not be applied has no plan of how it would be reverted.
    unfinished = [(revision, direction, reason) for revision, said in found.items() for direction in ("upgrade", "downgrade") if direction in said for reason in said[direction]["reasons"]]
    name = arguments.name or arguments.history or arguments.config
    score.report(name, seconds, len(found), unfinished, arguments.verbose)
    halves = [said[direction]["complete"] for said in found.values() for direction in ("upgrade", "downgrade") if direction in said]
    print("  all directions: %d, complete %.1f%%" % (len(halves), 100.0 * sum(halves) / max(len(halves), 1)))
    figures = score.figures(name, len(found), halves, seconds)
    silent = bool(score.silent)
    if arguments.rows:
        history.begin_anew(arguments.setup)
        with_rows = Score()
        filler = rows.Filler(arguments.url, {history.version_table})
        walk(history, found, with_rows, filler=filler)
        with_rows.report("%s, with rows" % name, seconds, len(found), (), arguments.verbose)
        for table, why in sorted(filler.refused.items()):
            print("  stays empty: %s %s" % (table, why))
        figures["with_rows"] = with_rows.figures(name, len(found), halves, seconds)
        silent = silent or bool(with_rows.silent)
    if arguments.score:
        with open(arguments.score, "w") as file:
            json.dump(figures, file, indent=1)
    sys.exit(1 if silent else 0)


def walk(history, found, score, at_the_top=None, filler=None):
    dead = set()
    done = []
    for revision in found:
        parents = set(history.script.get_revision(revision)._all_down_revisions)
        if parents & dead:
            dead.add(revision)
            continue
        if not compared(history, found, score, revision, "upgrade", filler):
            dead.add(revision)
            continue
        done.append(revision)
    if at_the_top is not None and not at_the_top():
        return
    # The way back is another run.
    history.connect_again()
    stuck = set()
    for revision in reversed(done):
        script = history.script.get_revision(revision)
        # A history without a way back has no plan of it.
        if script._all_nextrev & stuck or "downgrade" not in found[revision]:
            stuck.add(revision)
            continue
        if not compared(history, found, score, revision, "downgrade", filler):
            stuck.add(revision)


def at_the_head(history, plans, found, score):
    """Asks for the rollback of each table, and for the way back."""
    snapshot = database.of(history.connection).snapshot()
    history.disconnect()
    there = {name for name in snapshot if not versions_table(name)}
    written = {(table["schema"], table["name"]) for said in found.values() for table in said["upgrade"]["writes"]}
    tables = sorted(there & written, key=str)
    # Each plan starts Alembic once.
    for table in tables[:: 1 + len(tables) // MOST_TABLES]:
        refusal = plans.lback.plan("rollback", "--table", typed(table))[1]
        score.at_the_head += 1
        if refusal is not None:
            score.refused.append((typed(table), refusal.kind, refusal.text))
    there = plans.add_downgrades(found)
    history.connection = history.engine.connect()
    return there


def compared(history, found, score, revision, direction, filler):
    """Runs a step and judges what was said of it. Returns whether it could be run."""
    kept = None
    if filler is not None:
        filler.fill()
        if history.engine.dialect.name == "sqlite":
            # A step that fails may be half done there.
            kept = copies.of(history.url)
            kept.keep("step")
    looker = database.of(history.connection)
    before = looker.snapshot()
    said = found[revision][direction]
    enforces_keys = history.enforces_keys()
    fails = None
    try:
        sent = looker.watch(lambda: history.step(revision, direction))
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        raised = " ".join(str(error).split())
        fails = revision, direction, type(error).__name__, raised[:150]
        history.begin_again(enforces_keys, (lambda: kept.restore("step")) if kept is not None else (lambda: None))
    if fails:
        history.load_again()
    if fails and filler is not None:
        if filler.learn(raised):
            return compared(history, found, score, revision, direction, filler)
        if filler.variant < rows.VARIANTS - 1:
            with filler.other():
                return compared(history, found, score, revision, direction, filler)
        filler.clear()
        try:
            history.step(revision, direction)
        except Exception:
            history.begin_again(enforces_keys)
            score.failed.append(fails)
            return False
        score.need_other_rows.append(fails)
        return True
    if direction == "downgrade":
        judge_reversible(score, found[revision]["upgrade"], revision, fails)
    if fails:
        score.failed.append(fails)
        return False
    after = database.of(history.connection).snapshot()
    changed = {name for name in set(before) | set(after) if before.get(name) != after.get(name) and not versions_table(name)}
    there = set(before) | set(after)
    sent = {name for name in sent if name in there and not versions_table(name)}
    score.judge(revision, direction, said, changed, sent)
    return True


def judge_reversible(score, said, revision, fails):
    """Compares whether a downgrade fails with what the plan said of its revision."""
    because = said["irreversible_because"] or ""
    if fails:
        score.failing.append(fails)
        if said["reversible"] == "no":
            score.marked.append(fails)
    elif "can't work" in because:
        score.works.append((revision, because))


if __name__ == "__main__":
    main()
