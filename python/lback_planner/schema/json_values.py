"""Translates the changes of a schema into JSON, and back, by the types of their fields."""

import dataclasses
from typing import Any, Dict, List, Tuple, Type, TypeVar, Union, get_type_hints

from ..model import Change, Name
from .changes import CHANGES

Kind = TypeVar("Kind")

#: A value as `json` takes it.
Json = Any


def changes_as_json(changes: List[Change]) -> Json:
    """Returns changes as JSON: a list each, with the name of its class and its fields in order."""
    return [[type(change).__name__] + of_fields(change) for change in changes]


def changes_of_json(found: Json) -> List[Change]:
    """Returns the changes that JSON holds. Raises an error if they aren't of this version."""
    return [read_fields(CHANGES[values[0]], values[1:]) for values in found]


def of_fields(value: Any) -> List[Json]:
    return [as_json(getattr(value, name)) for name, _ in fields_of(type(value))]


def as_json(value: Any) -> Json:
    if isinstance(value, Name):
        return value.pair()
    if has_fields(type(value)):
        return of_fields(value)
    return [as_json(item) for item in value] if isinstance(value, list) else value


def read_fields(kind: Type[Kind], found: List[Json]) -> Kind:
    fields = fields_of(kind)
    if len(fields) != len(found):
        raise ValueError("%s has %d fields, not %d" % (kind.__name__, len(fields), len(found)))
    return kind(*[read(hint, value) for (_, hint), value in zip(fields, found)])


def read(hint: Any, found: Json) -> Any:
    """Returns the value of a type that JSON holds."""
    if found is None:
        return None
    arguments: Tuple[Any, ...] = getattr(hint, "__args__", ())
    origin = getattr(hint, "__origin__", None)
    if origin is Union:
        return read(next(each for each in arguments if each is not type(None)), found)
    if origin is list:
        return [read(arguments[0], item) for item in found]
    if hint is Name:
        return Name.of_pair(found)
    if has_fields(hint):
        return read_fields(hint, found)
    return found


#: The names and types of the fields of a dataclass or a named tuple, in order.
Fields = Tuple[Tuple[str, Any], ...]
FIELDS: Dict[Any, Fields] = {}


def fields_of(kind: Any) -> Fields:
    """Returns the fields of a dataclass or a named tuple, worked out once in a process."""
    known = FIELDS.get(kind)
    if known is None:
        known = FIELDS[kind] = tuple(get_type_hints(kind).items())
    return known


def has_fields(kind: Any) -> bool:
    """Returns whether a type is a dataclass or a named tuple."""
    return dataclasses.is_dataclass(kind) or (isinstance(kind, type) and issubclass(kind, tuple))
