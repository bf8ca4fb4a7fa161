"""Constant conditions: those that depend on nothing but the dialect, the mode of Alembic, and the
code itself.
"""

import ast
import builtins
from types import CodeType, FunctionType
from typing import Any, Callable, Dict, FrozenSet, Iterator, List, Optional, Tuple, Union

from ..diagnostics import ignored
from ..execution.fake_values import is_from_rows
from . import surroundings
from .syntax import FUNCTIONS, Function, all_nodes, names_in, node_of, remembered, root_of
from .tracer import Calls

#: Functions that give the same for the same.
PURE = {
    "isinstance", "issubclass", "len", "str", "int", "bool", "getattr", "hasattr", "any", "all",
    "sorted", "set", "list", "tuple", "dict", "min", "max", "repr", "frozenset",
    "callable", "type", "range", "zip", "enumerate", "reversed", "sum", "abs",
}  # fmt: skip
#: Methods that do, of what is constant.
METHODS = {
    "get_bind", "get_context", "is_offline_mode", "startswith", "endswith", "lower", "upper",
    "strip", "split", "get", "get_main_option",
    "get_dialect", "get_section", "keys", "values", "items", "format", "join",
    "replace", "lstrip", "rstrip", "has_key", "get_starting_revision_argument",
}  # fmt: skip
#: How deep helpers are followed.
DEPTH = 4
#: Methods that change what they are of.
CHANGING = frozenset(
    "append add extend update insert setdefault remove discard pop popitem clear appendleft".split()
)
#: Expressions that are constant if all their parts are.
COMPOSED = (
    ast.Compare, ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.Tuple, ast.List, ast.Set, ast.Dict,
    ast.IfExp, ast.JoinedStr, ast.FormattedValue, ast.Index, ast.Slice, ast.Starred,
)  # fmt: skip


class Helper:
    """A function that is asked about, and was perhaps never called."""

    given = "helper"

    def __init__(self, code: CodeType, names: Dict[str, Any]) -> None:
        self.code = code
        self.globals: Optional[Dict[str, Any]] = names
        self.locals: List[Dict[str, Any]] = []


AnyFunction = Union[Calls, Helper]
Evaluate = Callable[[ast.expr, Any], Any]


