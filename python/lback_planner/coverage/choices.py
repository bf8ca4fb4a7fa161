"""Choices: the values that a statement may choose from by what rows hold.

A look-up by the value of a row, or by what is made of it, may give any value of the collection.
"""

import ast
import builtins
import collections.abc
import copy
import enum
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

from ..diagnostics import ignored
from ..execution.fake_values import is_from_rows
from .constant_conditions import assignments, value_of
from .lines_not_run import IsConstant
from .reachability import Reachability
from .syntax import copied, node_of, own_nodes, remembered
from .tracer import Calls
from .trail import COMPREHENSIONS

#: Choices of one statement that are tried, and the most values of one.
CHOICES = 8
LARGEST_COLLECTION = 40
#: How far back names are followed to where they come from.
DEPTH = 4
#: The name under which a value that is tried stands in a statement.
CHOSEN = "chosen_by_lback"
#: Methods that look a key up in a collection.
LOOKING_UP = ("get", "pop", "setdefault", "__getitem__")
#: Methods that give rows, or what rows hold.
READING = ("execute", "scalar", "scalars", "fetchone", "fetchall", "query", "exec")
PLAIN = (bool, int, float, type(None))
#: What a name is made of, dots included. To look at it runs nothing.
NAMES = (ast.Name, ast.Attribute, ast.expr_context)


class Choice(NamedTuple):
    """A part of a statement, and what may come in its place: expressions, or values."""

    node: ast.expr
    expressions: List[ast.expr]
    values: List[Any]


