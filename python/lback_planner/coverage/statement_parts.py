"""Finds the parts of a statement that forcing needs: its targets, calls, results and imports."""

import ast
from typing import Iterator, List

from .constant_conditions import CHANGING
from .syntax import Function, own_nodes


def parts_stored(statement: ast.stmt) -> List[ast.expr]:
    """Returns the parts of objects that a statement sets: ``a.b = …``, ``a[b] = …``."""
    return [
        node
        for node in own_nodes(statement)
        if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store)
    ]


def parts_changed(statement: ast.stmt) -> List[ast.expr]:
    """Returns what a statement changes by a method: ``a.append(…)`` and the like."""
    return [
        node.func.value
        for node in own_nodes(statement)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CHANGING
    ]


def values_returned(statement: ast.stmt) -> List[ast.expr]:
    """Returns what a statement may end its function with."""
    return [
        node.value
        for node in own_nodes(statement)
        if isinstance(node, ast.Return) and node.value is not None
    ]


def simple_statements(node: Function) -> Iterator[ast.stmt]:
    """Yields the statements of a function that hold no others."""
    simple = (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return)
    for inner in own_nodes(node):
        if isinstance(inner, simple):
            yield inner


def calls_of(statement: ast.stmt, name: str) -> bool:
    """Returns whether a statement calls a function by this name."""
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return any(isinstance(call.func, ast.Name) and call.func.id == name for call in calls)


def has_imports(statement: ast.stmt) -> bool:
    return any(isinstance(node, (ast.Import, ast.ImportFrom)) for node in ast.walk(statement))
