"""Types of columns as Python source."""

import re
import sys
from typing import Any, Callable, Dict, List

import sqlalchemy
from sqlalchemy import Enum

from ..compat import alembic_internals
from ..diagnostics import ignored
from .values import SourceWriter, Unwritable, called


def write_type(writer: SourceWriter, kind: Any) -> str:
    """Returns the source of a type, which makes the same type in the database."""
    if isinstance(kind, type):
        kind = kind()
    for candidate in candidates(kind, writer):
        before = set(writer.imports)
        text = candidate()
        if text is not None and means(writer, text, kind):
            return str(text)
        # The imports of a text that isn't used.
        writer.imports.intersection_update(before)
    raise Unwritable("the type `%s`" % type(kind).__name__)


def candidates(kind: Any, writer: SourceWriter) -> "List[Callable[[], Any]]":
    """Returns functions that write a type, the likelier first."""
    hook = writer.context.opts.get("render_item")
    found: List[Callable[[], Any]] = []
    if hook is not None:
        found.append(lambda: hook("type", kind, writer.context) or None)
    if isinstance(kind, Enum) and not alembic_internals.has_variants(kind):
        return [*found, lambda: write_enum(writer, kind)]
    found.append(lambda: of_alembic(writer, kind))
    below = getattr(kind, "impl", None)
    if below is not None and below is not kind:
        # A decorator that no module has: what the database sees is the type below.
        found.append(lambda: of_alembic(writer, below))
    return found


def of_alembic(writer: SourceWriter, kind: Any) -> Any:
    """Returns what Alembic writes for a type, and imports the module of a project's own one."""
    try:
        text = alembic_internals.rendered_type(kind, writer.context)
    except Exception as error:
        ignored(error, "a type that Alembic can't write is tried in another way")
        return None
    module = type(kind).__module__
    if text.startswith(module + ".") and not module.startswith("sqlalchemy."):
        if not is_importable(type(kind)):
            return None
        writer.imports.add("import %s" % module)
    return re.sub(r"(?<![\w.])Text\(\)", "%sText()" % writer.sa, text)


def is_importable(kind: Any) -> bool:
    """Returns whether a module that can be imported has a class. A script's own class has none."""
    found: Any = sys.modules.get(kind.__module__)
    for part in kind.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is kind and all(part.isidentifier() for part in kind.__module__.split("."))


def write_enum(writer: SourceWriter, kind: Any) -> str:
    """Returns the source of an enum: its values, not the class that they came from."""
    module = re.match(r"sqlalchemy\.dialects\.(\w+)", type(kind).__module__)
    keywords: Dict[str, Any] = {}
    for option, usual in ENUM_OPTIONS.items():
        value = getattr(kind, option, usual)
        if value is not None and value != usual:
            keywords[option] = value
    if kind.enums and kind.length != max(len(str(value)) for value in kind.enums):
        keywords["length"] = kind.length
    if getattr(kind, "create_type", True) is False:
        keywords["create_type"] = False
    prefix = writer.sa
    if module is not None:
        prefix = module.group(1) + "."
        writer.imports.add("from sqlalchemy.dialects import %s" % module.group(1))
    sources = [writer.write(str(value)) for value in kind.enums]
    return called(prefix + type(kind).__name__, sources, writer.write_all(keywords))


#: The options of an enum that have a part in its DDL, with their usual values.
ENUM_OPTIONS: Dict[str, Any] = {
    "name": None,
    "schema": None,
    "native_enum": True,
    "create_constraint": False,
    "charset": None,
    "collation": None,
}


def means(writer: SourceWriter, text: str, kind: Any) -> bool:
    """Returns whether a text makes a type that is the same for the database."""
    names: Dict[str, Any] = {}
    prefix = writer.sa.rstrip(".")
    names.update({prefix: sqlalchemy} if prefix else vars(sqlalchemy))
    try:
        for line in sorted(writer.imports):
            exec(line, names)
        made = eval(text, names)
        return ddl(writer, made) == ddl(writer, kind)
    except Exception as error:
        ignored(error, "a text that makes no type is not its source")
        return False


def ddl(writer: SourceWriter, kind: Any) -> str:
    """Returns the name of a type in the database; its `repr` where it has none."""
    kind = kind() if isinstance(kind, type) else kind
    try:
        return str(kind.compile(dialect=writer.dialect))
    except sqlalchemy.exc.SQLAlchemyError as error:
        ignored(error, "a type without a length has no DDL on some databases, and needs none")
        return repr(kind)
