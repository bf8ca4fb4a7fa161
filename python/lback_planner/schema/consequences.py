"""The consequences of a write: foreign keys, triggers, tables behind views, partitions."""

from typing import List, Optional, Sequence, Set, Tuple

from ..model import Effect, Name
from .dependants import keys_on, showing
from .state import Schema
from .table import Body, Trigger
from .table_changes import DropTable

#: The effects that may follow from one, and what keeps them from being known.
Found = Tuple[List[Effect], List[str]]

#: What of a trigger fires for it.
EVENTS = {
    "insert": ("INSERT",),
    "update": ("UPDATE",),
    "delete": ("DELETE",),
    "truncate": ("TRUNCATE",),
    "merge": ("INSERT", "UPDATE", "DELETE"),
}
#: Functions of the server, or of its own extensions, that change nothing but the row for which they
#: are called.
HARMLESS = frozenset(
    """
    tsvector_update_trigger tsvector_update_trigger_column suppress_redundant_updates_trigger
    moddatetime autoinc insert_username unique_key_recheck
    """.split()
)
#: What a table hands on to its partitions, and to the tables that inherit from it.
HANDED_ON = frozenset(
    """
    add_column drop_column alter_column rename_column create_index drop_index create_constraint
    drop_constraint rename_constraint create_trigger drop_trigger
    """.split()
)


class Consequences:
    """The consequences of writes before one schema."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.effects: List[Effect] = []
        self.problems: List[str] = []
        self.seen: Set[Tuple[str, Name]] = set()
        self.queue: List[Tuple[str, Name, Optional[Sequence[str]]]] = []

    def of(self, effect: Effect) -> Found:
        """Returns what may follow from an effect."""
        for table in effect.written():
            if effect.kind in EVENTS:
                self.follow(effect.kind, table, effect.columns)
        if effect.kind in ("rename_table", "rename_column") and effect.table is not None:
            effect.also += self.shown(effect, effect.table)
        if effect.kind == "drop_table" and effect.table is not None:
            self.dropped(effect.table)
        elif effect.kind in HANDED_ON and effect.table is not None:
            for child in self.schema.belonging_to(effect.table):
                if child != effect.table:
                    self.effects.append(
                        self.made(
                            effect.kind,
                            child,
                            "belongs to %s" % effect.table,
                            effect.name,
                            effect.new_name,
                        )
                    )
        return self.end()

    def end(self) -> Found:
        """Follows everything that was found, and returns it."""
        while self.queue:
            self.step(*self.queue.pop(0))
        return self.effects, self.problems

    def dropped_with_rows(self, table: Name) -> Found:
        """Returns what may follow when SQLite drops a table, with its rows, as foreign keys say.

        The triggers of the table don't fire.
        """
        self.by_keys("delete", table, None)
        return self.end()

    def made(
        self,
        kind: str,
        table: Name,
        detail: str,
        name: Optional[str] = None,
        new_name: Optional[str] = None,
    ) -> Effect:
        """Returns an effect that may happen."""
        effect = Effect(kind, table, name, new_name, detail=detail)
        effect.conditional = True
        return effect

    def shown(self, effect: Effect, table: Name) -> List[Name]:
        """Returns what shows the name of a table or of a column in its own definition."""
        if effect.kind == "rename_table":
            return showing(self.schema, table)
        known = self.schema.known(table)
        found = [] if known is None else keys_on(self.schema, table, known, [str(effect.name)])
        return [name for name in found if name != table] + self.schema.views_of(table)

    def dropped(self, table: Name) -> None:
        """Adds what follows when a table is dropped."""
        for owner in self.schema.owning(table):
            self.found("delete", owner, "rows of %s are its own" % table)
        for child in self.schema.belonging_to(table, partitions_only=True):
            self.effects.append(
                Effect("drop_table", child, detail="belongs to %s" % table, change=DropTable(child))
            )

    def follow(self, kind: str, table: Name, columns: Optional[Sequence[str]] = None) -> None:
        """Follows a write to a table, once."""
        key = kind, table
        if key not in self.seen:
            self.seen.add(key)
            self.queue.append((kind, table, columns))

    def found(
        self, kind: str, table: Name, detail: str, columns: Optional[Sequence[str]] = None
    ) -> None:
        """Adds a write to a table, and follows it, once."""
        if (kind, table) not in self.seen:
            self.effects.append(self.made(kind, table, detail))
            self.follow(kind, table, columns)

    def step(self, kind: str, table: Name, columns: Optional[Sequence[str]]) -> None:
        """Adds what follows at once from a write to a table."""
        known = self.schema.known(table)
        for name, trigger in sorted(known.triggers.items()) if known is not None else ():
            if not trigger.events or any(event in trigger.events for event in EVENTS[kind]):
                self.fire(name, trigger, table)
        if kind != "truncate":
            for below in known.behind if known is not None and known.view is True else ():
                self.found(kind, below, "through the view %s" % table)
        for relative in self.schema.belonging_to(table) + self.schema.owning(table):
            self.found(kind, relative, "rows of %s are its own" % table)
        if kind in ("delete", "update", "merge"):
            self.by_keys(kind, table, columns)

    def by_keys(self, kind: str, table: Name, columns: Optional[Sequence[str]]) -> None:
        """Adds what foreign keys do to the tables that refer to one."""
        for child, on_delete, on_update in self.schema.acting_on(
            table, None if kind == "delete" else columns
        ):
            if kind in ("delete", "merge") and on_delete:
                self.found(
                    "delete" if on_delete == "CASCADE" else "update",
                    child,
                    "by its foreign key to %s" % table,
                )
            if kind in ("update", "merge") and on_update:
                self.found("update", child, "by its foreign key to %s" % table)

    def fire(self, name: str, trigger: Trigger, table: Name) -> None:
        """Adds what a trigger does."""
        body: Optional[Body] = trigger.body
        if trigger.function is not None:
            if trigger.function.lower() in HARMLESS:
                return
            body = self.schema.function(trigger.function)
        detail = "by the trigger %s of %s" % (name, table)
        for kind, written in body.does if body is not None else ():
            if kind in EVENTS:
                self.found(kind, written, detail)
            else:
                self.effects.append(self.made(kind, written, detail))
        if body is None or not body.complete:
            self.problems.append(
                "writes rows of `%s`, of which the trigger `%s` does what isn't known"
                % (table, name)
            )