class ConstantConditions:
    """Decides for `lines_not_run.Finder` which conditions are constant.

    `evaluate(expression, function)` gives the value of an expression in a function, or raises.
    """

    def __init__(self, evaluate: Evaluate) -> None:
        self._evaluate = evaluate
        self._nodes: Dict[CodeType, Optional[Function]] = {}
        self._functions: Dict[Tuple[CodeType, int], bool] = {}

    def __call__(self, test: ast.expr, wanted: Optional[bool], function: AnyFunction) -> bool:
        """Returns whether a condition stays what it is; if something is wanted, whether it stays
        that.
        """
        if self._is_constant(test, function, DEPTH):
            return True
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return self(test.operand, None if wanted is None else not wanted, function)
        if isinstance(test, ast.BoolOp) and wanted is not None:
            # One operand may decide: a false one of `and`, a true one of `or`.
            deciding = isinstance(test.op, ast.Or)
            if wanted is deciding:
                return any(
                    self._is_constant(each, function, DEPTH)
                    and self._comes_to(each, function, deciding)
                    for each in test.values
                )
            return all(self(each, wanted, function) for each in test.values)
        return False

    def _comes_to(self, test: ast.expr, function: AnyFunction, wanted: bool) -> bool:
        try:
            return bool(self._evaluate(test, function)) is wanted
        except Exception as error:
            ignored(error, "a condition that can't be evaluated decides nothing")
            return False

    def _is_constant(
        self,
        node: Optional[ast.AST],
        function: AnyFunction,
        depth: int,
        seen: FrozenSet[str] = frozenset(),
    ) -> bool:
        if depth <= 0:
            return False

        def each(*nodes: Optional[ast.AST]) -> bool:
            found = [part for part in nodes if part is not None]
            return all(self._is_constant(part, function, depth, seen) for part in found)

        if isinstance(node, ast.Constant):
            return True
        if node is not None and surroundings.asks(node):
            return False
        if isinstance(node, ast.Name):
            return self._is_constant_name(node.id, function, depth, seen)
        if isinstance(node, ast.Attribute):
            return each(node.value)
        if isinstance(node, ast.Subscript):
            return each(node.value, node.slice)
        if isinstance(node, ast.Call):
            keywords = [keyword.value for keyword in node.keywords]
            return each(*node.args, *keywords) and self._is_constant_call(
                node, function, depth, seen
            )
        if isinstance(node, COMPOSED):
            children = ast.iter_child_nodes(node)
            return each(*[each for each in children if isinstance(each, (ast.expr, ast.Index))])
        return False

    def _is_constant_call(
        self, node: ast.Call, function: AnyFunction, depth: int, seen: FrozenSet[str]
    ) -> bool:
        called = node.func
        if isinstance(called, ast.Attribute) and called.attr in METHODS:
            return self._is_constant(called.value, function, depth, seen)
        if isinstance(called, ast.Name) and called.id in PURE and hasattr(builtins, called.id):
            return True
        try:
            value = value_of(called, function)
        except Exception as error:
            ignored(error, "a function that isn't there yet may be any")
            return False
        code = getattr(value, "__code__", None)
        if code is None:
            return False
        if (code, depth) not in self._functions:
            self._functions[code, depth] = self._is_constant_function(value, code, depth - 1)
        return self._functions[code, depth]

    def _is_constant_function(self, value: Any, code: CodeType, depth: int) -> bool:
        """Returns whether a helper returns what is constant, given that its arguments are."""
        node = node_of(code)
        if node is None or depth <= 0:
            return False
        helper = Helper(code, getattr(value, "__globals__", {}))
        self._nodes[code] = node
        for inner in all_nodes(node):
            if isinstance(inner, FUNCTIONS) and inner is not node:
                return False
            if isinstance(inner, UNFOLLOWED):
                return False
            decides = None
            if isinstance(inner, ast.Return):
                decides = inner.value
            elif isinstance(inner, (ast.If, ast.While)):
                decides = inner.test
            if decides is not None and not self._is_constant(decides, helper, depth):
                return False
        return True

    def _is_constant_name(
        self, name: str, function: AnyFunction, depth: int, seen: FrozenSet[str]
    ) -> bool:
        if name in seen:
            return True
        node = self._node(function)
        if node is None or is_mutated(node, name):
            return False
        within = seen | {name}

        def each(nodes: List[Optional[ast.expr]]) -> bool:
            return all(
                value is not None and self._is_constant(value, function, depth, within)
                for value in nodes
            )

        code = function.code
        if name not in code.co_varnames + code.co_cellvars + code.co_freevars:
            # Of the module, or of Python; or of an expression's own.
            if is_of_function(name, function.globals or {}):
                return False
            if surroundings.is_of_surroundings(code.co_filename, name):
                return False
            return each(inner_values(node, name))
        assigned = assignments(node, name)
        if len(assigned) > 1 and not each(conditions_of(node, name)):
            # Which of its values it has depends on what came before.
            return False
        if name in parameters_of(node):
            values = [names[name] for names in function.locals if name in names]
            varying = (bool, list, set)
            if any(isinstance(value, varying) or is_from_rows(value) for value in values):
                return False
        elif not assigned:
            return name in code.co_freevars and all(
                is_plain(names.get(name)) for names in function.locals
            )
        return each(assigned)

    def _node(self, function: AnyFunction) -> Optional[Function]:
        if function.code not in self._nodes:
            self._nodes[function.code] = node_of(function.code)
        return self._nodes[function.code]


#: What a helper may not have in it for its results to be followed.
UNFOLLOWED = (ast.Yield, ast.YieldFrom, ast.Await, ast.For, ast.Try)


def value_of(node: ast.expr, function: AnyFunction) -> Any:
    """Returns what a name, or what is behind dots, stands for in a function. Raises where that
    isn't known.
    """
    if isinstance(node, ast.Name):
        own = function.locals[-1] if function.locals else {}
        for names in (own, function.globals or {}):
            if node.id in names:
                return names[node.id]
        raise NameError(node.id)
    if isinstance(node, ast.Attribute):
        return getattr(value_of(node.value, function), node.attr)
    raise NameError


#: The name under which the names of a function that isn't the module's are kept apart.
OWN_NAMES = "names_of_lback"
FUNCTIONS_AND_TYPES = (FunctionType, type)


