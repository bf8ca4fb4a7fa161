"""Compares the locks and rewrites of plans with a PostgreSQL server: `locks.py FOLDER-OR-NAME --url URL`.

Runs a whole history up, a revision at a time, and reads after each statement the locks of its
transaction and the files of tables. What counts is the strongest lock of a step on each table that
was there before it, from SHARE on, under which writers wait.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

import compare
import copies
import predictions
import rows
import sqlalchemy as sa
from lback import Lback

#: The modes under which others wait that write, the weakest first.
STRONG = {
    "ShareLock": "SHARE",
    "ShareRowExclusiveLock": "SHARE ROW EXCLUSIVE",
    "ExclusiveLock": "EXCLUSIVE",
    "AccessExclusiveLock": "ACCESS EXCLUSIVE",
}
ORDER = list(STRONG.values())
#: Tables that were dropped have locks still.
LOCKS = "select relation, mode from pg_catalog.pg_locks where locktype = 'relation' and pid = pg_backend_pid()"
STATE = """
select c.oid, n.nspname, c.relname, c.relfilenode
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'm', 'v') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
"""


class Observer:
    """Reads the state of the server after each statement of a step."""

    def __init__(self, engine, ignored):
        self.ignored = ignored
        self.statements = 0
        with engine.connect() as connection:
            state = connection.exec_driver_sql(STATE.replace("%", "%%")).fetchall()
        self.names = {row[0]: (None if row[1] == "public" else row[1], row[2]) for row in state}
        self.files = {row[0]: row[3] for row in state}
        #: The strongest mode of each table, with the statement that took it.
        self.locks = {}
        self.rewrites = {}

    def __enter__(self):
        sa.event.listen(sa.engine.Engine, "after_cursor_execute", self.sent)
        return self

    def __exit__(self, *_):
        sa.event.remove(sa.engine.Engine, "after_cursor_execute", self.sent)

    def sent(self, connection, cursor, statement, parameters, context, executemany):
        if connection.dialect.name != "postgresql":
            return
        self.statements += 1
        looking = connection.connection.cursor()
        looking.execute(LOCKS)
        for oid, mode in looking.fetchall():
            if self.counts(oid) and mode in STRONG:
                self.locked(self.names[oid], STRONG[mode], statement)
        looking.execute(STATE)
        for oid, _, _, file in looking.fetchall():
            if not self.counts(oid):
                continue
            name = self.names[oid]
            if file != self.files[oid] and not statement.lstrip().upper().startswith("TRUNCATE"):
                self.rewrites.setdefault(name, statement)
            self.files[oid] = file
        looking.close()

    def counts(self, oid):
        """Returns whether a table was there before the step."""
        return oid in self.names and self.names[oid] not in self.ignored

    def locked(self, name, mode, statement):
        known = self.locks.get(name)
        if known is None or ORDER.index(mode) > ORDER.index(known[0]):
            self.locks[name] = mode, statement


class Said:
    """The plan's answer about one step."""

    def __init__(self, step):
        self.locks = {}
        self.rewrites = {}
        self.unknown = set()
        #: Tables of statements whose locks are gone when they end.
        self.unseen = set()
        for statement in step["statements"]:
            for lock in statement["locks"]:
                self.add(statement, lock)

    def add(self, statement, lock):
        table = lock["table"]["schema"], lock["table"]["name"]
        mode = lock["mode"]
        if mode is None:
            self.unknown.add(table)
        elif mode in ORDER:
            if "CONCURRENTLY" in (statement["text"] or "").upper():
                self.unseen.add(table)
            known = self.locks.get(table)
            if known is None or ORDER.index(mode) > ORDER.index(known[0]):
                self.locks[table] = mode, statement["text"]
        if lock["rewrites"] == "yes":
            self.rewrites.setdefault(table, statement["text"])
        elif lock["rewrites"] == "unknown":
            self.unknown.add(table)


class Figures:
    """The figures of one kind of facts."""

    def __init__(self, title):
        self.title = title
        self.right = self.missed = self.silent = self.extra = self.unknown = 0

    def judge(self, revision, real, said, unknown, there, doubts):
        for table, fact in sorted(real.items(), key=str):
            if said.get(table, (None,))[0] == fact[0]:
                self.right += 1
            elif table in unknown:
                self.unknown += 1
                self.note("unknown", revision, table, fact, said.get(table))
            else:
                self.missed += 1
                self.silent += not doubts
                self.note("missed, but marked" if doubts else "silent miss", revision, table, fact, said.get(table))
        for table, fact in sorted(said.items(), key=str):
            if table in there and real.get(table, (None,))[0] != fact[0]:
                self.extra += 1
                if table not in real:
                    self.note("named without need", revision, table, None, fact)

    def note(self, title, revision, table, real, said):
        name = ".".join(part for part in table if part)
        parts = [one for one in (real, said) if one is not None]
        modes = " / ".join(str(one[0]) if one else "nothing" for one in (real, said))
        text = " ".join(str(parts[0][1]).split())[:300] if parts else ""
        print("  %s: %s: %s %s: %s: %s" % (self.title, title, revision, name, modes, text), flush=True)

    def report(self, name):
        print(
            "%s, %s: recall %.2f%%, precision %.1f%%, right %d, missed %d, of them in silence %d, unknown %d, named without need %d"
            % (name, self.title, self.share(self.missed), self.share(self.extra), self.right, self.missed, self.silent, self.unknown, self.extra)
        )

    def share(self, wrong):
        return 100.0 * self.right / max(self.right + wrong, 1)

    def figures(self):
        return {word: getattr(self, word) for word in ("right", "missed", "silent", "extra", "unknown")}


