"""Fake values in place of the parts of a statement that can't be had from fake rows."""

import ast
import inspect
from types import FunctionType
from typing import Any, Callable

from ..diagnostics import ignored
from .syntax import copied
from .writing import Names, Writing, chain_value

#: The name under which the fake value stands.
STAND_IN = "stand_in_of_lback"
#: Expressions that may fail for the value that they are given.
FAILING = (ast.Subscript, ast.Call, ast.BinOp, ast.Attribute, ast.Compare)


class StandIns(ast.NodeTransformer):
    """Replaces each part that writes nothing, and fails, with a fake value."""

    def __init__(self, evaluate: Callable[[ast.expr], Any], names: Names, writes: Writing) -> None:
        self._evaluate = evaluate
        self._names = names
        self._writes = writes
        self.count = 0
        #: Whether a helper fails, whose results are tried one by one.
        self.has_helper = False

    def of(self, statement: ast.stmt) -> ast.stmt:
        """Returns a copy of a statement without parts that fail."""
        return self.visit(copied(statement))  # type: ignore[no-any-return]

    def visit(self, node: ast.AST) -> Any:
        if isinstance(node, ast.Lambda):
            return node
        count = self.count
        node = self.generic_visit(node)
        if not isinstance(node, FAILING) or not isinstance(getattr(node, "ctx", LOAD), ast.Load):
            return node
        if self._writes(node, self._names):
            return node
        try:
            self._evaluate(node)
        except Exception as error:
            ignored(error, "a part that writes nothing need not work")
            self.count = count + 1
            self.has_helper = self.has_helper or is_helper(node, self._names)
            return ast.copy_location(ast.Name(STAND_IN, LOAD), node)
        return node


def is_helper(node: ast.AST, names: Names) -> bool:
    """Returns whether an expression calls a function of the project by its name."""
    called = chain_value(node.func, names) if isinstance(node, ast.Call) else None
    return isinstance(inspect.unwrap(called), FunctionType) if callable(called) else False


LOAD = ast.Load()
