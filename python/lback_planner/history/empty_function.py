"""Recognizes functions of a script that do nothing, such as a `downgrade()` of `pass`."""

import ast

from ..coverage import syntax


def does_nothing(path: str, which: str) -> bool:
    """Returns whether a function is there for form's sake only."""
    function = syntax.function_of(path, which)
    return function is not None and all(is_idle(statement) for statement in function.body)


def is_idle(statement: ast.stmt) -> bool:
    """Returns whether a statement does nothing that could be seen outside."""
    if isinstance(statement, (ast.Pass, ast.Global, ast.Import, ast.ImportFrom)):
        return True
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.Return):
        return statement.value is None or isinstance(statement.value, ast.Constant)
    return False