class Choices:
    """Finds the choices in statements, with the names of the functions that they are in."""

    def __init__(
        self,
        evaluate: Callable[[ast.expr, Calls], Any],
        is_constant: IsConstant,
        reach: Reachability,
    ) -> None:
        self._evaluate = evaluate
        self._constant = is_constant
        self._reach = reach

    def variants(self, statement: ast.stmt, function: Calls) -> List[ast.stmt]:
        """Returns a statement once for each value of each choice in it."""
        places = parts_with_choices(statement)
        found = [self._choice(node, function) for node in places]
        choices = [choice for choice in found if choice is not None][:CHOICES]
        return [
            self._variant(statement, choices, number, side)
            for number, choice in enumerate(choices)
            for side in range(len(choice.expressions) + len(choice.values))
        ]

    def _variant(
        self, statement: ast.stmt, choices: List[Choice], number: int, side: int
    ) -> ast.stmt:
        """Returns a statement with one side of a choice. Of look-ups beside it, the first value is
        taken.
        """
        chosen = choices[number].node
        parts: Dict[Any, ast.expr] = {}
        values: Dict[str, Any] = {}
        for index, (node, expressions, found) in enumerate(choices):
            if index != number and (expressions or overlap(node, chosen)):
                continue
            at = side if index == number else 0
            if at < len(expressions):
                parts[place_of(node)] = expressions[at]
            else:
                name = "%s_%d" % (CHOSEN, index)
                values[name] = found[at - len(expressions)]
                parts[place_of(node)] = ast.copy_location(ast.Name(name, ast.Load()), node)
        variant = Chosen(parts).visit(copied(statement))
        variant.of_lback = "%d of %d" % (side, number)
        variant.values_of_lback = values
        return variant  # type: ignore[no-any-return]

    def _choice(self, node: ast.expr, function: Calls) -> Optional[Choice]:
        expressions = self._expressions(node, function)
        if expressions:
            return Choice(node, expressions, [])
        try:
            values = distinct(self._values(node, function))
        except Exception as error:
            ignored(error, "what a value is chosen from isn't known")
            return None
        return Choice(node, [], values) if 0 < len(values) <= LARGEST_COLLECTION else None

    def _expressions(self, node: ast.expr, function: Calls) -> List[ast.expr]:
        """Returns the expressions one of which is taken."""
        if isinstance(node, ast.IfExp):
            return [] if self._constant(node.test, None, function) else [node.body, node.orelse]
        if isinstance(node, ast.BoolOp):
            return [] if self._constant(node, None, function) else node.values[-1:]
        if isinstance(node, COMPREHENSIONS) and any(each.ifs for each in node.generators):
            tests = [test for each in node.generators for test in each.ifs]
            if not all(self._constant(test, None, function) for test in tests):
                return [without_conditions(node)]
        return []

    def _holders(self, of: ast.expr, function: Calls) -> List[Any]:
        """Returns the collections that an expression may be. Raises where they aren't known."""
        if any(isinstance(inner, ast.Call) for inner in own_nodes(of)):
            values = [] if is_namespace(of) else self._values(of, function)
            if not is_namespace(of):
                return values
        try:
            return [self._evaluate(of, function)]
        except Exception as error:
            ignored(error, "the collection is itself one that is looked up")
            return self._values(of, function)

    def _values(self, node: ast.expr, function: Calls) -> List[Any]:
        """Returns the values of which an expression gives one. Raises where they aren't known."""
        if isinstance(node, ast.Subscript):
            return self._looked_up(node.value, node.slice, function)
        if not isinstance(node, ast.Call) or not node.args:
            return []
        called, first = node.func, node.args[0]
        if isinstance(called, ast.Attribute) and called.attr in LOOKING_UP:
            given = node.args[1:] if called.attr != "__getitem__" else []
            others = [self._evaluate(each, function) for each in given]
            return self._looked_up(called.value, first, function) + self._telling(others)
        if isinstance(called, ast.Name) and called.id == "getattr" and len(node.args) > 1:
            return self._attributes(first, node.args[1], function)
        if isinstance(called, ast.Name) and called.id in ("next", "min", "max"):
            return self._one_of(first, function)
        return self._members(called, first, function)

    def _looked_up(self, of: ast.expr, key: ast.expr, function: Calls) -> List[Any]:
        key = getattr(key, "value", key) if type(key).__name__ == "Index" else key
        if isinstance(key, ast.Slice):
            return []
        is_open = self._is_open(key, function)
        found: List[Any] = []
        for holder in self._holders(of, function):
            if not is_open or is_from_rows(holder):
                continue
            if is_namespace(of):
                found += self._fitting(holder.items(), key)
            elif isinstance(holder, enum.EnumMeta):
                found += list(holder)
            elif isinstance(holder, collections.abc.Mapping):
                found += self._telling(list(holder.values()))
            elif isinstance(holder, (list, tuple)):
                found += self._telling(list(holder))
        return found

    def _attributes(self, of: ast.expr, name: ast.expr, function: Calls) -> List[Any]:
        if not self._is_open(name, function):
            return []
        holder = self._evaluate(of, function)
        return self._fitting(((each, getattr(holder, each)) for each in dir(holder)), name)

    def _fitting(self, items: Any, key: ast.expr) -> List[Any]:
        """Returns the functions that reach a database and have a name as it is put together."""
        start, end = ends_of(key)
        return [
            value
            for name, value in list(items)
            if str(name).startswith(start) and str(name).endswith(end)
            if not str(name).startswith("__") and callable(value) and self._reach.value(value)
        ]

    def _one_of(self, node: ast.expr, function: Calls) -> List[Any]:
        if self._constant(node, None, function):
            return []
        if isinstance(node, ast.GeneratorExp):
            whole: Any = without_conditions(node)
            node = ast.copy_location(ast.ListComp(whole.elt, whole.generators), node)
        elif any(isinstance(inner, ast.Call) for inner in own_nodes(node)):
            return []
        found = self._evaluate(node, function)
        return self._telling(list(found)) if isinstance(found, (list, tuple, set)) else []

    def _members(self, called: ast.expr, value: ast.expr, function: Calls) -> List[Any]:
        if not isinstance(called, (ast.Name, ast.Attribute)):
            return []
        is_name = all(isinstance(inner, NAMES) for inner in own_nodes(called))
        if not is_name and not self._is_open(value, function):
            return []
        kind = self._evaluate(called, function)
        if not isinstance(kind, enum.EnumMeta) or (is_name and not self._is_open(value, function)):
            return []
        return list(kind)

    def _telling(self, values: List[Any]) -> List[Any]:
        """Returns the values that may say what is done; what came from rows doesn't."""
        return [each for each in values if type(each) not in PLAIN and not is_from_rows(each)]

    def _is_open(self, key: ast.expr, function: Calls) -> bool:
        """Returns whether a key may be any other: it is made of what rows hold, or isn't known."""
        if self._constant(key, None, function):
            return False
        return self._is_from_rows(key, function, DEPTH)

    def _is_from_rows(self, value: ast.AST, function: Calls, depth: int) -> bool:
        """Returns whether an expression is made of what rows hold, as far as that can be followed,
        or of what isn't there.
        """
        node = node_of(function.code)
        for inner in own_nodes(value):
            if isinstance(inner, ast.Call) and not is_simple(inner):
                return True
            if not isinstance(inner, ast.Name) or hasattr(builtins, inner.id):
                continue
            try:
                if is_from_rows(value_of(inner, function)):
                    return True
            except Exception as error:
                ignored(error, "a name that isn't there yet may be any")
                return True
            sources = assignments(node, inner.id) if node is not None and depth > 0 else []
            if any(
                source is not None and self._is_from_rows(source, function, depth - 1)
                for source in sources
            ):
                return True
        return False


