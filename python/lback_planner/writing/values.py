"""Values as Python source: what a script passed to an operation, with the imports that it needs."""

import datetime
import decimal
import enum
import inspect
import sys
import uuid
from typing import Any, Callable, Dict, List, Mapping, Sequence, Set

import sqlalchemy
from sqlalchemy.sql.elements import ClauseElement, quoted_name
from sqlalchemy.types import TypeEngine

from ..compat import alembic_internals

#: Types whose `repr` is their source. Subclasses are not among them: values that come from rows
#: are such.
PLAIN = (type(None), bool, int, str, bytes)


class Unwritable(Exception):
    """A value has no source text. The message names the value, as a fragment of a sentence."""


#: Returns the source of a value of one kind.
Write = Callable[["SourceWriter", Any], str]


class SourceWriter:
    """Writes values for one new revision of a project.

    `context` is Alembic's `AutogenContext`: its options, its `render_item` and its imports. The
    other two write column types and elements of SQLAlchemy.
    """

    def __init__(self, context: Any, write_type: "Write", write_element: "Write") -> None:
        self.context = context
        self.write_type = write_type
        self.write_element = write_element
        self.dialect = context.migration_context.dialect
        self.sa: str = context.opts["sqlalchemy_module_prefix"]
        self.op: str = context.opts["alembic_module_prefix"]
        self.imports: Set[str] = context.imports

    def write(self, value: Any) -> str:
        """Returns the source of a value. Raises `Unwritable`."""
        kind = type(value)
        if kind in PLAIN:
            return repr(value)
        if kind is float:
            return repr(value) if value == value and abs(value) != float("inf") else self.odd(value)
        write = WRITERS.get(kind)
        if write is not None:
            return write(self, value)
        return self.write_object(value)

    def odd(self, value: float) -> str:
        """Returns the source of a number that has no literal."""
        return "float(%r)" % str(value)

    def write_object(self, value: Any) -> str:
        """Returns the source of an object of SQLAlchemy's, of an enum's member, or of a class."""
        if alembic_internals.is_final_name(value):
            return "%sf(%r)" % (self.op, str(value))
        if isinstance(value, quoted_name):
            return self.quoted(value)
        if isinstance(value, TypeEngine) or is_type_class(value):
            return self.write_type(self, value)
        if isinstance(value, enum.Enum):
            return "%s.%s" % (self.write_global(type(value)), value.name)
        if isinstance(value, type) or inspect.isfunction(value):
            return self.write_global(value)
        return self.write_element(self, value)

    def quoted(self, value: quoted_name) -> str:
        """Returns the source of a name of which the script says whether it is quoted."""
        if value.quote is None:
            return repr(str(value))
        return "%ssql.quoted_name(%r, %r)" % (self.sa, str(value), value.quote)

    def write_global(self, value: Any) -> str:
        """Returns the name of a class or a function that a module has, and imports the module."""
        module, name = value.__module__, value.__qualname__
        found: Any = sys.modules.get(module)
        for part in name.split("."):
            found = getattr(found, part, None)
        if found is not value:
            raise Unwritable("`%s`, which is not in a module that can be imported" % name)
        self.imports.add("import %s" % module)
        return "%s.%s" % (module, name)

    def call(self, name: str, args: Sequence[Any], keywords: Mapping[str, Any]) -> str:
        """Returns the source of a call with these arguments."""
        return called(name, [self.write(arg) for arg in args], self.write_all(keywords))

    def write_all(self, keywords: Mapping[str, Any]) -> Dict[str, str]:
        """Returns the sources of keyword arguments."""
        return {key: self.write(value) for key, value in keywords.items()}


def called(name: str, args: Sequence[str], keywords: Mapping[str, str]) -> str:
    """Returns the source of a call whose arguments are sources already."""
    parts = list(args)
    if all(key.isidentifier() for key in keywords):
        parts += ["%s=%s" % pair for pair in keywords.items()]
    else:
        parts.append("**{%s}" % ", ".join("%r: %s" % pair for pair in keywords.items()))
    return "%s(%s)" % (name, ", ".join(parts))


def is_type_class(value: Any) -> bool:
    """Returns whether a value is a class of column types."""
    return isinstance(value, type) and issubclass(value, TypeEngine)


def write_list(writer: SourceWriter, value: Sequence[Any]) -> str:
    return "[%s]" % ", ".join(writer.write(item) for item in value)


def write_tuple(writer: SourceWriter, value: Sequence[Any]) -> str:
    parts: List[str] = [writer.write(item) for item in value]
    return "(%s,)" % parts[0] if len(parts) == 1 else "(%s)" % ", ".join(parts)


def write_dict(writer: SourceWriter, value: Mapping[Any, Any]) -> str:
    pairs = ["%s: %s" % (writer.write(key), writer.write(item)) for key, item in value.items()]
    return "{%s}" % ", ".join(pairs)


def write_set(writer: SourceWriter, value: Any) -> str:
    parts = sorted(writer.write(item) for item in value)
    return "{%s}" % ", ".join(parts) if parts else "set()"


def of_module(module: str) -> "Callable[[SourceWriter, Any], str]":
    """Returns a writer of values whose `repr` names their module."""

    def write(writer: SourceWriter, value: Any) -> str:
        text = repr(value)
        zone = getattr(value, "tzinfo", None)
        if zone is not None and type(zone) is not datetime.timezone:
            raise Unwritable("a time in the zone `%s`" % zone)
        writer.imports.add("import %s" % module)
        return text if text.startswith(module + ".") else "%s.%s" % (module, text)

    return write


WRITERS: Dict[Any, "Callable[[SourceWriter, Any], str]"] = {
    list: write_list,
    tuple: write_tuple,
    dict: write_dict,
    set: write_set,
    datetime.datetime: of_module("datetime"),
    datetime.date: of_module("datetime"),
    datetime.time: of_module("datetime"),
    datetime.timedelta: of_module("datetime"),
    decimal.Decimal: of_module("decimal"),
    uuid.UUID: of_module("uuid"),
}


def plain_sql(writer: SourceWriter, element: ClauseElement, **options: Any) -> str:
    """Returns the SQL of an element with its values in it, for `sa.text`."""
    try:
        options = dict(options, literal_binds=True)
        text = str(element.compile(dialect=writer.dialect, compile_kwargs=options))
    except (sqlalchemy.exc.SQLAlchemyError, NotImplementedError, ValueError) as error:
        raise Unwritable("SQL whose values can't be written (%s)" % error) from error
    return escaped(undoubled(writer, text))


def without_doubles(writer: SourceWriter, text: str) -> str:
    """Returns SQL for `op.execute`, of SQL as SQLAlchemy compiled it for the driver."""
    text = undoubled(writer, text)
    return escaped(" ".join(text.split()) if "'" not in text else text.strip())


def undoubled(writer: SourceWriter, text: str) -> str:
    """Returns SQL with single percent signs, which some drivers need doubled."""
    is_doubled = writer.dialect.paramstyle in ("format", "pyformat")
    return text.replace("%%", "%") if is_doubled else text


def escaped(text: str) -> str:
    """Returns SQL in which a colon before a word is no parameter for `sa.text`."""
    import re

    return re.sub(r"(?<![:\w\\]):(?=\w+(?!:))", r"\\:", text)
