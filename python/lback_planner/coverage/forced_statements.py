"""Runs one statement of a function by itself, with names that it is given."""

import ast
from typing import Any, Dict

from .syntax import copied, own_nodes, stored
from .tracer import FORCED

OF_GENERATORS = (ast.Yield, ast.YieldFrom, ast.Await)
#: What only works in a function, or in a loop.
OF_FUNCTIONS = OF_GENERATORS + (ast.Return, ast.Continue, ast.Break)


def execute(statement: ast.stmt, names: Dict[str, Any], path: str) -> None:
    """Runs a statement as in a function's body, so that a ``return`` in it ends it."""
    inside = [inner for inner in own_nodes(statement) if isinstance(inner, OF_FUNCTIONS)]
    statement = Plain().visit(copied(statement))
    if not inside:
        module = ast.fix_missing_locations(ast.Module([statement], []))
        exec(compile(module, path, "exec"), names)
        return
    if any(isinstance(inner, ast.Await) for inner in inside):
        raise NotImplementedError("an await")
    template: Any = ast.parse("def %s():\n for _ in (None,):\n  pass" % FORCED)
    template.body[0].body[0].body = [statement]
    declared = sorted(stored(statement))
    if declared:
        template.body[0].body.insert(0, ast.Global(declared))
    exec(compile(ast.fix_missing_locations(template), path, "exec"), names)
    names.pop(FORCED)()


class Plain(ast.NodeTransformer):
    """Makes a statement one that works outside of its function.

    A name that has a type can't be a global one, a name of the function around is a global one
    here, and what a generator yields goes nowhere.
    """

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None:
            return ast.copy_location(ast.Pass(), node)
        self.generic_visit(node)
        return ast.copy_location(ast.Assign([node.target], node.value), node)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.AST:
        return ast.copy_location(ast.Global(node.names), node)

    def visit_Yield(self, node: ast.Yield) -> ast.AST:
        value = node.value or ast.copy_location(ast.Constant(None), node)
        self.generic_visit(value)
        return ast.copy_location(ast.Tuple([value], ast.Load()), node)

    def visit_YieldFrom(self, node: ast.YieldFrom) -> ast.AST:
        self.generic_visit(node)
        called = ast.copy_location(ast.Name("list", ast.Load()), node)
        return ast.copy_location(ast.Call(called, [node.value], []), node)

    def _leave(self, node: Any) -> Any:
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = visit_ClassDef = _leave
