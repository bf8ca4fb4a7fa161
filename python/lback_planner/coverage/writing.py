"""Statements that may write, told by the names in them."""

import ast
import inspect
from types import ModuleType
from typing import Any, Dict

from ..execution.fake_values import FakeValue
from .choices import is_namespace
from .reachability import Reachability
from .syntax import all_nodes

#: Methods that write whatever they are of.
WRITING = frozenset(
    (
        "execute", "create_all", "drop_all", "create", "drop", "commit", "flush",
        "bulk_save_objects",
        "bulk_insert_mappings", "add_all", "exec_driver_sql",
    )
)  # fmt: skip
Names = Dict[str, Any]


class Writing:
    """Tells whether something in a statement leads to a database."""

    def __init__(self, reach: Reachability) -> None:
        self._reach = reach

    def __call__(self, statement: ast.AST, names: Names) -> bool:
        """Returns whether something in a statement leads to a database."""
        for node in all_nodes(statement):
            if isinstance(node, (ast.Name, ast.Attribute)):
                if self._reach.value(chain_value(node, names)):
                    return True
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if node.func.attr in WRITING:
                    return True
            if isinstance(node, ast.Call) and self._may_call_any(node, names):
                return True
        return False

    def _may_call_any(self, node: ast.Call, names: Names) -> bool:
        """Returns whether a call is one of a method by its name, of an object that can write."""
        if isinstance(node.func, ast.Subscript) and is_namespace(node.func.value):
            return True
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call):
            # A method of an object that the statement makes.
            kind = chain_value(node.func.value.func, names)
            method = getattr(kind, node.func.attr, None) if isinstance(kind, type) else None
            return method is not None and self._reach.value(method)
        if not (isinstance(node.func, ast.Name) and node.func.id == "getattr" and node.args):
            return False
        holder = chain_value(node.args[0], names)
        found = vars(type(holder)).values() if holder is not None else ()
        return any(self._reach.value(each) for each in list(found))


def chain_value(node: ast.expr, names: Names) -> Any:
    """Returns what a name, or what is behind dots, stands for; ``None`` where that needs code to
    run.
    """
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        base = chain_value(node.value, names)
        if isinstance(base, (ModuleType, type)):
            return getattr(base, node.attr, None)
        if base is not None and not isinstance(base, FakeValue):
            return inspect.getattr_static(base, node.attr, None)
    return None
