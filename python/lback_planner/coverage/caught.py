"""Errors that a script may catch, to go on after a call that raises."""

import ast
from types import FrameType
from typing import Optional

from ..libraries import is_library
from .syntax import is_in, source_of

#: Methods of context managers that let exceptions pass.
PASSING_ON = frozenset(
    "batch_alter_table autocommit_block begin begin_nested begin_transaction connect".split()
)
#: The module that calls the script.
CALLING = "lback_planner.execution.run"
ATTEMPTS = (ast.Try, getattr(ast, "TryStar", ast.Try))


def may_be_caught(frame: Optional[FrameType]) -> bool:
    """Returns whether a function of the project that goes on may catch what is raised now."""
    while frame is not None:
        name = str(frame.f_globals.get("__name__"))
        if name == CALLING:
            return False
        if not is_library(name) and name.split(".")[0] != "alembic":
            tree = source_of(frame.f_code.co_filename).tree
            line = frame.f_lineno
            if tree is None or any(catches(node, line) for node in ast.walk(tree)):
                return True
        frame = frame.f_back
    # A greenlet ends before the script.
    return True


def catches(node: ast.AST, line: int) -> bool:
    """Returns whether a statement may catch what is raised at a line in it."""
    if not isinstance(node, ATTEMPTS + (ast.With, ast.AsyncWith)):
        return False
    if not is_in(line, (node.lineno, int(node.end_lineno or node.lineno))):
        return False
    if isinstance(node, ATTEMPTS):
        return bool(node.handlers)
    return not all(passes_on(item.context_expr) for item in node.items)


def passes_on(manager: ast.expr) -> bool:
    called = manager.func if isinstance(manager, ast.Call) else None
    return isinstance(called, ast.Attribute) and called.attr in PASSING_ON