class Analysis:
    """The predictions of the analysis itself, of all steps at once.

    They are made in another process: scripts keep what they have looked up in their modules.
    """

    def __init__(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "predicted.json")
            subprocess.run([sys.executable, os.path.abspath(__file__), *sys.argv[1:], "--predict", file], check=True)
            with open(file) as opened:
                self.steps = json.load(opened)

    def revisions(self):
        return list(self.steps)

    def step(self, revision):
        return self.steps[revision]


class Plans:
    """The plans of the real lback, one before each step: a plan leaves out what its own run makes."""

    def __init__(self, history, lback):
        self.history = history
        self.lback = lback

    def revisions(self):
        return [revision.revision for revision in reversed(list(self.history.script.walk_revisions()))]

    def step(self, revision):
        plan, refusal = self.lback.plan("migrate", revision)
        if refusal is not None:
            raise SystemExit("there is no plan: %s" % refusal.text)
        steps = plan["databases"][0]["steps"]
        return predictions.said(next(step for step in steps if step["revision"] == revision))


def prove(history, predicted, filler):
    """Returns the figures of locks and of rewrites, the steps, the statements and what failed."""
    locks, rewrites = Figures("locks"), Figures("rewrites")
    dead, statements, steps = {}, 0, 0
    ignored = {(None, history.version_table)}
    for revision in predicted.revisions():
        missing = [parent for parent in history.script.get_revision(revision)._all_down_revisions if parent in dead]
        if missing:
            dead[revision] = "stands on %s" % missing[0]
            continue
        if filler is not None:
            filler.fill()
        step = predicted.step(revision)
        try:
            with Observer(history.engine, ignored) as observer:
                history.step(revision, "upgrade")
        except Exception as error:
            dead[revision] = "%s: %s" % (type(error).__name__, " ".join(str(error).split())[:150])
            history.connection.invalidate()
            history.disconnect()
            history.connection = history.engine.connect()
            continue
        steps += 1
        statements += observer.statements
        said, there = Said(step), set(observer.names.values()) - ignored
        named = {table: fact for table, fact in said.locks.items() if table not in said.unseen or table in observer.locks}
        doubts = bool(step["reasons"])
        locks.judge(revision, observer.locks, named, said.unknown, there, doubts)
        one = {table: ("rewritten", text) for table, text in observer.rewrites.items()}
        other = {table: ("rewritten", text) for table, text in said.rewrites.items()}
        rewrites.judge(revision, one, other, said.unknown, there, doubts)
    return locks, rewrites, steps, statements, dead


def arguments_of():
    parser = argparse.ArgumentParser()
    parser.add_argument("history", nargs="?", help="a folder with scripts, or the name of a recipe")
    parser.add_argument("--url", required=True)
    parser.add_argument("--config", help="an alembic.ini instead of a folder")
    parser.add_argument("--section", default="alembic")
    parser.add_argument("--versions", help="folders of scripts in the history's folder")
    parser.add_argument("--batch", action="store_true")
    parser.add_argument("--metadata", help="the models: module:name")
    parser.add_argument("--setup", help="Python that is run first, with `engine` in its names")
    parser.add_argument("--lback", help="ask this program for its plans, instead of the analysis itself; needs --config")
    parser.add_argument("--state", help="the folder for what lback keeps")
    parser.add_argument("--name", help="of the history, as it is reported")
    parser.add_argument("--score", help="a file for the figures, as JSON")
    parser.add_argument("--rows", action="store_true", help="put rows into the tables before each step")
    parser.add_argument("--predict", help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    arguments = arguments_of()
    if not arguments.predict:
        copies.of(arguments.url).clear()
    history = compare.History(arguments)
    if arguments.setup and not arguments.predict:
        exec(arguments.setup, {"engine": history.engine, "sa": sa, "config": history.config})
    if arguments.predict:
        return predict(history, arguments.predict)
    if arguments.lback:
        alembic = os.path.join(os.path.dirname(sys.executable), "alembic")
        predicted = Plans(history, Lback(arguments.lback, arguments.config, arguments.section, alembic, arguments.state))
    else:
        predicted = Analysis()
    compared(arguments, history, predicted)


def predict(history, file):
    """Writes the predictions of the analysis."""
    found, _ = history.predict(history.script.dir, None)
    with open(file, "w") as opened:
        json.dump({revision: found[revision]["upgrade"] for revision in found}, opened)


def compared(arguments, history, predicted):
    """Runs the history and reports what was found."""
    filler = rows.Filler(arguments.url, {history.version_table}) if arguments.rows else None
    locks, rewrites, steps, statements, dead = prove(history, predicted, filler)
    name = arguments.name or arguments.history or arguments.config
    locks.report(name)
    rewrites.report(name)
    for revision, why in dead.items():
        print("  no truth: %s %s" % (revision, why))
    print("%s: %d steps, %d statements" % (name, steps, statements))
    if arguments.score:
        with open(arguments.score, "w") as file:
            json.dump({"steps": steps, "statements": statements, "locks": locks.figures(), "rewrites": rewrites.figures()}, file, indent=1)
    sys.exit(1 if locks.silent or rewrites.silent else 0)


if __name__ == "__main__":
    main()
