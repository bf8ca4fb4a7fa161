"""Rules about the code of both packages that no other tool holds."""

import ast
import os

import pytest

pytestmark = pytest.mark.once

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COMPAT = ("lback_launcher.compat", "lback_planner.compat")
#: Names with an underscore that are public: `os._exit`, and a method of named tuples.
PUBLIC = ("_exit", "_replace")
#: Modules of the planner that may look at a clock: to end what has no end, to report, and to keep
#: files.
CLOCKS = {
    "lback_planner.execution.sandbox",
    "lback_planner.history.analysis",
    "lback_planner.history.result_cache",
    "lback_planner.execution.naps",
}


def modules():
    """The syntax of all modules, by their names."""
    found = {}
    for package in ("lback_launcher", "lback_planner"):
        for folder, _, names in os.walk(os.path.join(ROOT, package)):
            for name in names:
                if name.endswith(".py"):
                    path = os.path.join(folder, name)
                    module = os.path.relpath(path, ROOT)[: -len(".py")].replace(os.sep, ".")
                    with open(path, encoding="utf-8") as file:
                        found[module.replace(".__init__", "")] = ast.parse(file.read())
    return found


MODULES = modules()


def names_of(without=()):
    return [name for name in sorted(MODULES) if not name.startswith(tuple(without))]


def is_typing(test):
    """Tells whether a condition is only true for type checkers."""
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def nodes_at_run_time(tree):
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.If) and is_typing(child.test):
            continue
        yield child
        yield from nodes_at_run_time(child)


def imports_of(name, tree):
    """The modules of the same package that a module imports, anywhere in it."""
    parts = name.split(".")
    package = parts if os.path.isdir(os.path.join(ROOT, *parts)) else parts[:-1]
    for node in nodes_at_run_time(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            base = base + (node.module.split(".") if node.module else [])
            for alias in node.names:
                whole = ".".join(base + [alias.name])
                target = whole if whole in MODULES else ".".join(base)
                if target != name:
                    yield target


def test_there_is_no_import_circle():
    graph = {name: set(imports_of(name, MODULES[name])) & set(names_of()) for name in names_of()}
    done = set()

    def visit(name, path):
        assert name not in path, " -> ".join(path[path.index(name) :] + [name])
        if name not in done:
            for other in sorted(graph[name]):
                visit(other, path + [name])
            done.add(name)

    for name in sorted(graph):
        visit(name, [])


def is_silent(handler):
    """Tells whether a handler swallows a broad exception without passing it on or reporting it."""
    kind = handler.type
    broad = kind is None or isinstance(kind, ast.Name) and kind.id in ("Exception", "BaseException")
    uses = any(isinstance(node, ast.Name) and node.id == handler.name for node in ast.walk(handler))
    raises = any(isinstance(node, ast.Raise) for node in ast.walk(handler))
    return broad and not uses and not raises


@pytest.mark.parametrize("name", names_of())
def test_no_handler_swallows_in_silence(name):
    handlers = [node for node in ast.walk(MODULES[name]) if isinstance(node, ast.ExceptHandler)]
    assert [handler.lineno for handler in handlers if is_silent(handler)] == []


def is_private(node):
    name = node.attr
    own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
    return name.startswith("_") and not name.startswith("__") and not own and name not in PUBLIC


@pytest.mark.parametrize("name", names_of(COMPAT))
def test_private_attributes_are_used_in_compat_alone(name):
    found = [node for node in ast.walk(MODULES[name]) if isinstance(node, ast.Attribute)]
    # A planner's own class may be handled by another one of its module.
    own = {node.name for node in ast.walk(MODULES[name]) if isinstance(node, ast.FunctionDef)}
    used = [(node.lineno, node.attr) for node in found if is_private(node) and node.attr not in own]
    assert used == []


def test_the_clock_decides_nothing():
    planner = [name for name in names_of() if name.startswith("lback_planner")]
    watches = set()
    for name in planner:
        for node in ast.walk(MODULES[name]):
            if isinstance(node, ast.Import) and any(alias.name == "time" for alias in node.names):
                watches.add(name)
    assert watches == CLOCKS
