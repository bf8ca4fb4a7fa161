"""Reachability of a database: code that can't reach one writes no table, whatever else it calls."""

import functools
import inspect
import sys
from types import CodeType, FrameType, FunctionType, MethodType, ModuleType
from typing import Any, Dict, List

from alembic.operations.base import AbstractOperations
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection, Engine

from ..execution.fake_driver import FakeConnection, FakeCursor
from ..libraries import is_library

#: Classes whose objects are a way to a database.
HANDLES = (
    AbstractOperations, EnvironmentContext, MigrationContext, Connection, Engine, FakeConnection,
    FakeCursor,
)  # fmt: skip
#: Those of SQLAlchemy's ORM, which isn't imported on their account.
HANDLES_OF_ORM = ("Session", "scoped_session", "sessionmaker", "Query")
#: Names that lead to a database wherever they come from.
LEADING = frozenset(
    (
        "get_bind", "create_engine", "create_session", "sessionmaker", "get_session",
        "provide_session",
        "exec_driver_sql", "execute_sql", "raw_connection",
    )
)  # fmt: skip
#: Of a collection, the members that are looked at.
LOOKED_AT = 50


class Reachability:
    """Knows of values and of functions whether they lead to a database, and remembers it by
    identity.
    """

    def __init__(self) -> None:
        self._known: Dict[Any, bool] = {}
        #: What is known by its identity must not make room for something else.
        self._alive: List[Any] = []

    def value(self, value: Any, depth: int = 8) -> bool:
        """Returns whether a value is a way to a database, or calls one."""
        kind = type(value)
        if kind in (str, int, float, bool, bytes, type(None)):
            return False
        if isinstance(value, HANDLES) or is_handle_of_orm(value):
            return True
        if isinstance(value, ModuleType):
            return value.__name__ in ("alembic.op", "alembic.context")
        key = id(value)
        if key in self._known:
            return self._known[key]
        if depth <= 0:
            return True
        if kind in (list, tuple, set, frozenset):
            return any(self.value(each, depth - 1) for each in list(value)[:LOOKED_AT])
        if kind is dict:
            return any(self.value(each, depth - 1) for each in list(value.values())[:LOOKED_AT])
        # What is being looked at doesn't lead further by itself.
        self._known[key] = False
        self._alive.append(value)
        found = self._known[key] = self._look(value, depth - 1)
        return found

    def _look(self, value: Any, depth: int) -> bool:
        if isinstance(value, functools.partial):
            return self.value(value.func, depth) or any(
                self.value(each, depth) for each in value.args
            )
        if isinstance(value, MethodType):
            return self.value(value.__func__, depth) or self.value(value.__self__, depth)
        if isinstance(value, (staticmethod, classmethod)):
            return self.value(value.__func__, depth)
        if isinstance(value, property):
            return self.value(value.fget, depth)
        if isinstance(value, FunctionType):
            return self._function(value, depth)
        if isinstance(value, type):
            if is_library(value.__module__) or value.__module__.startswith("alembic."):
                return False
            maker = inspect.getattr_static(value, "__init__", None)
            return isinstance(maker, FunctionType) and self.value(maker, depth)
        if is_library(type(value).__module__):
            return False
        attributes = getattr(value, "__dict__", None)
        return isinstance(attributes, dict) and any(
            isinstance(each, HANDLES) for each in list(attributes.values())[:LOOKED_AT]
        )

    def _function(self, function: FunctionType, depth: int) -> bool:
        if is_library(function.__module__):
            return False
        if function.__module__ and function.__module__.startswith("alembic."):
            return True
        if self.code(function.__code__, function.__globals__, depth + 1):
            return True
        cells = [cell.cell_contents for cell in function.__closure__ or () if not is_empty(cell)]
        return any(self.value(each, depth) for each in cells)

    def code(self, code: CodeType, names: Dict[str, Any], depth: int = 8) -> bool:
        """Returns whether the code of a function, or one in it, names what reaches a database."""
        key = id(code), id(names)
        if key in self._known:
            return self._known[key]
        self._known[key] = False
        self._alive.append((code, names))
        found = self._known[key] = self._names(code, names, depth)
        return found

    def _names(self, code: CodeType, names: Dict[str, Any], depth: int) -> bool:
        if any(name in LEADING for name in code.co_names):
            return True
        for name in code.co_names:
            if name in names and self.value(names[name], depth - 1):
                return True
            if name == "op" and name not in names:
                return True
        for module in modules_named(code, names):
            # `module.function`: a name that any module which is named has.
            own = vars(module)
            if any(self.value(own.get(name), depth - 1) for name in code.co_names if name in own):
                return True
        inner = [each for each in code.co_consts if isinstance(each, CodeType)]
        return any(self.code(each, names, depth) for each in inner)

    def frame(self, frame: FrameType) -> bool:
        """Returns whether a call that begins can reach a database."""
        values = list(frame.f_locals.values())
        if any(isinstance(value, HANDLES) for value in values):
            return True
        return self.code(frame.f_code, frame.f_globals) or any(
            self.value(value, 3) for value in values
        )


def modules_named(code: CodeType, names: Dict[str, Any]) -> List[ModuleType]:
    """Returns the modules that a function names, without libraries."""
    values = [names.get(name) for name in code.co_names]
    found = [each for each in values if isinstance(each, ModuleType)]
    found = [module for module in found if not is_library(module.__name__)]
    dotted = [name for name in code.co_names if "." in name and name in sys.modules]
    return found + [sys.modules[name] for name in dotted]


def is_empty(cell: Any) -> bool:
    """Returns whether what a function has from around it isn't there yet."""
    try:
        _ = cell.cell_contents
    except ValueError:
        return True
    return False


def is_handle_of_orm(value: Any) -> bool:
    """Returns whether a value is one of the ORM's ways to a database."""
    module = sys.modules.get("sqlalchemy.orm")
    if module is None:
        return False
    return isinstance(value, tuple(getattr(module, name, ()) for name in HANDLES_OF_ORM))
