"""Finds the parts of a statement that forcing needs: its targets, calls, results and imports."""

import ast
from typing import Any, Iterator, List, Optional

from ..execution.fake_values import is_from_rows
from .constant_conditions import CHANGING
from .syntax import Function, all_nodes, copied, own_nodes


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


def parts_set(statement: ast.stmt) -> List[ast.expr]:
    """Returns the parts of objects that a statement sets by ``setattr``; ``*`` stands for a name
    that isn't written.
    """
    found: List[ast.expr] = []
    for node in own_nodes(statement):
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "setattr":
            if len(node.args) == 3:
                name = getattr(node.args[1], "value", None)
                attribute = name if isinstance(name, str) else "*"
                found.append(ast.Attribute(node.args[0], attribute, ast.Store()))
    return found


def parts_written(statement: ast.stmt) -> List[ast.expr]:
    """Returns the parts of objects that a statement sets or changes, in whatever way."""
    return parts_stored(statement) + parts_changed(statement) + parts_set(statement)


def values_returned(statement: ast.stmt) -> List[ast.expr]:
    """Returns what a statement may end its function with, or gives from a generator."""
    found: List[ast.expr] = []
    for node in own_nodes(statement):
        if isinstance(node, ast.Return) and node.value is not None:
            found.append(node.value)
        elif isinstance(node, ast.Yield) and node.value is not None:
            found.append(ast.copy_location(ast.List([node.value], ast.Load()), node))
        elif isinstance(node, ast.YieldFrom):
            found.append(node.value)
    return found


def simple_statements(node: Function) -> Iterator[ast.stmt]:
    """Yields the statements of a function that hold no others, and loops."""
    simple = (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.For)
    for inner in own_nodes(node):
        if isinstance(inner, simple):
            yield inner


#: The name under which a result stands in a statement.
RESULT = "result_of_lback"


class Results(ast.NodeTransformer):
    """Replaces calls of a function or a method with a name that holds its result."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found = False

    def visit_Call(self, node: ast.Call) -> ast.AST:
        called = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        if called != self.name:
            return self.generic_visit(node)
        self.found = True
        return ast.copy_location(ast.Name(RESULT, ast.Load()), node)


def with_result(statement: ast.stmt, name: str, value: Any) -> Optional[ast.stmt]:
    """Returns a statement as if a function that it calls returned a value; ``None`` for one that
    doesn't call it.
    """
    results = Results(name)
    variant: Any = copied(statement)
    if isinstance(variant, ast.For):
        variant.iter = results.visit(variant.iter)
    else:
        variant = results.visit(variant)
    variant.of_lback = "with a result"
    variant.values_of_lback = {RESULT: value}
    return variant if results.found else None


def has_imports(statement: ast.stmt) -> bool:
    return any(isinstance(node, (ast.Import, ast.ImportFrom)) for node in all_nodes(statement))


#: Of a collection, the members that are looked at, and how deep collections may be.
LOOKED_AT = 10
DEEPEST = 3


def is_telling(value: Any, depth: int = DEEPEST) -> bool:
    """Returns whether a value may say which table is written: a name, a table, a mapped class, or
    several of them.
    """
    if isinstance(value, (list, tuple, set)):
        # A value of JSON may hold itself.
        members = list(value)[:LOOKED_AT] if depth > 0 else []
        return bool(members) and all(is_telling(each, depth - 1) for each in members)
    if isinstance(value, str):
        return not is_from_rows(value) and 0 < len(value) < 2000
    return isinstance(getattr(value, "fullname", None), str) or hasattr(value, "__table__")
