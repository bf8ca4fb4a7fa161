"""The known facts of a schema, and the questions about them. `state` changes them.

What no script has created is unknown, not absent.
"""

from typing import Dict, Iterable, Iterator, List, Optional, Sequence, Set, Tuple

from ..model import Name
from .implicit_names import has_index
from .search_path import Place
from .table import Action, Body, Column, Table, action_of


class Use:
    """Records whether anything was looked up in a schema, or in its copies."""

    used = False
    #: Whether only tables that belong to another, as its partitions do, were looked up. Most
    #: schemas have none.
    kin = False
    #: Whether the live database was asked, so that the result doesn't hold for another one.
    place = False


class SchemaFacts:
    """The tables, types and functions that are known."""

    def __init__(self) -> None:
        self.use = Use()
        self.tables: Dict[Name, Table] = {}
        #: Names of tables that some script dropped, or renamed: they aren't there.
        self.gone: Set[Name] = set()
        #: Tables that no script made, and what scripts did to them: `Table`s of which only a part
        #: is known.
        self.partial: Dict[Name, Table] = {}
        self.types: Dict[str, Optional[List[str]]] = {}
        #: Functions by name in lower case, and what each of that name does, by its arguments.
        self.functions: Dict[str, Dict[str, Body]] = {}
        #: Names that types and functions need, and names that objects had before; the names are
        #: those of `dependants.plain`.
        self.mentions: Dict[str, List[str]] = {}
        self.former: Dict[str, List[str]] = {}
        #: Sequences that scripts made, and whether they are still there.
        self.sequences: Dict[str, bool] = {}
        #: A script before could not be understood: anything may be otherwise.
        self.unsure = False
        #: Whether SQLite may be enforcing foreign keys.
        self.enforces_keys = False
        #: Whether it does so on the live connection, and whether `PRAGMA` outside of a transaction
        #: surely changes that.
        self.keys_by_live = False
        self.switches_keys = False
        #: Whether a script may leave them enforced for the next one of the same run.
        self.may_leave_keys = False
        #: Whether scripts run within a transaction.
        self.in_transaction = False
        #: The version of the server, empty if it isn't known.
        self.version: Tuple[int, ...] = ()
        #: Whether a server that speaks MySQL's protocol is MariaDB.
        self.is_mariadb = False
        #: Schemas that scripts made.
        self.made: Set[str] = set()
        #: The search path that a script has set, `None` for the connection's own.
        self.path: Optional[List[str]] = None
        #: Whether a revision before has set it, which may have had a connection of its own.
        self.path_is_left = False
        #: What is known of the live connection.
        self.place: Optional[Place] = None

    def find(self, name: Name) -> Optional[Table]:
        """Returns a table that a script has created."""
        self.use.used = True
        return self.tables.get(name)

    def is_known_absent(self, name: Name) -> bool:
        """Returns whether a script has dropped or renamed a table."""
        self.use.used = True
        return name in self.gone and name not in self.tables

    def function(self, name: str) -> Optional[Body]:
        """Returns what a function does, if a script has created it.

        Where several have the name, it is what all of them do.
        """
        self.use.used = True
        return united(self.functions.get(name.lower(), {}).values())

    def all_tables(self) -> List[Tuple[Name, Table]]:
        """Returns all tables of which anything is known."""
        return [pair for group in (self.tables, self.partial) for pair in group.items()]

    def table_of_index(self, index: str, schema: Optional[str] = None) -> Optional[Name]:
        """Returns the table of an index, a unique constraint or a primary key."""
        self.use.used = True
        for name, table in self.all_tables():
            if (
                index in table.indexes
                or any(unique.name == index for unique in table.uniques)
                or (table.primary_key_name == index and index)
            ):
                if schema is None or name.schema == schema:
                    return name
        for name, table in self.tables.items():
            if has_index(table, name, index) and schema in (None, name.schema):
                return name
        return None

    def table_of_trigger(self, trigger: str) -> Optional[Name]:
        """Returns the table of a trigger."""
        self.use.used = True
        for name, table in self.all_tables():
            if trigger in table.triggers:
                return name
        return None

    def referring_to(self, referred: Name) -> List[Name]:
        """Returns the tables that have a foreign key to a table."""
        self.use.used = True
        return self.with_key_to(referred)

    def known(self, name: Name) -> Optional[Table]:
        """Returns what is known of a table, whether or not a script has created it."""
        self.use.used = True
        return self.tables.get(name) or self.partial.get(name)

    def acting_on(
        self, referred: Name, columns: Optional[Sequence[str]] = None
    ) -> Iterator[Action]:
        """Yields what happens to other tables when rows of one are deleted or changed."""
        self.use.used = True
        for name, table in self.all_tables():
            for key in table.foreign_keys:
                if key.referred != referred:
                    continue
                deleting, updating = action_of(key.on_delete), action_of(key.on_update)
                there = key.referred_columns
                if columns is not None and there and not any(column in columns for column in there):
                    updating = None
                if deleting or updating:
                    yield Action(name, deleting, updating)

    def belonging_to(self, parent: Name, partitions_only: bool = False) -> List[Name]:
        """Returns partitions of a table, and tables that inherit from it, with theirs."""
        self.use.kin = True
        found: List[Name] = []
        queue = [parent]
        while queue:
            current = queue.pop(0)
            for name, table in self.all_tables():
                if (
                    current in table.parents
                    and name not in found
                    and (table.partition or not partitions_only)
                ):
                    found.append(name)
                    queue.append(name)
        return found

    def owning(self, name: Name) -> List[Name]:
        """Returns the tables to which one belongs."""
        self.use.kin = True
        table = self.tables.get(name) or self.partial.get(name)
        return [] if table is None else list(table.parents)

    def tables_in(self, schema: str) -> List[Name]:
        """Returns the tables in a schema."""
        self.use.used = True
        return [name for name, _ in self.all_tables() if name.schema == schema]

    def tables_with_type(self, kind: str) -> List[Name]:
        """Returns the tables that have a column of a type."""
        self.use.used = True
        return [
            name
            for name, table in self.all_tables()
            if any(is_of_type(column, kind) for column in table.columns.values())
        ]

    def with_rule_about(self, written: Name) -> List[Name]:
        """Returns the tables with a rule or a trigger whose own body writes a table."""
        self.use.used = True
        return [
            name
            for name, table in self.all_tables()
            for trigger in table.triggers.values()
            if trigger.function is None and any(each.table == written for each in trigger.body.does)
        ]

    def views_of(self, name: Name) -> List[Name]:
        """Returns views of a table, and views of these."""
        self.use.used = True
        found: List[Name] = []
        queue = [name]
        while queue:
            current = queue.pop()
            for view, table in self.all_tables():
                if table.view and current in table.behind and view not in found:
                    found.append(view)
                    queue.append(view)
        return found

    def is_object(self, kind: str, name: Name) -> bool:
        """Returns whether a script makes this type, function or sequence."""
        self.use.used = True
        if kind == "function":
            return name.name.lower() in self.functions
        return str(name) in (self.types if kind == "type" else self.sequences)

    def is_made(self, schema: str) -> bool:
        """Returns whether a script creates this schema, so that all its tables are known."""
        self.use.used = True
        return schema in self.made

    def with_key_to(self, referred: Name) -> List[Name]:
        """Returns the tables that have a foreign key to a table, without noting the question."""
        return [
            name
            for name, table in self.all_tables()
            if name != referred and any(key.referred == referred for key in table.foreign_keys)
        ]


def united(bodies: Iterable[Body]) -> Optional[Body]:
    """Returns what any of several bodies does, `None` for none."""
    found = list(bodies)
    if len(found) < 2:
        return found[0] if found else None
    does = dict.fromkeys(write for body in found for write in body.does)
    return Body(list(does), all(body.complete for body in found))


def is_of_type(column: Column, kind: str) -> bool:
    """Returns whether a column has a type, or is an array of it."""
    wanted = kind.lower().replace('"', "")
    said = str(column.type).lower().replace('"', "").split("[")[0].strip()
    return wanted in (said, said.split(".")[-1]) or said == wanted.split(".")[-1]
