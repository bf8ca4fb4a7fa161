"""Private attributes of SQLAlchemy, from 1.4 to 2.1."""

import weakref
from typing import Any, Callable, Iterable, List, Optional, Sequence, Tuple, Type

from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.sql import ddl

from ..diagnostics import ignored


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


def indexed(index: Any) -> List[Any]:
    """Returns the columns and expressions of an index, which may belong to no table yet."""
    return list(getattr(index, "_pending_colargs", None) or index.expressions)


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


def tables_written(mapper: Any, attribute: str) -> List[Any]:
    """Returns the tables to which a mapped attribute is written: its column's, those whose foreign
    keys a relationship sets, or the table between.
    """
    if mapper is None or attribute not in mapper.attrs:
        return list(mapper.tables) if mapper is not None and attribute == "*" else []
    prop = mapper.attrs[attribute]
    pairs = list(getattr(prop, "synchronize_pairs", None) or ())
    pairs += list(getattr(prop, "secondary_synchronize_pairs", None) or ())
    columns = [written for _, written in pairs] or list(getattr(prop, "columns", None) or ())[:1]
    found = [getattr(column, "table", None) for column in columns]
    return [table for table in dict.fromkeys(found) if hasattr(table, "schema")]


def watch_deletions(module: Any, seen: Callable[[Any], None]) -> None:
    """Calls a function with each object that a session is to delete."""
    kind = module.Session
    delete = kind.delete
    if getattr(delete, "of_lback", False):
        return

    def watched(self: Any, instance: Any) -> Any:
        seen(instance)
        return delete(self, instance)

    watched.of_lback = True  # type: ignore[attr-defined]
    kind.delete = watched


def watch_counts(result: Any, seen: Callable[[], None]) -> None:
    """Calls a function when a number of rows is read from a result."""
    own = next(vars(kind)["rowcount"] for kind in result.__mro__ if "rowcount" in vars(kind))
    if getattr(own, "of_lback", False):
        return

    class Watched:
        of_lback = True

        def __get__(self, instance: Any, owner: Any = None) -> Any:
            if instance is None:
                return self
            seen()
            # SQLAlchemy 1.4 keeps the number in the result.
            kept = vars(instance).get("rowcount")
            return own.__get__(instance, owner) if kept is None else kept

        def __set__(self, instance: Any, value: Any) -> None:
            vars(instance)["rowcount"] = value

    result.rowcount = Watched()


def watch_changes(module: Any, seen: Callable[[Any, Any], None]) -> None:
    """Calls a function with the state of each mapped object that is changed, and the name of the
    attribute.
    """
    kind = module.InstanceState
    modified = kind._modified_event
    if getattr(modified, "of_lback", False):
        return

    def watched(self: Any, dict_: Any, attr: Any, *args: Any, **kwargs: Any) -> Any:
        key = getattr(attr, "key", None)
        if key is not None:
            seen(self, key)
        return modified(self, dict_, attr, *args, **kwargs)

    watched.of_lback = True  # type: ignore[attr-defined]
    kind._modified_event = watched


def cursor_of_context(context: Any) -> Any:
    """Returns a new cursor on the connection of an execution context."""
    if hasattr(context, "_dbapi_connection"):
        return context._dbapi_connection.cursor()
    return context.root_connection.connection.cursor()


def nothing(self: Any, *_: Any, **__: Any) -> None:
    """Does nothing, whatever it is given."""


class PrivateDialectParts:
    """The private methods that SQLAlchemy calls on a dialect, for a dialect without a driver."""

    def _assert_and_set_isolation_level(self, connection: Any, level: Any) -> None:
        self.set_isolation_level(connection, level)

    def set_isolation_level(self, connection: Any, level: Any) -> None:
        """Sets the isolation level, as SQLAlchemy's public method does."""
        raise NotImplementedError

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


def sqlite_type(dialect: Any, text: str) -> Any:
    """Returns the type that SQLite's affinity gives to a declared type."""
    return dialect._resolve_type_affinity(text)


def mysql_type(dialect: Any, text: str) -> Any:
    """Returns the type that SQLAlchemy reads in `SHOW CREATE TABLE` of MySQL."""
    from sqlalchemy.dialects.mysql.reflection import MySQLTableDefinitionParser

    parser = MySQLTableDefinitionParser(dialect, dialect.identifier_preparer)
    state = parser.parse("CREATE TABLE `t` (\n  `c` %s\n)" % text, None)
    return state.columns[0]["type"]


def autoincrement_column(table: Any) -> Any:
    """Returns the column whose values the database counts, `None` for none."""
    known = getattr(table, "autoincrement_column", None)
    return known if known is not None else getattr(table, "_autoincrement_column", None)


#: The class of PostgreSQL's exclusion constraints, and that of statements of DDL.
EXCLUSION: Any = ExcludeConstraint
DDL_STATEMENT: Any = getattr(ddl, "BaseDDLElement", None) or ddl.DDLElement


def is_untyped(kind: Any) -> bool:
    """Returns whether a column has no type of its own."""
    return bool(getattr(kind, "_isnull", False))


def columns_of_constraint(constraint: Any) -> List[Any]:
    """Returns the columns of a constraint, or their names while it belongs to no table."""
    columns = list(constraint.columns)
    return columns or list(getattr(constraint, "_pending_colargs", ()))


def expressions_of_index(index: Any) -> List[Any]:
    """Returns what an index is made of: columns, names, expressions."""
    return list(index.expressions) or list(getattr(index, "_pending_colargs", ()))


def exclusions(constraint: Any) -> List[Any]:
    """Returns the expression, the name and the operator of each part of an exclusion."""
    return list(constraint._render_exprs)


def is_type_bound(constraint: Any) -> bool:
    """Returns whether a constraint comes with the type of a column."""
    return bool(getattr(constraint, "_type_bound", False))


def async_connection(connection: Any) -> Any:
    """Returns an asynchronous connection around a connection whose dialect is not asynchronous."""
    from sqlalchemy.ext.asyncio import AsyncConnection

    dialect = connection.dialect
    dialect.is_async = True
    try:
        return AsyncConnection._retrieve_proxy_for_target(connection)
    finally:
        dialect.is_async = False


def give_way() -> None:
    """Awaits nothing, where SQLAlchemy runs a function for an asynchronous one: it wants that."""
    from sqlalchemy.util import await_only

    awaited = nothing_awaited()
    try:
        await_only(awaited)
    except Exception as error:
        ignored(error, "a synchronous part of an asynchronous function need not give way")
    finally:
        awaited.close()


async def nothing_awaited() -> None:
    """Returns at once."""


class PrivateCursorParts:
    """The private methods that SQLAlchemy calls on cursors of asynchronous drivers."""

    async def _async_soft_close(self) -> None:
        """Does nothing: all rows are there."""


def on_begin(connection: Any) -> bool:
    """Returns whether something is called where a transaction of a connection begins."""
    return bool(connection.dispatch.begin)


def creation_order(element: Any) -> int:
    """Returns the number by which SQLAlchemy orders what was made."""
    return int(getattr(element, "_creation_order", 0))
