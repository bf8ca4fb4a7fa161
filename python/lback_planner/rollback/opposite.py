"""The check of a new revision before it is handed over: whether it is the opposite.

Both of its functions run on the fake database, and the table that they leave is compared with the
one that the scripts left.
"""

from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Optional, Set

import alembic.op
import sqlalchemy

from .. import operation_kinds
from ..diagnostics import ignored
from ..execution.run import Outcome
from ..history.replay import Replay
from ..model import Effect, Name
from ..schema.state import Schema
from ..schema.table import Table
from ..writing.values import SourceWriter

#: The name of the new script, which has no file yet.
PATH = "<new revision>"


@dataclass
class OppositeCheck:
    """The check of one new revision.

    `head` is the schema of the database, `before` that before the revisions. `tables` are those
    that the new revision is about.
    """

    replay: Replay
    writer: SourceWriter
    head: Schema
    before: Schema
    tables: Set[Name]
    #: The views that these or later revisions made: others were there when the scripts ran.
    views: Set[Name]
    #: Sentences on what differs, for each of the two functions.
    upgrade: List[str] = field(default_factory=list)
    downgrade: List[str] = field(default_factory=list)

    def check(self, upgrades: str, downgrades: str) -> None:
        """Runs both bodies, and notes what is not the opposite."""
        functions = self.functions(upgrades, downgrades)
        if functions is None:
            return
        schema = self.head.copy()
        forward = self.replay.run(functions["upgrade"], schema, PATH)
        self.judge(self.upgrade, forward, schema, self.before)
        self.upgrade += self.dependents(forward.effects)
        back = self.replay.run(functions["downgrade"], schema, PATH)
        self.judge(self.downgrade, back, schema, self.head)

    def functions(
        self, upgrades: str, downgrades: str
    ) -> "Optional[Dict[str, Callable[..., Any]]]":
        """Returns the functions of the new script; `None`, with a remark, if Python refuses it."""
        names: Dict[str, Any] = {}
        for prefix, module in ((self.writer.sa, sqlalchemy), (self.writer.op, alembic.op)):
            names.update({prefix.rstrip("."): module} if prefix else vars(module))
        text = "%s\n\ndef upgrade():\n    %s\n\ndef downgrade():\n    %s\n" % (
            "\n".join(sorted(self.writer.imports)),
            upgrades,
            downgrades,
        )
        try:
            exec(compile(text, PATH, "exec"), names)
        except Exception as error:
            ignored(error, "a script that can't be loaded is handed over with a warning")
            self.upgrade.append(
                "the script can't be loaded: %s: %s" % (type(error).__name__, error)
            )
            return None
        return {which: names[which] for which in ("upgrade", "downgrade")}

    def judge(self, found: List[str], outcome: Outcome, made: Schema, wanted: Schema) -> None:
        """Notes what one function does beside what it is for."""
        if outcome.error is not None:
            found.append("it fails: %s: %s" % (type(outcome.error).__name__, outcome.error))
        found += ["it fails: %s" % failure.why for failure in outcome.failures]
        for effect in outcome.effects:
            table = effect.table
            if table is None or table in self.tables or not operation_kinds.writes(effect.kind):
                continue
            if effect.conditional:
                rows = "rows of" if operation_kinds.reads_or_writes_rows(effect.kind) else "on"
                found.append(
                    "it may also %s %s `%s`, %s"
                    % (effect.kind.replace("_", " "), rows, table, effect.detail)
                )
        if made.unsure or wanted.unsure:
            return
        for table in sorted(self.tables, key=str):
            found += differences(table, made.known(table), wanted.known(table))

    def dependents(self, effects: List[Effect]) -> List[str]:
        """Returns what keeps tables and columns from being dropped."""
        found = []
        for table in {each.table for each in effects if each.kind == "drop_table" and each.table}:
            for other in self.head.referring_to(table):
                if other not in self.tables and self.still_refers(other, table, effects):
                    found.append("it drops `%s`, to which `%s` has a foreign key" % (table, other))
        loses = ("drop_table", "drop_column", "rename_column", "alter_column")
        for table in {each.table for each in effects if each.kind in loses and each.table}:
            gone = {each.table for each in effects if each.kind == "drop_view"}
            for view in self.head.views_of(table):
                if view not in gone and view in self.views:
                    found.append(
                        "the view `%s` reads `%s`: PostgreSQL refuses to drop or change a column "
                        "that a view has" % (view, table)
                    )
        return sorted(found)

    def still_refers(self, other: Name, table: Name, effects: List[Effect]) -> bool:
        """Returns whether a table has a key to a dropped one that the script doesn't drop."""
        known = self.head.known(other)
        if any(each.kind == "drop_table" and each.table == other for each in effects):
            return False
        drops = ("drop_constraint", "drop_column")
        dropped = {each.name for each in effects if each.table == other and each.kind in drops}
        return known is not None and any(
            key.referred == table and key.name not in dropped and not dropped & set(key.columns)
            for key in known.foreign_keys
        )


def differences(name: Name, made: Optional[Table], wanted: Optional[Table]) -> List[str]:
    """Returns how a table differs from what it should be."""
    if made is None or wanted is None:
        if (made is None) == (wanted is None) or (made or wanted).unsure:  # type: ignore[union-attr]
            return []
        return ["`%s` %s afterwards" % (name, "is missing" if made is None else "is still there")]
    if made.unsure or wanted.unsure:
        return []
    found = []
    for what, one, other in (
        ("columns", columns_of(made), columns_of(wanted)),
        ("indexes", set(made.indexes), set(wanted.indexes)),
        ("constraints", constraints_of(made), constraints_of(wanted)),
        ("triggers", set(made.triggers), set(wanted.triggers)),
    ):
        if one != other:
            found.append(
                "the %s of `%s` are not those of before: %s" % (what, name, shown(one ^ other))
            )
    return found


def columns_of(table: Table) -> Set[Any]:
    """Returns what the columns of a table are, as far as the scripts say it."""
    return {
        (column.name, str(column.type).lower(), column.nullable)
        for column in table.columns.values()
    }


def constraints_of(table: Table) -> Set[Any]:
    """Returns the names of the constraints of a table."""
    named: List[Any] = [*table.foreign_keys, *table.uniques, *table.checks]
    return {part.name for part in named if part.name}


def shown(parts: Set[Any]) -> str:
    """Returns what differs, for a person."""
    names = {str(part[0] if isinstance(part, tuple) else part) for part in parts}
    return ", ".join("`%s`" % name for name in sorted(names))