def is_of_function(name: str, names: Dict[str, Any]) -> bool:
    """Returns whether a name that seems to be the module's is that of a function around, in which
    a statement was made to run.
    """
    return name in names.get(OWN_NAMES, ()) and not isinstance(names.get(name), FUNCTIONS_AND_TYPES)


def is_plain(value: Any) -> bool:
    """Returns whether a value from around a function stays what it is."""
    return isinstance(value, (str, int, type(None))) and not is_from_rows(value)


def parameters_of(node: Function) -> List[str]:
    """Returns the names of a function's parameters, without ``*args`` and ``**kwargs``."""
    found = node.args.args + node.args.kwonlyargs + node.args.posonlyargs
    return [argument.arg for argument in found]


@remembered
def is_mutated(node: Function, name: str) -> bool:
    """Returns whether a function changes what a name stands for, or a part of it."""
    for inner in all_nodes(node):
        if isinstance(inner, ast.Global) and name in inner.names:
            return True
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
            if inner.func.attr in CHANGING and root_of(inner.func.value) == name:
                return True
        if isinstance(inner, ast.Subscript) and isinstance(inner.ctx, (ast.Store, ast.Del)):
            if root_of(inner) == name:
                return True
    return False


@remembered
def inner_values(node: Function, name: str) -> List[Optional[ast.expr]]:
    """Returns what a name of a comprehension goes along; ``None`` for an argument of a lambda."""
    found: List[Optional[ast.expr]] = []
    for inner in all_nodes(node):
        if isinstance(inner, ast.comprehension) and names_in(inner.target, name):
            found.append(inner.iter)
        elif isinstance(inner, ast.Lambda):
            if any(argument.arg == name for argument in inner.args.args):
                found.append(None)
    return found


@remembered
def conditions_of(node: Function, name: str) -> List[Optional[ast.expr]]:
    """Returns the conditions under which a name is assigned, and what the loops around that go
    along.

    ``None`` stands for what depends on whether something fails.
    """
    found: List[Optional[ast.expr]] = []

    def walk(statement: ast.AST, around: List[Optional[ast.expr]]) -> None:
        for field, value in ast.iter_fields(statement):
            inside = around + conditions_around(statement, field)
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.Name) and child.id == name:
                    if isinstance(child.ctx, ast.Store):
                        found.extend(each for each in inside if each not in found)
                elif isinstance(child, ast.AST):
                    walk(child, inside)

    walk(node, [])
    return found


def conditions_around(statement: ast.AST, field: str) -> List[Optional[ast.expr]]:
    """Returns what decides whether a part of a statement runs."""
    if isinstance(statement, (ast.If, ast.While)) and field in ("body", "orelse"):
        return [statement.test]
    if isinstance(statement, ast.For) and field in ("body", "orelse"):
        return [statement.iter]
    if isinstance(statement, ast.Try) and field in ("body", "handlers", "orelse"):
        return [None]
    return []


@remembered
def assignments(node: Function, name: str) -> List[Optional[ast.expr]]:
    """Returns what a local name is set to; ``None`` for what can't be told."""
    return list(assigned_values(node, name))


def assigned_values(node: Function, name: str) -> Iterator[Optional[ast.expr]]:
    """Yields what a local name is set to."""
    for inner in all_nodes(node):
        if isinstance(inner, ast.Assign):
            for target in inner.targets:
                if isinstance(target, ast.Name) and target.id == name:
                    yield inner.value
                elif not isinstance(target, (ast.Attribute, ast.Subscript)):
                    if names_in(target, name):
                        yield None
        elif isinstance(inner, (ast.AnnAssign, ast.NamedExpr)):
            if isinstance(inner.target, ast.Name) and inner.target.id == name:
                yield inner.value
        elif isinstance(inner, ast.AugAssign):
            if isinstance(inner.target, ast.Name) and inner.target.id == name:
                yield None
        elif isinstance(inner, (ast.For, ast.AsyncFor)):
            if names_in(inner.target, name):
                # A loop over what is constant gives what is constant.
                yield inner.iter
        elif isinstance(inner, (ast.With, ast.AsyncWith)):
            for item in inner.items:
                if item.optional_vars is not None and names_in(item.optional_vars, name):
                    yield None
        elif isinstance(inner, ast.ExceptHandler) and inner.name == name:
            yield None
