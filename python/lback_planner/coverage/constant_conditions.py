"""Tells which conditions depend on nothing but the dialect, the mode of Alembic, and the code itself."""

import ast
import builtins

from ..execution.fake_values import is_from_rows
from .lines_not_run import FUNCTIONS, node_of

#: Functions that tell the same about the same.
PURE = {
    "isinstance", "issubclass", "len", "str", "int", "bool", "getattr", "hasattr", "any", "all", "sorted", "set", "list", "tuple", "dict", "min", "max", "repr", "frozenset",
    "callable", "type", "range", "zip", "enumerate", "reversed", "sum", "abs",
}  # fmt: skip
#: Methods that do, of what is settled.
METHODS = {
    "get_bind", "get_context", "is_offline_mode", "startswith", "endswith", "lower", "upper", "strip", "split", "get", "get_x_argument", "get_main_option", "getenv",
    "get_dialect", "get_tag_argument", "get_section", "keys", "values", "items", "format", "join", "replace", "lstrip", "rstrip", "has_key", "get_starting_revision_argument",
}  # fmt: skip
#: How deep helpers are followed.
DEPTH = 4


class Settled:
    """Asked by `source.Finder`. `evaluate(expression, function)` gives a value, or raises."""

    def __init__(self, evaluate):
        self.evaluate = evaluate
        self.nodes = {}

    def __call__(self, test, wanted, function):
        return self.stays(test, wanted, function)

    def stays(self, test, wanted, function):
        if self.is_settled(test, function, DEPTH):
            return True
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return self.stays(test.operand, None if wanted is None else not wanted, function)
        if isinstance(test, ast.BoolOp) and wanted is not None:
            # One operand may decide: a false one of `and`, a true one of `or`.
            deciding = isinstance(test.op, ast.Or)
            if wanted is deciding:
                return any(self.is_settled(each, function, DEPTH) and self.comes_to(each, function, deciding) for each in test.values)
            return all(self.stays(each, wanted, function) for each in test.values)
        return False

    def comes_to(self, test, function, wanted):
        try:
            return bool(self.evaluate(test, function)) is wanted
        except Exception:
            return False

    def is_settled(self, node, function, depth, seen=frozenset()):
        if depth <= 0:
            return False

        def each(*nodes):
            return all(self.is_settled(part, function, depth, seen) for part in nodes if part is not None)

        if isinstance(node, ast.Constant):
            return True
        if isinstance(node, ast.Name):
            return self.is_settled_name(node.id, function, depth, seen)
        if isinstance(node, ast.Attribute):
            return each(node.value)
        if isinstance(node, ast.Subscript):
            return each(node.value, node.slice)
        if isinstance(node, ast.Call):
            return each(*node.args) and each(*[keyword.value for keyword in node.keywords]) and self.is_settled_call(node, function, depth, seen)
        if isinstance(node, (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.IfExp, ast.JoinedStr, ast.FormattedValue, ast.Index, ast.Slice, ast.Starred)):
            return each(*[child for child in ast.iter_child_nodes(node) if isinstance(child, (ast.expr, ast.Index))])
        return False

    def is_settled_call(self, node, function, depth, seen):
        called = node.func
        if isinstance(called, ast.Attribute) and called.attr in METHODS:
            return self.is_settled(called.value, function, depth, seen)
        value = None
        if isinstance(called, ast.Name) and called.id in PURE and getattr(builtins, called.id, None) is not None:
            return True
        try:
            value = self.value(called, function)
        except Exception:
            return False
        code = getattr(value, "__code__", None)
        if code is None:
            return False
        return self.is_settled_function(value, code, depth - 1)

    def value(self, node, function):
        if isinstance(node, ast.Name):
            for names in [function.locals[-1] if function.locals else {}, function.globals or {}]:
                if node.id in names:
                    return names[node.id]
            raise NameError(node.id)
        if isinstance(node, ast.Attribute):
            return getattr(self.value(node.value, function), node.attr)
        raise NameError

    def is_settled_function(self, value, code, depth):
        """Whether all that a helper can return is settled, given that its arguments are."""
        node = node_of(code)
        if node is None or depth <= 0:
            return False
        helper = Helper(code, getattr(value, "__globals__", {}))
        self.nodes[code] = node
        for inner in ast.walk(node):
            if isinstance(inner, FUNCTIONS) and inner is not node:
                return False
            if isinstance(inner, (ast.Return,)) and inner.value is not None and not self.is_settled(inner.value, helper, depth):
                return False
            if isinstance(inner, (ast.If, ast.While)) and not self.is_settled(inner.test, helper, depth):
                return False
            if isinstance(inner, (ast.Yield, ast.YieldFrom, ast.Await, ast.For, ast.Try)):
                return False
        return True

    def is_settled_name(self, name, function, depth, seen):
        if name in seen:
            return True
        node = self.node(function)
        if node is None:
            return False
        if is_mutated(node, name):
            return False
        if name not in function.code.co_varnames and name not in function.code.co_cellvars and name not in function.code.co_freevars:
            # Of the module, or of Python; or of an expression's own.
            inner = list(inner_values(node, name))
            return all(value is not None and self.is_settled(value, function, depth, seen | {name}) for value in inner)
        arguments = [argument.arg for argument in node.args.args + node.args.kwonlyargs + getattr(node.args, "posonlyargs", [])]
        assigned = list(assignments(node, name))
        if len(assigned) > 1 and not all(self.is_settled(test, function, depth, seen | {name}) for test in conditions_of(node, name)):
            # Which of its values it has is said by what came before.
            return False
        if name in arguments:
            values = [names[name] for names in function.locals if name in names]
            if any(isinstance(value, (bool, list, set)) or is_from_rows(value) for value in values):
                return False
        elif not assigned:
            return name in function.code.co_freevars and all(isinstance(names.get(name), (str, int, type(None))) and not is_from_rows(names.get(name)) for names in function.locals)
        return all(value is not None and self.is_settled(value, function, depth, seen | {name}) for value in assigned)

    def node(self, function):
        if function.code not in self.nodes:
            self.nodes[function.code] = node_of(function.code)
        return self.nodes[function.code]


