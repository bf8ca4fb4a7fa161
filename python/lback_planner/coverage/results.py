"""The results of helpers in cases that never came: what their callers do with them."""

import ast
import reprlib
from types import CodeType
from typing import Any, Protocol, Set, Tuple

from ..diagnostics import ignored
from .statement_parts import is_telling, simple_statements, values_returned, with_result
from .syntax import Function, loaded, node_of, stored
from .tracer import Calls, Tracer
from .writing import Names, Writing

#: Tells values apart. One that holds itself many times has no end otherwise.
SHOWN = reprlib.Repr()
SHOWN.maxlevel = 4
SHOWN.maxlist = SHOWN.maxtuple = SHOWN.maxset = 50
SHOWN.maxstring = SHOWN.maxother = 2000


class RunsStatements(Protocol):
    """An object that runs statements with the names of the functions that they are in."""

    tracer: Tracer
    tried: Set[Any]
    writes: Writing

    def evaluate(self, expression: ast.expr, function: Calls) -> Any:
        """Returns the value of an expression in a function, or raises."""

    def names_in(self, function: Calls) -> Names:
        """Returns the names of a function."""

    def run(self, statement: ast.stmt, names: Names, function: Calls) -> None:
        """Runs a statement, and takes up what it fails with."""


class Results:
    """Runs what callers do with a value that a helper returns. Calling it does that."""

    def __init__(self, forcer: RunsStatements) -> None:
        self._forcer = forcer

    def __call__(self, expression: ast.expr, function: Calls) -> None:
        """Runs what callers do with a value that a helper returns in a case that never came."""
        name = function.code.co_name
        try:
            value = self._forcer.evaluate(expression, function)
        except Exception as error:
            ignored(error, "a value that can't be had changes nothing for the callers")
            return
        if not is_telling(value):
            return
        for code, caller in list(self._forcer.tracer.functions.items()):
            node = node_of(code)
            if node is None or name not in names_of(code):
                continue
            for calls in list(caller.calls.values()):
                self._with_result(name, value, node, calls)

    def _with_result(self, name: str, value: Any, node: Function, calls: Calls) -> None:
        """Runs the statements of a function that call a helper, as if this was its result, and what
        comes of it.
        """
        key = calls.code, calls.given, name, SHOWN.repr(value)
        if key in self._forcer.tried or calls.globals is None:
            return
        self._forcer.tried.add(key)
        names = self._forcer.names_in(calls)
        assigned: Set[str] = set()
        for statement in simple_statements(node):
            variant = with_result(statement, name, value)
            if variant is None and not assigned & loaded(statement):
                continue
            names.update(getattr(variant, "values_of_lback", {}))
            returned = values_returned(variant or statement)
            if self._forcer.writes(statement, names) or stored(statement) or returned:
                self._forcer.run(variant or statement, names, calls)
                assigned |= stored(statement)
                for value_of_caller in returned:
                    self(value_of_caller, calls)


def names_of(code: CodeType) -> Tuple[str, ...]:
    return code.co_names + code.co_varnames + code.co_freevars + code.co_cellvars
