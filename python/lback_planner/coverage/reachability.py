"""Tells what can reach a database: whatever else project code calls, it can write no table."""

import functools
import inspect
import sys
import types

HANDLES = None
#: Names that lead to a database wherever they come from.
LEADING = frozenset(("get_bind", "create_engine", "create_session", "sessionmaker", "get_session", "provide_session", "exec_driver_sql", "execute_sql", "raw_connection"))
STANDARD = getattr(sys, "stdlib_module_names", None)


def handles():
    global HANDLES
    if HANDLES is None:
        from alembic.operations.base import AbstractOperations
        from alembic.runtime.environment import EnvironmentContext
        from alembic.runtime.migration import MigrationContext
        from sqlalchemy import orm
        from sqlalchemy.engine import Connection, Engine

        from ..execution import fake_engine

        HANDLES = (AbstractOperations, EnvironmentContext, MigrationContext, Connection, Engine, orm.Session, orm.scoped_session, orm.sessionmaker, orm.Query, fake_engine.Connection, fake_engine.Cursor)
    return HANDLES


def is_library(name):
    """Modules that can't reach the database unless they are handed it."""
    top = (name or "").split(".")[0]
    if top in ("sqlalchemy", "builtins", "json", "logging", "re", "lback_planner", "mako"):
        return True
    if STANDARD is not None:
        return top in STANDARD
    return top in sys.builtin_module_names or top in ("os", "datetime", "uuid", "collections", "itertools", "functools", "typing", "enum", "hashlib", "time", "textwrap", "contextlib", "copy", "string", "random")


class Reach:
    def __init__(self):
        self.known = {}
        self.alive = []

    def value(self, value, depth=8):
        """Whether a value is a way to a database, or calls one."""
        kind = type(value)
        if kind in (str, int, float, bool, bytes, type(None)):
            return False
        if isinstance(value, handles()):
            return True
        if isinstance(value, types.ModuleType):
            return value.__name__ in ("alembic.op", "alembic.context")
        if depth <= 0:
            return True
        key = id(value)
        if key in self.known:
            return self.known[key]
        if kind in (list, tuple, set, frozenset):
            return any(self.value(each, depth - 1) for each in list(value)[:50])
        if kind is dict:
            return any(self.value(each, depth - 1) for each in list(value.values())[:50])
        # What is being looked at doesn't lead further by itself.
        self.known[key] = False
        self.alive.append(value)
        found = self.known[key] = self.look(value, depth)
        return found

    def look(self, value, depth):
        if isinstance(value, functools.partial):
            return self.value(value.func, depth - 1) or any(self.value(each, depth - 1) for each in value.args)
        if isinstance(value, types.MethodType):
            return self.value(value.__func__, depth - 1) or self.value(value.__self__, depth - 1)
        if isinstance(value, (staticmethod, classmethod)):
            return self.value(value.__func__, depth - 1)
        if isinstance(value, property):
            return self.value(value.fget, depth - 1)
        if isinstance(value, types.FunctionType):
            if is_library(value.__module__):
                return False
            if value.__module__ and value.__module__.startswith("alembic."):
                return True
            cells = [cell.cell_contents for cell in value.__closure__ or () if not is_empty(cell)]
            return self.code(value.__code__, value.__globals__, depth) or any(self.value(each, depth - 1) for each in cells)
        if isinstance(value, type):
            if is_library(value.__module__) or value.__module__.startswith("alembic."):
                return False
            maker = inspect.getattr_static(value, "__init__", None)
            return isinstance(maker, types.FunctionType) and self.value(maker, depth - 1)
        if is_library(type(value).__module__):
            return False
        attributes = getattr(value, "__dict__", None)
        return isinstance(attributes, dict) and any(isinstance(each, handles()) for each in list(attributes.values())[:50])

    def code(self, code, names, depth=8):
        """Whether the code of a function, or one in it, names what reaches a database."""
        key = id(code), id(names)
        if key in self.known:
            return self.known[key]
        self.known[key] = False
        self.alive.append((code, names))
        found = any(name in LEADING for name in code.co_names)
        if not found:
            for name in code.co_names:
                if name in names and self.value(names[name], depth - 1):
                    found = True
                    break
                if name == "op" and name not in names:
                    found = True
                    break
        if not found:
            # `module.function`: a name that any module which is named has.
            modules = [names[name] for name in code.co_names if isinstance(names.get(name), types.ModuleType) and not is_library(names[name].__name__)]
            modules += [sys.modules[name] for name in code.co_names if "." in name and name in sys.modules]
            for module in modules:
                if any(self.value(vars(module).get(name), depth - 1) for name in code.co_names if name in vars(module)):
                    found = True
                    break
        if not found:
            found = any(self.code(inner, names, depth) for inner in code.co_consts if isinstance(inner, types.CodeType))
        self.known[key] = found
        return found

    def frame(self, frame):
        """Whether a call that begins can."""
        if any(isinstance(value, handles()) for value in frame.f_locals.values()):
            return True
        return self.code(frame.f_code, frame.f_globals) or any(self.value(value, 3) for value in frame.f_locals.values())


def is_empty(cell):
    try:
        cell.cell_contents
    except ValueError:
        return True
    return False
