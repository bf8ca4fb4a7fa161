"""Functions that a statement refers to, and that nothing has called: what is looked up may be any
of them.
"""

import ast
import functools
import inspect
from types import CodeType, FunctionType, MethodType
from typing import Any, Callable, Dict, Iterator, List, Set, Tuple

from ..execution.fake_values import FakeValue
from ..execution.scenarios import Scenario
from .reachability import HANDLES, is_handle_of_orm
from .syntax import Function, node_of, remembered
from .tracer import Calls, Tracer

#: How deep collections are looked into, and how many of their members.
DEPTH = 3
LOOKED_AT = 50
Names = Dict[str, Any]
Found = List[Tuple[CodeType, Tuple[Any, Calls]]]


def uncalled(tracer: Tracer, names_in: Callable[[Calls], Names]) -> Found:
    """Returns functions that may write and were never called, with the calls that refer to them."""
    found: Dict[CodeType, Tuple[Any, Calls]] = {}
    for code, activations in list(tracer.functions.items()):
        node = node_of(code)
        for calls in list(activations.calls.values()) if node is not None else ():
            if node is None or calls.globals is None:
                continue
            names = names_in(calls)
            for name in referred(node, calls.lines | calls.cut | calls.forced):
                for function in functions_in(names.get(name), DEPTH):
                    own = code_of(function)
                    if own is None or own in tracer.functions or own in found:
                        continue
                    if tracer.project.has(own.co_filename) and tracer.reach.value(function):
                        found[own] = function, calls
    return list(found.items())


def referred(node: Function, lines: Set[int]) -> Set[str]:
    """Returns the names that lines of a function use for something else than a call."""
    return {name for name, line in names_not_called(node) if line in lines}


@remembered
def names_not_called(node: Function) -> Set[Tuple[str, int]]:
    """Returns the names that a function uses for something else than a call, and their lines."""
    called = {id(inner.func) for inner in ast.walk(node) if isinstance(inner, ast.Call)}
    return {
        (inner.id, inner.lineno)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load)
        if id(inner) not in called
    }


def functions_in(value: Any, depth: int) -> Iterator[Any]:
    """Yields the functions that a value is, or holds."""
    if isinstance(value, (FunctionType, MethodType, functools.partial)):
        yield value
    elif depth > 0:
        for each in members_of(value):
            yield from functions_in(each, depth - 1)


def members_of(value: Any) -> List[Any]:
    if type(value) in (list, tuple, set, frozenset):
        return list(value)[:LOOKED_AT]
    if isinstance(value, dict):
        return list(value.values())[:LOOKED_AT]
    if type(value).__module__.split(".")[0] in ("sqlalchemy", "alembic", "builtins"):
        return []
    own = getattr(value, "__dict__", None)
    return list(own.values())[:LOOKED_AT] if type(own) is dict else []


def code_of(function: Any) -> Any:
    """Returns the code that a call of a function runs."""
    while isinstance(function, functools.partial):
        function = function.func
    return getattr(getattr(function, "__func__", function), "__code__", None)


def call(function: Any, names: Names, scenario: Scenario) -> None:
    """Calls a function with ways to a database for the arguments that are called like one, and fake
    values for the others.
    """
    positional: List[Any] = []
    keywords: Names = {}
    for parameter in inspect.signature(function).parameters.values():
        known = names.get(parameter.name)
        is_way = isinstance(known, HANDLES) or is_handle_of_orm(known)
        value = known if is_way else FakeValue(scenario)
        if parameter.default is not parameter.empty and not is_way:
            continue
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            positional.append(value)
        elif parameter.kind is parameter.KEYWORD_ONLY:
            keywords[parameter.name] = value
    function(*positional, **keywords)
