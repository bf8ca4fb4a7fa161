"""The planner as a program, and exceptions that it swallows."""

import json
import os
import subprocess
import sys

import sqlalchemy
from project import Project

from lback_planner import __main__ as program
from lback_planner import diagnostics

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def planned(capsys, project, *arguments):
    """The status, what was printed, and what was reported."""
    with open(os.path.join(project.folder, "alembic.ini"), "w") as file:
        file.write("[alembic]\nscript_location = %s\n" % project.folder)
    config = os.path.join(project.folder, "alembic.ini")
    url = "sqlite:///%s" % os.path.join(project.folder, "a.db")
    sqlalchemy.create_engine(url).connect().close()
    status = program.main(
        [*arguments, "-c", config, "--root", project.folder, "--database-url", url]
    )
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_it_prints_a_plan(capsys):
    with Project() as project:
        project.revision('op.create_table("a", sa.Column("id", sa.Integer))')
        status, out, err = planned(capsys, project, "upgrade", "head")
    plan = json.loads(out)
    assert status == 0
    assert [step["revision"] for step in plan["database"]["steps"]] == ["1"]
    assert plan["database"]["steps"][0]["writes"] == [{"schema": None, "name": "a"}]
    assert "analysed 1 of 1 revisions" in err


def test_it_refuses_what_alembic_refuses(capsys):
    with Project() as project:
        project.revision("pass")
        status, out, err = planned(capsys, project, "upgrade", "nowhere")
    assert (status, out) == (1, "")
    assert err.startswith("error: ")


def test_help_says_how_it_is_used():
    command = [sys.executable, "-m", "lback_planner", "--help"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, universal_newlines=True)
    assert done.returncode == 0
    assert "python -m lback_planner upgrade head" in done.stdout


def swallow():
    try:
        raise ValueError("of a test")
    except ValueError as error:
        diagnostics.ignored(error, "a test swallows it")


def test_swallowed_exceptions_are_silent(capsys):
    swallow()
    assert capsys.readouterr().err == ""


def test_swallowed_exceptions_are_loud_where_somebody_asks(monkeypatch, capfd):
    monkeypatch.setattr(diagnostics, "LOUD", True)
    monkeypatch.setattr(sys, "__stderr__", sys.stderr)
    swallow()
    err = capfd.readouterr().err
    assert "lback: ignored (a test swallows it)" in err and "ValueError: of a test" in err