class Chosen(ast.NodeTransformer):
    """Replaces parts of a statement."""

    def __init__(self, parts: Dict[Any, ast.expr]) -> None:
        self.parts = parts

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.expr):
            part = self.parts.get(place_of(node))
            if part is not None:
                return copied(part)  # type: ignore[no-any-return]
        return super().generic_visit(node)


def place_of(node: ast.expr) -> Tuple[Any, ...]:
    return type(node), node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


@remembered
def parts_with_choices(statement: ast.stmt) -> List[ast.expr]:
    """Returns the parts of a statement's own expressions that may choose."""
    nodes = (node for root in heads_of(statement) for node in own_nodes(root))
    return [node for node in nodes if isinstance(node, ast.expr) and may_choose(node)]


def may_choose(node: ast.expr) -> bool:
    """Returns whether an expression is of a kind that may choose."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.ctx, ast.Load)
    if isinstance(node, ast.BoolOp):
        return any(map(is_telling_part, node.values))
    return isinstance(node, (ast.IfExp, ast.Call) + COMPREHENSIONS)


def is_telling_part(node: ast.expr) -> bool:
    """Returns whether an operand is a text, or a collection, that another may stand in for."""
    text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return text or isinstance(node, (ast.List, ast.Tuple, ast.Set, ast.Dict))


def heads_of(statement: Any) -> List[ast.AST]:
    """Returns what decides in a statement, without the statements in it."""
    if isinstance(statement, (ast.For, ast.AsyncFor)):
        return [statement.iter]
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return [item.context_expr for item in statement.items]
    if isinstance(statement, (ast.If, ast.While)):
        return [statement.test]
    if hasattr(statement, "cases"):
        return [statement.subject]
    return [] if hasattr(statement, "body") else [statement]


def overlap(one: ast.expr, other: ast.expr) -> bool:
    """Returns whether one expression is a part of the other."""
    places = [{place_of(node) for node in ast.walk(each) if isinstance(node, ast.expr)}
              for each in (one, other)]  # fmt: skip
    return place_of(one) in places[1] or place_of(other) in places[0]


def without_conditions(node: Any) -> ast.expr:
    """Returns a comprehension as if it left nothing out."""
    found = copy.copy(node)
    found.generators = [
        ast.comprehension(each.target, each.iter, [], each.is_async) for each in node.generators
    ]
    return found  # type: ignore[no-any-return]


def is_namespace(node: ast.expr) -> bool:
    """Returns whether an expression is ``globals()`` or the like."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("globals", "locals", "vars")
    )


def is_simple(call: ast.Call) -> bool:
    """Returns whether a call is a method of a value or a built-in function, without effects."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr not in READING
    return isinstance(call.func, ast.Name) and hasattr(builtins, call.func.id)


def ends_of(key: ast.expr) -> Tuple[str, str]:
    """Returns how a text that is put together begins and ends, as far as that is written."""
    if isinstance(key, ast.JoinedStr):
        return text_in(key.values[0]), text_in(key.values[-1])
    if isinstance(key, ast.BinOp) and isinstance(key.op, ast.Add):
        return ends_of(key.left)[0] or text_in(key.left), text_in(key.right)
    if isinstance(key, ast.BinOp) and isinstance(key.op, ast.Mod):
        return text_in(key.left).partition("%")[0], ""
    return "", ""


def text_in(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ""


def distinct(values: List[Any]) -> List[Any]:
    """Returns each value once."""
    found: Dict[Any, Any] = {}
    for value in values:
        key = (type(value), value) if isinstance(value, str) else id(value)
        found.setdefault(key, value)
    return list(found.values())
