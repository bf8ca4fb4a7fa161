"""Prints facts about Python files as JSON: docstrings, functions and imports.

Reads the paths from standard input, one a line. `cargo xtask check` runs it.
"""

import ast
import json
import sys


def first_line(text):
    return text.strip().split("\n", 1)[0].strip()


def docstring(node):
    """Returns the line and the text of a node's docstring, or None."""
    text = ast.get_docstring(node, clean=False)
    return (node.body[0].lineno, text) if text is not None else None


def length(function):
    """Returns the lines of a function without its decorators and its docstring."""
    lines = function.end_lineno - function.lineno + 1
    if docstring(function) is not None:
        lines -= function.body[0].end_lineno - function.body[0].lineno + 1
    return lines


def is_for_types(node):
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def import_of(node):
    """Yields an import statement as dictionaries."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield {"line": node.lineno, "level": 0, "module": alias.name, "names": []}
    elif isinstance(node, ast.ImportFrom):
        names = [(alias.name, alias.asname or alias.name) for alias in node.names]
        yield {"line": node.lineno, "level": node.level, "module": node.module or "", "names": names}


def walk(node):
    """Yields every node but those that only a type checker reads."""
    yield node
    for child in ast.iter_child_nodes(node):
        if is_for_types(child):
            for other in child.orelse:
                yield from walk(other)
        else:
            yield from walk(child)


def facts(path):
    """Returns the facts about one file."""
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read(), path)
    found = {"path": path, "docstrings": [], "functions": [], "imports": []}
    for node in walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            doc = docstring(node)
            if doc is not None:
                found["docstrings"].append((doc[0], first_line(doc[1])))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found["functions"].append((node.lineno, node.name, length(node)))
        found["imports"].extend(import_of(node))
    return found


json.dump([facts(path) for path in sys.stdin.read().splitlines()], sys.stdout)
