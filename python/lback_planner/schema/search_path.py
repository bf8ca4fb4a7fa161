"""The search path of a connection: where names without a schema are looked for."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Dict, List, NamedTuple, Optional

from ..model import Change, Name

if TYPE_CHECKING:
    from .state import Schema

#: A path of which only is known that a script sets it.
UNKNOWN = "?"


@dataclass(frozen=True)
class Place:
    """The search path of the live connection, and what is in it."""

    #: The schemas in which names are looked for, in order.
    path: List[str] = field(default_factory=list)
    #: All schemas of the database.
    schemas: List[str] = field(default_factory=list)
    #: The tables and views of the path, by schema. Empty where the path is the default schema.
    tables: Dict[str, List[str]] = field(default_factory=dict)
    #: The role, for which `"$user"` stands.
    role: str = ""
    #: The setting: also schemas that aren't there yet.
    setting: List[str] = field(default_factory=list)

    def is_awaited(self, schema: str) -> bool:
        """Returns whether names are looked for in a schema as soon as it is there."""
        return schema not in self.schemas and (
            schema in self.setting or (schema == self.role and "$user" in self.setting)
        )


class Resolved(NamedTuple):
    """The meaning of a name without a schema, and why it isn't certain."""

    name: Name
    why: Optional[str] = None


@dataclass(frozen=True)
class SetPath(Change):
    """A script sets the search path; `None` is the connection's own."""

    schemas: Optional[List[str]]

    def apply(self, schema: "Schema") -> None:
        schema.path = None if self.schemas is None else list(self.schemas)
        schema.path_is_left = False

    def makes_kin(self) -> bool:
        return self.schemas is not None


class SearchPath:
    """Looks names up along the search path of a schema that is carried along."""

    def __init__(self, schema: "Schema", default: Optional[str]) -> None:
        self.schema = schema
        self.default = default
        self.place = schema.place

    def is_default(self) -> bool:
        """Returns whether names without a schema mean the default one."""
        self.schema.use.kin = True
        path = self.schema.path
        if path is None:
            place = self.place
            return place is None or place.path in ([], [self.default]) or self.default is None
        entries = self.entries(path)
        return path == [] or (entries == [None] and UNKNOWN not in path)

    def entries(self, path: List[str]) -> List[Optional[str]]:
        """Returns the schemas of a path that may be there; `None` is the default one."""
        found: List[Optional[str]] = []
        for said in path:
            name = self.place.role if said == "$user" and self.place is not None else said
            if name in ("pg_catalog", "pg_temp", "$user", "", UNKNOWN):
                continue
            if str(self.default).lower() == name.lower():
                found.append(None)
            elif self.may_be_there(name):
                found.append(name)
        return found

    def may_be_there(self, schema: str) -> bool:
        """Returns whether a schema may exist."""
        known = self.schema
        if known.is_made(schema) or known.tables_in(schema) or self.place is None:
            return True
        known.use.place = True
        return schema in self.place.schemas

    def current(self) -> List[Optional[str]]:
        """Returns the schemas in which names are looked for."""
        path = self.schema.path
        if path is None:
            path = [] if self.place is None else self.place.path
        return self.entries(path) or [None]

    def resolve(self, name: str, is_new: bool = False) -> Resolved:
        """Returns what a name without a schema means; a new object is made in the first one."""
        if self.is_default():
            return Resolved(Name(name))
        self.schema.use.used = True
        entries = self.current()
        why = self.doubt(name)
        if why is None and is_new:
            return Resolved(Name(name, entries[0]))
        for entry in entries:
            found = Name(name, entry)
            if self.is_in(found):
                return Resolved(found, why)
        candidates = [entry for entry in entries if not self.is_known(entry)]
        if why is None and len(candidates) > 1:
            places = ", ".join("`%s`" % (entry or self.default) for entry in candidates)
            why = "names `%s` without a schema, and it may be in any of %s" % (name, places)
        return Resolved(Name(name, (candidates or entries)[0]), why)

    def doubt(self, name: str) -> Optional[str]:
        """Returns why it isn't known where names are looked for."""
        if self.schema.path is not None and UNKNOWN in self.schema.path:
            return (
                "names `%s` without a schema, after the search path was set to an unknown value"
                % name
            )
        if self.schema.path_is_left:
            return (
                "names `%s` without a schema, and an earlier revision changed the search path"
                % name
            )
        return None

    def is_in(self, name: Name) -> bool:
        """Returns whether a table is known, by the scripts or by the database."""
        known = self.schema
        if name in known.tables or name in known.partial:
            return True
        if self.place is None or name in known.gone:
            return False
        known.use.place = True
        schema = name.schema or self.default or ""
        return name.name in self.place.tables.get(schema, ())

    def is_known(self, entry: Optional[str]) -> bool:
        """Returns whether all tables of a schema are known, since a script makes it."""
        return entry is not None and self.schema.is_made(entry) and not self.schema.unsure


def is_elsewhere(schema: "Schema", default: Optional[str]) -> bool:
    """Returns whether a script has left the path at another schema than the default one."""
    path = schema.path
    return path is not None and not SearchPath(schema, default).is_default()
