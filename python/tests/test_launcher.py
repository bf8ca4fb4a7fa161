"""The launcher runs Alembic as without lback, and reports what Alembic does."""

import fcntl
import os
from typing import Any, List

import pytest
from launcher_process import GO, Done, Project


@pytest.fixture
def project(tmp_path: Any) -> Project:
    return Project(str(tmp_path))


@pytest.mark.parametrize(
    "arguments",
    [["upgrade", "head"], ["current"], ["history"], ["heads"], ["upgrade", "none"], ["frobnicate"]],
    ids=" ".join,
)
def test_output_and_status_are_those_of_alembic(project: Project, arguments: List[str]) -> None:
    plain, launched = project.plain(*arguments), project.launched(*arguments)
    assert launched[:3] == plain[:3]


def test_errors_have_no_frames_of_the_launcher(project: Project) -> None:
    project.write("migrations/env.py", "raise RuntimeError('no')\n")
    plain, launched = project.plain("upgrade", "head"), project.launched("upgrade", "head")
    assert launched[:3] == plain[:3]
    error = launched.report("error")
    assert (error["error"], error["message"]) == ("RuntimeError", "no")


def test_reports_of_an_upgrade(project: Project) -> None:
    done = project.launched("upgrade", "head")
    step = ["step_started", "step_ended"]
    begin = ["hello", "versions", "database", "session", "lock_acquired", "heads_before"]
    begin += ["migrations_began", "steps"]
    end = ["heads_after", "migrations_ended", "settled", "environment_ended"]
    assert done.kinds() == [*begin, *(3 * step), *end]
    assert done.report("settled")["heads"] == ["r2"]
    assert done.report("heads_after")["heads"] == ["r2"]
    assert done.report("database")["dialect"] == "sqlite"
    assert sorted(os.listdir(project.folder)) == ["alembic.ini", "app.db", "migrations"]


def test_a_copy_of_the_process_ends_nothing(project: Project) -> None:
    script = os.path.join(project.folder, "migrations", "versions", "r1.py")
    with open(script) as file:
        text = file.read()
    forks = "import os\n    if os.fork():\n        os._exit(0)\n    "
    head, found, rest = text.partition("def upgrade():\n    ")
    assert found
    project.write("migrations/versions/r1.py", head + found + forks + rest)
    done = project.launched("upgrade", "head")
    assert done.status == 0 and "migrations_began" in done.kinds()
    assert not {"migrations_ended", "environment_ended"} & set(done.kinds())


def test_a_probe_reads_the_heads_and_prints_nothing(project: Project) -> None:
    project.launched("upgrade", "head")
    done = project.launched("current", messages=[{"type": "go", "probe": True}])
    assert (done.status, done.stdout, done.stderr) == (0, "", "")
    assert done.report("heads_before")["heads"] == ["r2"]


def test_without_permission_nothing_runs(project: Project) -> None:
    own = project.launched("upgrade", "head", messages=[])
    assert own.kinds() == ["hello"] and not os.path.exists(os.path.join(project.folder, "app.db"))


def test_a_plan_leaves_nothing_behind(project: Project) -> None:
    request = {
        "type": "plan",
        "question": {"type": "upgrade", "target": "head"},
        "declared": {},
        "limit": 60.0,
        "arguments": ["current"],
        "root": project.folder,
        "scripts": None,
        "cache": None,
    }
    done = project.launched("upgrade", "head", messages=[request])
    plan = done.report("database_plan")
    kinds = [
        operation["kind"] for step in plan["database"]["steps"] for operation in step["operations"]
    ]
    assert kinds == 3 * ["create_table"]
    assert done.report("plan_ended")["status"] == 0
    assert not os.path.exists(os.path.join(project.folder, "app.db"))


