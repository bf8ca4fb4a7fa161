"""Lines that ran in no scenario and yet may run: not those that the dialect, or what is known
before, rules out.
"""

import ast
from types import CodeType
from typing import Any, Dict, List, Mapping, Optional, Protocol, Sequence, Set

from .syntax import FUNCTIONS, Function, last_of_head, loaded, remembered, stored
from .tracer import Calls

LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
#: Statements that do nothing when they run.
IDLE = (ast.Pass, ast.Global, ast.Nonlocal)
DEFINITIONS = FUNCTIONS + (ast.ClassDef,)


class IsConstant(Protocol):
    """Tells whether a condition that always came to one value will always do so."""

    def __call__(self, test: ast.expr, wanted: Optional[bool], function: Calls) -> bool:
        """Returns whether a condition stays what it is; if something is wanted, whether it stays
        that.
        """


class Block:
    """Statements that never ran."""

    def __init__(
        self,
        statements: Sequence[ast.stmt],
        function: Calls,
        following: Sequence[ast.stmt],
        loops: Sequence[ast.stmt],
    ) -> None:
        self.statements = list(statements)
        #: The function that they are in, and the statements that come after them in it.
        self.function = function
        self.following = list(following)
        #: The loops around them in the function, the outermost first.
        self.loops = list(loops)


class Coverage:
    """The lines that ran, by file. Lines of interrupted calls count, except in loops."""

    def __init__(self, functions: Mapping[CodeType, Calls]) -> None:
        self.whole: Dict[str, Set[int]] = {}
        self.partly: Dict[str, Set[int]] = {}
        for code, function in functions.items():
            self.whole.setdefault(code.co_filename, set()).update(function.lines)
            self.whole[code.co_filename] |= function.forced
            self.partly.setdefault(code.co_filename, set()).update(function.cut)

    def ran(self, path: str, statement: Any, in_loop: bool) -> bool:
        """Returns whether a statement ran."""
        lines = self.whole.get(path, set())
        if not in_loop:
            lines = lines | self.partly.get(path, set())
        if hasattr(statement, "handlers"):
            return any(self.ran(path, each, in_loop) for each in statement.body)
        return any(line in lines for line in range(statement.lineno, last_of_head(statement) + 1))


class Tries(Protocol):
    """The knowledge about statements that were made to run, and about what else they may do."""

    def was_tried(self, statement: ast.stmt, function: Calls) -> bool:
        """Returns whether a statement was made to run."""

    def is_missing(self, part: ast.expr, function: Calls) -> bool:
        """Returns whether a part of a condition calls what never ran."""

    def variants(self, statement: ast.stmt, function: Calls) -> List[ast.stmt]:
        """Returns a statement once for each value that it may choose."""


