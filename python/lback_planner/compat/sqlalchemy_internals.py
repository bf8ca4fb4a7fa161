"""Private attributes of SQLAlchemy, from 1.4 to 2.1."""

import weakref
from typing import Any, Callable, Iterable, List, Optional, Sequence, Tuple, Type


def column_spec(element: Any) -> str:
    """Returns the target of a foreign key as it was written: ``table.column``, perhaps with a
    schema.
    """
    spec = getattr(element, "_colspec", element)
    return spec if isinstance(spec, str) else str(element.target_fullname)


def in_order_of_creation(parts: Iterable[Any]) -> List[Any]:
    """Returns constraints or foreign keys, which SQLAlchemy keeps in sets, in the order in which
    they were made.
    """
    return sorted(parts, key=lambda part: getattr(part, "_creation_order", 0))


def result_columns(compiled: Any) -> Sequence[Tuple[Any, ...]]:
    """Returns the columns of a compiled statement: key, name, objects and type of each."""
    return getattr(compiled, "_result_columns", None) or ()


def result_processor(kind: Any, dialect: Any) -> Optional[Callable[[Any], Any]]:
    """Returns what makes a script's value of a driver's value."""
    return kind._cached_result_processor(dialect, None)  # type: ignore[no-any-return]


def bind_processor(kind: Any, dialect: Any) -> Optional[Callable[[Any], Any]]:
    """Returns what makes a driver's value of a script's value."""
    return kind._cached_bind_processor(dialect)  # type: ignore[no-any-return]


def dialect_of_pool(pool: Any) -> Any:
    """Returns the dialect for which a pool connects."""
    return getattr(pool, "_dialect", None)


def set_dialect_of_pool(pool: Any, dialect: Any) -> None:
    """Has a pool connect for a dialect, as ``create_engine`` does."""
    pool._dialect = dialect


def forget_types(dialect: Any) -> None:
    """Empties what a dialect has worked out for types: it is another dialect's where attributes
    were copied.
    """
    dialect._type_memos = weakref.WeakKeyDictionary()


def mapper_of(value: Any) -> Any:
    """Returns the mapper of an object that is mapped to tables, ``None`` for any other object."""
    return getattr(getattr(value, "_sa_instance_state", None), "mapper", None)


def is_mapped(value: Any) -> bool:
    """Returns whether an object is of a class that is mapped to tables."""
    return hasattr(type(value), "_sa_class_manager")


def cursor_of_context(context: Any) -> Any:
    """Returns a new cursor on the connection of an execution context."""
    if hasattr(context, "_dbapi_connection"):
        return context._dbapi_connection.cursor()
    return context.root_connection.connection.cursor()


def nothing(self: Any, *_: Any, **__: Any) -> None:
    """Does nothing, whatever it is given."""


class PrivateDialectParts:
    """The private methods that SQLAlchemy calls on a dialect, for a dialect without a driver."""

    _assert_and_set_isolation_level = nothing

    def _get_default_schema_name(self, connection: Any) -> Any:
        return getattr(self, "default_schema_name", None)

    def _get_server_version_info(self, connection: Any) -> Any:
        return getattr(self, "server_version_info", None)


class PrivateContextParts:
    """The private methods that SQLAlchemy calls on an execution context."""

    def _use_server_side_cursor(self) -> bool:
        return False


def names_of_multi_methods(dialect: Type[Any]) -> List[str]:
    """Returns the methods of a dialect that ask for many tables at once."""
    prefixes = ("get_multi_", "has_multi_", "_default_multi")
    return [name for name in dir(dialect) if name.startswith(prefixes)]
