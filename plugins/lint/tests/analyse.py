"""Analyses the scripts of lint's tests as `lback plan` does, without a database.

Reads a JSON list of cases from stdin: `server`, `setup` and `revisions`, which are lists of bodies of
`upgrade()`. Writes a list with the steps of `revisions`, each with its operations, statements and
doubts. The sizes of all tables are unknown.
"""

import json
import sys

from project import Project
from sqlalchemy.dialects import mysql, postgresql, sqlite

from lback_planner.facts.tables_of_run import keep_existing

VERSIONS = {"postgresql": (16, 2), "mysql": (8, 4, 3), "mariadb": (10, 11, 14), "sqlite": (3, 46)}


def dialect_of(server):
    if server == "postgresql":
        dialect = postgresql.psycopg2.dialect()
        dialect.default_schema_name = "public"
    elif server == "sqlite":
        dialect = sqlite.dialect()
    else:
        dialect = mysql.pymysql.dialect()
        dialect.is_mariadb = server == "mariadb"
        dialect.default_schema_name = "shop"
    dialect.server_version_info = VERSIONS[server]
    return dialect


def steps(case):
    with Project() as project:
        for body in case["setup"] + case["revisions"]:
            project.revision(body)
        found = project.analysis(dialect=dialect_of(case["server"]))
        numbers = range(len(case["setup"]) + 1, len(project.revisions) + 1)
        analysed = [step(str(number), found[str(number)]) for number in numbers]
    keep_existing({"steps": analysed}, lambda name: None)
    return analysed


def step(revision, found):
    upgrade = found["upgrade"]
    return {
        "revision": revision,
        "operations": upgrade["operations"],
        "statements": upgrade["statements"],
        "doubts": [doubt["why"] for doubt in upgrade["reasons"]],
    }


json.dump([steps(case) for case in json.load(sys.stdin)], sys.stdout)
