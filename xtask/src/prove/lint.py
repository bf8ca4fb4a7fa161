"""Judges each revision of a history by lint, as on a PostgreSQL server whose sizes are unknown.

    lint.py --config INI --url URL

No revision runs, and no server is asked. Each revision is judged as one that is applied alone: what
earlier ones made is there, with rows.
"""

import argparse
import collections
import json
import os
import sqlite3
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import compare
import predictions
from lback import Lback
from sqlalchemy.dialects import postgresql

VERSION = (16, 2)
#: The steps of one plan: a policy's time and memory are limited.
AT_ONCE = 50


def steps_of(history):
    """Returns the steps of all revisions, in the order of the history."""
    found = []

    def function(context):
        dialect = postgresql.psycopg2.dialect()
        dialect.server_version_info, dialect.default_schema_name = VERSION, "public"
        # The exceptions of any driver: none is called.
        dialect.dbapi = sqlite3
        context.dialect = dialect
        found.append(predictions.predict(history.script, context, os.getcwd())[0])
        return []

    history.within(function)
    from lback_planner.facts.tables_of_run import keep_existing

    get = history.script.get_revision
    steps = [step(get(revision), said) for revision, said in found[0].items()]
    for each in steps:
        keep_existing({"steps": [each]}, lambda name: None)
    return steps


def step(script, said):
    does = said["upgrade"]
    doubts = list(does["reasons"])
    if not does["complete"] and not doubts:
        doubts.append({"file": None, "line": None, "why": "what it does could not be told"})
    return {
        "revision": script.revision,
        "direction": "upgrade",
        "down_revisions": [],
        "depends_on": [],
        "branch_labels": [],
        "doc": script.doc,
        "file": os.path.basename(script.path),
        "operations": does["operations"],
        "writes": does["writes"],
        "references": does["references"],
        "reversible": said["reversible"],
        "irreversible_because": said["irreversible_because"],
        "leftovers": said["leftovers"],
        "statements": does["statements"],
        "doubts": doubts,
        "part": None,
        "because": None,
    }


def plan_of(steps):
    database = {
        "dialect": "postgresql",
        "name": "unknown",
        "server": "postgresql",
        "version": ".".join(map(str, VERSION)),
        "schema": "public",
        "transactional_ddl": True,
        "heads": [],
        "target_heads": [],
        "steps": steps,
        "tables": [],
    }
    return {"direction": "upgrade", "target": "head", "table": None, "databases": [database]}


def judged(lback, steps, settings):
    """Returns the findings of lint and the milliseconds of its call, `None` where lint failed."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(plan_of(steps), file)
        file.flush()
        words = [lback.program, "plugin", "test", "builtin:lint", "--plan", file.name, "--json"]
        ended = lback.run([*words, *(word for setting in settings for word in ("--set", setting))])
    try:
        calls = json.loads(ended.stdout)["calls"]
    except ValueError:
        print(ended.stderr)
        return None
    calls = [call for call in calls if call["signal"] == "alembic_command_started"]
    for call in calls:
        if call["outcome"] == "error":
            print(call["error"])
            return None
    findings = [(severity, each) for call in calls for severity, key in (("deny", "denials"), ("warn", "warnings")) for each in call[key]]
    return findings, max(call["milliseconds"] for call in calls)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lback", required=True)
    parser.add_argument("--config", required=True)
    parser.add_argument("--url", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--state")
    parser.add_argument("--setup")
    parser.add_argument("--json", required=True)
    parser.add_argument("--batch", action="store_true")
    parser.add_argument("--metadata")
    parser.add_argument("--set", action="append", default=[])
    arguments = parser.parse_args()
    settings, results = arguments.set, os.path.abspath(arguments.json)
    arguments.history = arguments.versions = None
    arguments.section, arguments.url = "alembic", "sqlite://"
    lback = Lback(arguments.lback, arguments.config, "alembic", None, arguments.state)
    os.chdir(os.path.dirname(os.path.abspath(arguments.config)))
    steps = steps_of(compare.History(arguments))
    flagged, denied, codes = set(), set(), collections.Counter()
    statements = [sum(1 for each in step["statements"] if each["text"]) for step in steps]
    crashes, unnamed = 0, 0
    parts = [steps[start : start + AT_ONCE] for start in range(0, len(steps), AT_ONCE)]
    while parts:
        part = parts.pop(0)
        found = judged(lback, part, settings)
        codes_found = [each["code"] for _, each in found[0]] if found else []
        too_large = "plan-unavailable" in codes_found
        # lback shows so many findings of a call, and counts the others.
        cut = any(each["place"] is None for _, each in found[0]) if found else False
        if len(part) > 1 and (too_large or cut):
            parts[:0] = [part[: len(part) // 2], part[len(part) // 2 :]]
            continue
        if found is None or too_large:
            crashes += 1
            print("lint has no verdict about %s" % ", ".join(each["revision"] for each in part))
            continue
        seen = set()
        for severity, finding in found[0]:
            if finding["place"] is None:
                continue
            revision = finding["place"]["revision"]
            flagged.add(revision)
            if severity == "deny":
                denied.add(revision)
            seen.add((revision, finding["code"]))
        for _, code in seen:
            codes[code] += 1
    for each in steps:
        unknown = any(statement["text"] is None for statement in each["statements"])
        unnamed += unknown and not each["doubts"] and each["revision"] not in flagged
    document = {
        "scripts": len(steps),
        "statements": sum(statements),
        "flagged": len(flagged),
        "denied": len(denied),
        "doubtful": sum(1 for each in steps if each["doubts"]),
        "unnamed": unnamed,
        "crashes": crashes,
        "codes": dict(codes.most_common()),
    }
    with open(results, "w") as file:
        json.dump(document, file)
    print("%(scripts)d scripts, %(denied)d denied, %(flagged)d flagged; %(crashes)d crashes" % document)
    for code, count in codes.most_common():
        print("  %4d  %s" % (count, code))


if __name__ == "__main__":
    main()