def test_a_run_that_differs_from_its_plan_ends(project: Project) -> None:
    expected = [{"heads": ["r0"], "steps": ["r1", "r2"]}]
    done = project.launched("upgrade", "head", messages=[{**GO, "expected": expected}])
    assert done.status == 75 and done.report("drifted")["planned"] == ["r0"]


def test_a_lock_that_another_run_holds(project: Project) -> None:
    path = os.path.join(project.folder, "app.db-lback-lock")
    with open(path, "w") as file:
        file.write("process 1")
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        done = project.launched("upgrade", "head", messages=[{**GO, "lock": "fail"}])
        assert done.status == 75
        refused = done.report("lock_not_acquired")
        assert (refused["why"], refused["holder"]) == ("fail", "process 1")
        done = project.launched("upgrade", "head", messages=[{**GO, "lock_timeout": 0.2}])
        assert done.report("lock_not_acquired")["why"] == "timeout"


def remembered(done: Done) -> int:
    count: int = done.report("versions")["remembered"]
    return count


def test_the_import_cache_and_its_switch(project: Project, tmp_path: Any) -> None:
    folder = str(tmp_path / "imports")
    os.mkdir(folder)
    counts = [remembered(project.launched("current", imports=folder)) for _ in range(3)]
    # The first run only leaves an empty file, and the second learns.
    assert counts[:2] == [0, 0] and counts[2] > 100
    off = project.launched("current", imports=folder, LBACK_IMPORT_CACHE="0")
    assert remembered(off) == 0
    assert project.launched("current", imports=folder)[:3] == off[:3]


def test_the_script_cache(project: Project, tmp_path: Any) -> None:
    folder = str(tmp_path / "scripts")
    os.mkdir(folder)
    look = (
        "from alembic import context as c\n"
        "print([type(s.module).__name__ for s in c.script.walk_revisions()])\n"
    )
    project.write("migrations/env.py", look)
    project.plain("current")
    messages = [{**GO, "scripts": folder}]
    first, second = [project.launched("current", messages=messages) for _ in range(2)]
    assert first.stdout == "%r\n" % (3 * ["module"])
    assert second.stdout == "%r\n" % (3 * ["LazyScript"])


def test_debug_prints_swallowed_exceptions(project: Project, tmp_path: Any) -> None:
    imports = str(tmp_path / "missing")
    silent = project.launched("heads", imports=imports)
    loud = project.launched("heads", imports=imports, LBACK_DEBUG="1")
    assert (silent.status, silent.stderr) == (0, "")
    assert loud.stderr.startswith("lback: ignored (") and "FileNotFoundError" in loud.stderr
    assert loud.stdout == silent.stdout


def test_passwords_of_engines_are_reported_and_leave_no_trace(project: Project) -> None:
    project.write(
        "migrations/env.py",
        "import sqlalchemy as sa\n"
        "from sqlalchemy import event\n"
        "query = '?sslpassword=q&options=a%3Db'\n"
        "made = sa.engine.URL.create('mysql+pymysql', 'u', 'a@b:c/d', 'h', 1, 'e')\n"
        "for url in ['postgresql+psycopg2://u:p%40ss@h/d' + query, made]:\n"
        "    try:\n"
        "        sa.create_engine(url)\n"
        "    except ImportError:\n"
        "        pass\n"
        "other = sa.create_engine('sqlite:///app.db')\n"
        "@event.listens_for(other, 'do_connect')\n"
        "def fail(dialect, record, arguments, parameters):\n"
        "    raise RuntimeError('no')\n"
        "other.connect()\n",
    )
    plain, launched = project.plain("upgrade", "head"), project.launched("upgrade", "head")
    assert launched[:3] == plain[:3]
    secrets = [report for report in launched.reports if report["type"] == "secrets"]
    assert [report["passwords"] for report in secrets] == [["p@ss", "q"], ["a@b:c/d"]]
    assert [report["urls"] for report in secrets] == [
        ["a=b", "x://u:p@ss@h/d"],
        ["x://u:a@b:c/d@h:1/e"],
    ]