class Finder:
    """Walks a function along what ran, and finds what didn't."""

    def __init__(
        self,
        function: Calls,
        node: Function,
        coverage: Coverage,
        is_constant: IsConstant,
        tries: Tries,
    ) -> None:
        self.function = function
        self.path = function.code.co_filename
        self.node = node
        self.coverage = coverage
        self._constant = is_constant
        self._tries = tries
        self.blocks: List[Block] = []
        self._loops: List[ast.stmt] = []

    def find(self) -> List[Block]:
        """Returns the statements that never ran, in blocks."""
        self._walk(self.node.body, False, [])
        return self.blocks

    def _is_constant(self, test: ast.expr, wanted: Optional[bool] = None) -> bool:
        return self._constant(test, wanted, self.function)

    def _ran(self, statement: ast.stmt, in_loop: bool) -> bool:
        return self.coverage.ran(self.path, statement, in_loop)

    def _any_ran(self, body: Sequence[ast.stmt], in_loop: bool) -> bool:
        return any(self._ran(statement, in_loop) for statement in body)

    def _walk(self, body: Sequence[ast.stmt], in_loop: bool, following: List[ast.stmt]) -> None:
        """Looks at a body. `following` is what may run after it, from near to far."""
        missed: List[ast.stmt] = []
        for number, statement in enumerate(body):
            rest = list(body[number + 1 :]) + following
            if isinstance(statement, IDLE) or is_constant_expression(statement):
                continue
            if not self._ran(statement, in_loop):
                missed.append(statement)
                is_whole = isinstance(statement, DEFINITIONS)
                if not is_whole and self._tries.was_tried(statement, self.function):
                    # It doesn't get to what is in it by itself.
                    self._inside(statement, in_loop, rest)
                continue
            if missed:
                self._miss(missed, [statement] + rest)
                missed = []
            if isinstance(statement, DEFINITIONS):
                continue
            if self._inside(statement, in_loop, rest) or isinstance(statement, LEAVING):
                return
        if missed:
            self._miss(missed, following)

    def _miss(self, statements: Sequence[ast.stmt], following: Sequence[ast.stmt]) -> None:
        self.blocks.append(Block(statements, self.function, following, self._loops))

    def _inside(self, statement: Any, in_loop: bool, rest: List[ast.stmt]) -> bool:
        """Looks into a statement that ran; returns whether nothing after it can run."""
        self._head(statement, rest)
        if isinstance(statement, ast.If):
            return self._condition(statement, in_loop, rest)
        if isinstance(statement, (ast.For, ast.AsyncFor, ast.While)):
            self._loop(statement, in_loop, rest)
        elif isinstance(statement, (ast.With, ast.AsyncWith)):
            self._walk(statement.body, in_loop, rest)
        elif hasattr(statement, "handlers"):
            self._attempt(statement, in_loop, rest)
        elif hasattr(statement, "cases"):
            constant = self._is_constant(statement.subject)
            for case in statement.cases:
                if self._any_ran(case.body, in_loop) or not constant:
                    self._walk(case.body, in_loop, rest)
        return False

    def _head(self, statement: ast.stmt, rest: List[ast.stmt]) -> None:
        """Looks at what a statement may choose, and at parts of it that may not have run."""
        whole = not hasattr(statement, "body") and not hasattr(statement, "cases")
        if whole or isinstance(statement, (ast.For, ast.With)):
            for variant in self._tries.variants(statement, self.function):
                self._miss([variant], rest)
        if whole:
            self._parts(statement)
        elif isinstance(statement, (ast.If, ast.While)):
            self._parts_of_test(statement.test)

    def _loop(self, statement: Any, in_loop: bool, rest: List[ast.stmt]) -> None:
        self._loops.append(statement)
        if is_in_line(statement.body, statement):
            self._miss(statement.body, rest)
        self._walk(statement.body, True, rest)
        self._loops.pop()
        self._walk(statement.orelse, in_loop, rest)

    def _attempt(self, statement: Any, in_loop: bool, rest: List[ast.stmt]) -> None:
        self._walk(statement.body, in_loop, rest)
        for handler in statement.handlers:
            if is_in_line(handler.body, handler):
                self._miss(handler.body, rest)
            self._walk(handler.body, in_loop, rest)
        self._walk(statement.orelse, in_loop, rest)
        self._walk(statement.finalbody, in_loop, rest)

    def _parts_of_test(self, test: ast.expr) -> None:
        for node in choosing_nodes(test):
            for part in self._parts_of(node):
                if self._tries.is_missing(part, self.function):
                    self._miss([ast.copy_location(ast.Expr(part), part)], [])

    def _parts(self, statement: ast.stmt) -> None:
        """Finds parts of an expression that may not have run although the rest of its line has."""
        for node in choosing_nodes(statement):
            for part in self._parts_of(node):
                if any(isinstance(inner, ast.Call) for inner in ast.walk(part)):
                    self._miss([ast.copy_location(ast.Expr(part), part)], [])

    def _parts_of(self, node: ast.AST) -> List[ast.expr]:
        if isinstance(node, ast.IfExp) and not self._is_constant(node.test):
            return [node.body, node.orelse]
        if isinstance(node, ast.BoolOp) and not self._is_constant(node):
            return node.values[1:]
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            if any(generator.ifs for generator in node.generators):
                # As if nothing was left out.
                generators = [
                    ast.comprehension(each.target, each.iter, [], each.is_async)
                    for each in node.generators
                ]
                return [ast.copy_location(ast.ListComp(node.elt, generators), node)]
        return []

    def _condition(self, statement: ast.If, in_loop: bool, rest: List[ast.stmt]) -> bool:
        if is_in_line(statement.body, statement) and not self._is_constant(statement.test):
            # Its line doesn't show whether it ran.
            self._miss(statement.body, rest)
        then = self._any_ran(statement.body, in_loop)
        other = self._any_ran(statement.orelse, in_loop)
        always = then and not self._varies(statement.test)
        always = always and self._is_constant(statement.test, True)
        never = not then and self._is_constant(statement.test, False)
        if not never:
            self._walk(statement.body, in_loop, rest)
        if statement.orelse and not (always and not other):
            self._walk(statement.orelse, in_loop, rest)
        if always and leaves(statement.body):
            return True
        return never and bool(statement.orelse) and leaves(statement.orelse)

    def _varies(self, test: ast.expr) -> bool:
        """Returns whether a condition may come to something else in another round of a loop."""
        names = loaded(test)
        return any(stored(loop) & names for loop in self._loops)


#: Expressions of which a part may not have run although their line has.
CHOOSING = (ast.IfExp, ast.BoolOp, ast.ListComp, ast.SetComp, ast.GeneratorExp)


@remembered
def choosing_nodes(node: ast.AST) -> List[ast.AST]:
    """Returns the expressions in a part of the syntax that may leave out a part of their own."""
    return [inner for inner in ast.walk(node) if isinstance(inner, CHOOSING)]


def is_constant_expression(statement: ast.stmt) -> bool:
    """Returns whether a statement is a docstring, or another value of which nothing is made."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def is_in_line(body: Sequence[ast.stmt], head: Any) -> bool:
    """Returns whether a body is in the line of what decides whether it runs."""
    if not body or body[0].lineno != head.lineno:
        return False
    return not isinstance(body[0], LEAVING + (ast.Pass,))


def leaves(body: Sequence[ast.stmt]) -> bool:
    """Returns whether a body never comes to its end."""
    if not body:
        return False
    last = body[-1]
    if isinstance(last, LEAVING):
        return True
    return isinstance(last, ast.If) and leaves(last.body) and leaves(last.orelse)
