"""The inverse of what revisions did to a table, as a new revision.

Nothing is taken back; history goes on. The text is Python for a person to review. Alembic's own
renderer writes it, from the operations of the scripts' own functions: those of `downgrade()` for
the new `upgrade()`, and the other way round.
"""

import re
from io import StringIO
from typing import TYPE_CHECKING, Any, Dict, Iterable, Iterator, List, Optional, Tuple

from ..diagnostics import ignored
from ..refused import Refused

if TYPE_CHECKING:
    from alembic.script import Script

    from .selection import Selection
    from .table_names import TableName

#: An operation of Alembic's, and its SQL if it was a statement.
Entry = Tuple[Any, Optional[str]]


class InverseRevision:
    """The inverse of the revisions that a selection matches."""

    def __init__(self, selection: "Selection") -> None:
        self.selection = selection
        #: What could not be rendered, for a person.
        self.left_out: List[str] = []

    def describe(self) -> Dict[str, Any]:
        """Returns the bodies of the new script, and what else lback needs to write it."""
        matches = self.selection.matches
        for match in matches:
            self.require_inverse(match.revision)
        upgrades = [
            entry
            for match in matches
            for entry in self.operations(match.revision, "downgrade", match.names)
        ]
        downgrades = [
            entry
            for match in reversed(matches)
            for entry in self.operations(match.revision, "upgrade", match.names)
        ]
        if not upgrades:
            raise Refused(
                "incomplete",
                "no operation of `downgrade()` of `%s` is about `%s`"
                % (matches[0].revision.revision, self.selection.typed),
                "write the revision by hand: `lback makemigrations` begins one",
            )
        context = self.autogenerate()
        texts = {
            "upgrades": self.render(upgrades, context),
            "downgrades": self.render(downgrades, context),
        }
        newest = matches[0].revision
        return dict(
            texts,
            imports="\n".join(sorted(context.imports)),
            message="revert %s to before %s"
            % (self.selection.typed, matches[-1].revision.revision),
            # The head of the branch that the newest of them belongs to.
            head="%s@head" % newest.revision
            if len(self.selection.script.get_heads()) > 1
            else "head",
            revisions=[match.revision.revision for match in matches],
            left_out=self.left_out,
        )

    def require_inverse(self, revision: "Script") -> None:
        """Raises an error if a revision can't be inverted."""
        found = self.selection.analysis.revision(revision.revision)
        if found["reversible"] == "no":
            raise Refused(
                "incomplete",
                "the revision `%s` can't be inverted: %s"
                % (revision.revision, found["irreversible_because"]),
                "write the revision by hand: `lback makemigrations` begins one",
            )

    def operations(
        self, revision: "Script", function: str, names: "List[TableName]"
    ) -> Iterator[Entry]:
        """Yields the operations of a function on the table, under any of its names then."""
        names = names + self.selection.names_before(self.selection.does(revision), names)
        for operation, tables, sql in self.selection.analysis.recorded(revision.revision, function):
            if any(self.selection.named_by(names, table) for table in tables):
                yield operation, sql

    def autogenerate(self) -> Any:
        """Returns Alembic's context for rendering operations, with the project's options."""
        from alembic.autogenerate.api import AutogenContext

        context = self.selection.context
        batch = bool(context.opts.get("render_as_batch")) or context.dialect.name == "sqlite"
        options = {
            "sqlalchemy_module_prefix": context.opts.get("sqlalchemy_module_prefix") or "sa.",
            "alembic_module_prefix": context.opts.get("alembic_module_prefix") or "op.",
            "user_module_prefix": context.opts.get("user_module_prefix"),
            "render_item": context.opts.get("render_item"),
            "render_as_batch": batch,
        }
        prepared = AutogenContext(context, opts=options, autogenerate=False)
        prepared.imports = set()
        return prepared

    def render(self, entries: List[Entry], context: Any) -> str:
        """Returns the body of a script's function, after its first indentation."""
        from mako.pygen import PythonPrinter  # type: ignore[import-untyped]

        buffer = StringIO()
        printer = PythonPrinter(buffer)
        for operation, sql in grouped(entries, context.opts["render_as_batch"]):
            for line in self.lines(operation, sql, context):
                printer.writeline(line)
        text = buffer.getvalue()
        if all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines()):
            # Of remarks alone Python makes no function.
            text += "pass"
        return re.sub(r"^(?=.)", "    ", text, flags=re.MULTILINE).strip()

    def lines(self, operation: Any, sql: Optional[str], context: Any) -> List[str]:
        """Returns the lines for one operation."""
        from alembic.autogenerate import render
        from alembic.operations import ops

        if isinstance(operation, ops.RenameTableOp):
            schema = ", schema=%r" % operation.schema if operation.schema else ""
            return [
                "op.rename_table(%r, %r%s)"
                % (operation.table_name, operation.new_table_name, schema)
            ]
        lacks_values = sql is not None and has_parameters(sql, self.selection.context.dialect)
        try:
            rendered = None if lacks_values else render.render_op(context, operation)
        except Exception as error:
            ignored(error, "an operation that Alembic can't render is written as SQL, or left out")
            rendered = None
        if rendered:
            return list(rendered)
        if sql and not lacks_values:
            return ["op.execute(%r)" % sql]
        what = type(operation).__name__
        self.left_out.append(what)
        return ["# %s could not be written down here: take it from the original script." % what]


#: The parameters of a statement, by the driver's style.
PARAMETERS = {
    "qmark": r"\?",
    "format": r"%s",
    "pyformat": r"%\(\w+\)s",
    "named": r"(?<!:):\w",
    "numeric": r"(?<!:):\d",
    "numeric_dollar": r"\$\d",
}


def has_parameters(sql: str, dialect: Any) -> bool:
    """Returns whether a statement has parameters, whose values are not in its text."""
    without_texts = re.sub(r"'(?:[^']|'')*'", "''", sql)
    return re.search(PARAMETERS.get(dialect.paramstyle, r"\?"), without_texts) is not None


def grouped(entries: Iterable[Entry], batch: bool) -> Iterator[Entry]:
    """Yields operations; with `batch`, those that alter the same table as one block.

    A batch copies its table, so that one block copies it once.
    """
    from alembic.operations import ops

    altering: Any = (ops.AlterTableOp, ops.DropConstraintOp, ops.AddConstraintOp)
    group: Any = None
    for operation, sql in entries:
        if (
            not batch
            or not isinstance(operation, altering)
            or isinstance(operation, ops.RenameTableOp)
        ):
            if group is not None:
                yield group, None
                group = None
            yield operation, sql
            continue
        if group is None or (group.table_name, group.schema) != (
            operation.table_name,
            operation.schema,
        ):
            if group is not None:
                yield group, None
            group = ops.ModifyTableOps(operation.table_name, [], schema=operation.schema)
        group.ops.append(operation)
    if group is not None:
        yield group, None
