"""The launcher runs Alembic as without lback, and reports what Alembic does."""

import ast
import fcntl
import os
from typing import Any, Dict, Iterator, List

import pytest

from launcher_process import GO, PYTHON, Done, Project


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
    begin = ["hello", "versions", "database", "lock_acquired", "heads_before", "steps"]
    assert done.kinds() == [*begin, *(3 * step), "heads_after"]
    assert done.report("heads_after")["heads"] == ["r2"]
    assert done.report("database")["dialect"] == "sqlite"
    assert sorted(os.listdir(project.folder)) == ["alembic.ini", "app.db", "migrations"]


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


def python_files(*packages: str) -> Iterator[str]:
    for package in packages:
        for folder, _, names in os.walk(os.path.join(PYTHON, package)):
            yield from (os.path.join(folder, name) for name in names if name.endswith(".py"))


def private_attributes(path: str) -> List[str]:
    """Returns the private attributes of other objects than `self` and `cls` that a file uses."""
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            is_special = node.attr.startswith("__") or (node.attr == "_exit")
            is_own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
            # `NamedTuple` has public methods with underscores.
            if not is_special and not is_own and node.attr not in ("_replace", "_fields"):
                found.append("%s:%d: %s" % (os.path.relpath(path, PYTHON), node.lineno, node.attr))
    return found


def test_private_attributes_are_in_compat_alone() -> None:
    files = [path for path in python_files("lback_launcher") if "/compat/" not in path]
    assert [found for path in files for found in private_attributes(path)] == []


def swallowing_handlers(path: str) -> List[str]:
    """Returns the handlers of `Exception` that neither raise, nor report, nor call `ignored`."""
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and is_broad(node.type):
            calls: Dict[str, bool] = {}
            for inner in ast.walk(node):
                if isinstance(inner, ast.Raise):
                    calls["raise"] = True
                if isinstance(inner, ast.Name):
                    calls[inner.id] = True
            if not ("raise" in calls or "ignored" in calls or node.name in calls):
                found.append("%s:%d" % (os.path.relpath(path, PYTHON), node.lineno))
    return found


def is_broad(kind: Any) -> bool:
    return kind is None or (
        isinstance(kind, ast.Name) and kind.id in ("Exception", "BaseException")
    )


def test_no_handler_is_silent() -> None:
    files = python_files("lback_launcher")
    assert [found for path in files for found in swallowing_handlers(path)] == []