class Helper:
    """A function that is asked about, and was perhaps never called."""

    def __init__(self, code, names):
        self.code = code
        self.globals = names
        self.given = "helper"
        self.locals = []


#: Methods that change what they are of.
CHANGING = frozenset("append add extend update insert setdefault remove discard pop popitem clear appendleft".split())


def is_mutated(node, name):
    """Whether a function changes what a name stands for, or a part of it."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Global) and name in inner.names:
            return True
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr in CHANGING and root_of(inner.func.value) == name:
            return True
        if isinstance(inner, ast.Subscript) and isinstance(inner.ctx, (ast.Store, ast.Del)) and root_of(inner) == name:
            return True
    return False


def inner_values(node, name):
    """What a name of a comprehension goes along; `None` for an argument of a lambda."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.comprehension) and any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(inner.target)):
            yield inner.iter
        elif isinstance(inner, ast.Lambda) and any(argument.arg == name for argument in inner.args.args):
            yield None


def root_of(node):
    """The name with which a chain of parts begins."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def conditions_of(node, name):
    """The conditions under which a name is assigned, and what the loops around that go along."""
    found = []

    def walk(statement, around):
        for field, value in ast.iter_fields(statement):
            inside = around
            if isinstance(statement, (ast.If, ast.While)) and field in ("body", "orelse"):
                inside = around + [statement.test]
            elif isinstance(statement, ast.For) and field in ("body", "orelse"):
                inside = around + [statement.iter]
            elif isinstance(statement, ast.Try) and field in ("body", "handlers", "orelse"):
                # Whether it gets there depends on what happens.
                inside = around + [ast.copy_location(ast.Await(ast.Constant(None)), statement)]
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.Name) and child.id == name and isinstance(child.ctx, ast.Store):
                    found.extend(each for each in inside if each not in found)
                elif isinstance(child, ast.AST):
                    walk(child, inside)

    walk(node, [])
    return found


def assignments(node, name):
    """What a local name is set to; `None` for what can't be told."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Assign):
            for target in inner.targets:
                if isinstance(target, ast.Name) and target.id == name:
                    yield inner.value
                elif any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(target)) and not isinstance(target, (ast.Attribute, ast.Subscript)):
                    yield None
        elif isinstance(inner, (ast.AnnAssign, ast.NamedExpr)):
            if isinstance(inner.target, ast.Name) and inner.target.id == name:
                yield inner.value
        elif isinstance(inner, ast.AugAssign):
            if isinstance(inner.target, ast.Name) and inner.target.id == name:
                yield None
        elif isinstance(inner, (ast.For, ast.AsyncFor)):
            if any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(inner.target)):
                # A loop over what is settled gives what is settled.
                yield inner.iter
        elif isinstance(inner, (ast.With, ast.AsyncWith)):
            for item in inner.items:
                if item.optional_vars is not None and any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(item.optional_vars)):
                    yield None
        elif isinstance(inner, ast.ExceptHandler) and inner.name == name:
            yield None
