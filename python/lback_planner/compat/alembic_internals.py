"""Private attributes of Alembic, from 1.13 to 1.20."""

import sys
from types import FrameType
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    Iterable,
    List,
    Optional,
    Set,
    Tuple,
    Type,
    Union,
    cast,
)

import alembic.context
import alembic.op
from alembic.runtime.migration import HeadMaintainer
from alembic.util import sqla_compat

if TYPE_CHECKING:
    from alembic.operations.batch import BatchOperationsImpl
    from alembic.runtime.environment import EnvironmentContext
    from alembic.runtime.migration import MigrationContext, RevisionStep, StampStep
    from alembic.script import Script, ScriptDirectory
    from alembic.script.revision import Revision, RevisionMap
    from sqlalchemy import Column


def upgrade_steps(
    script: "ScriptDirectory", target: str, heads: Tuple[str, ...]
) -> "List[RevisionStep]":
    """Returns the steps that ``alembic upgrade`` takes from these heads."""
    return list(script._upgrade_revs(target, cast(str, heads)))


def downgrade_steps(
    script: "ScriptDirectory", target: str, heads: Tuple[str, ...]
) -> "List[RevisionStep]":
    """Returns the steps that ``alembic downgrade`` takes from these heads."""
    return list(script._downgrade_revs(target, cast(Optional[str], heads)))


def down_revisions(revision: "Revision") -> Tuple[str, ...]:
    """Returns the revisions that one comes from, without those that it only depends on."""
    return tuple(revision._versioned_down_revisions)


def all_down_revisions(revision: "Revision") -> Optional[Tuple[str, ...]]:
    """Returns the revisions that one comes from or depends on, ``None`` where Alembic has none."""
    found = getattr(revision, "_all_down_revisions", None)
    return None if found is None else tuple(found)


def ancestors(revision_map: "RevisionMap", revisions: Iterable["Revision"]) -> "Set[Revision]":
    """Returns revisions with all that they come from or depend on."""
    found = revision_map._get_ancestor_nodes(list(revisions), include_dependencies=True)
    return {revision for revision in found if revision is not None}


def descendants(
    revision_map: "RevisionMap", revisions: Iterable["Revision"], dependencies: bool
) -> "Set[Revision]":
    """Returns revisions with all that come from them, and perhaps with all that depend on these."""
    found = revision_map._get_descendant_nodes(
        list(revisions), include_dependencies=dependencies, omit_immediate_dependencies=False
    )
    return set(found)


def all_next_revisions(revision: "Revision") -> Set[str]:
    """Returns the revisions that come from one, or depend on it."""
    return set(revision._all_nextrev)


def resolved_dependencies(revision: "Revision") -> Tuple[str, ...]:
    """Returns the revisions that one depends on, by their ids."""
    return tuple(revision._resolved_dependencies)


def own_branch_labels(revision: "Revision") -> Set[str]:
    """Returns the labels that a script gives to its branch itself."""
    return set(revision._orig_branch_labels)


def all_revisions(script: "ScriptDirectory") -> "List[Script]":
    """Returns all revisions of a history, each once, in the order of Alembic's map."""
    revision_map = getattr(script.revision_map, "_revision_map", None)
    if revision_map is None:
        return list(script.walk_revisions())
    unique = {}
    for revision in revision_map.values():
        if revision is not None:
            unique[revision.revision] = revision
    return list(unique.values())


class MemoryHeads(HeadMaintainer):
    """The heads as Alembic keeps them, without a database."""

    def __init__(self, heads: Iterable[str]) -> None:
        super().__init__(cast("MigrationContext", None), heads)

    def _insert_version(self, version: str) -> None:
        self.heads.add(version)

    def _delete_version(self, version: str) -> None:
        self.heads.discard(version)

    def _update_version(self, from_: str, to_: str) -> None:
        self.heads.discard(from_)
        self.heads.add(to_)

    def replace(self, old: str, new: str) -> None:
        """Puts one head in the place of another."""
        self._update_version(old, new)

    def apply(self, step: "Union[RevisionStep, StampStep]") -> None:
        """Takes a step."""
        self.update_to_step(step)


def operations_proxy() -> Any:
    """Returns what ``alembic.op`` stands for now, ``None`` outside of a run."""
    return getattr(alembic.op, "_proxy", None)


def restore_operations_proxy(operations: Any) -> None:
    """Has ``alembic.op`` stand for these operations again."""
    operations._install_proxy()


def environment_of(context: "MigrationContext") -> "Optional[EnvironmentContext]":
    """Returns the environment that ``alembic.context`` stands for, or the context's own."""
    found = getattr(alembic.context, "_proxy", None)
    return found or getattr(context, "environment_context", None)


def migration_context_of(environment: "Optional[EnvironmentContext]") -> Any:
    """Returns the migration context that an environment gives to scripts."""
    return getattr(environment, "_migration_context", None)


def set_migration_context(environment: "EnvironmentContext", context: Any) -> None:
    """Has an environment give this migration context to scripts."""
    environment._migration_context = context


def script_factory(script: "Type[Script]") -> str:
    """Returns the name of the class method that makes a script from its file.

    From 1.16 it takes the path, before that the folder and the name.
    """
    return "_from_filename" if hasattr(script, "_from_filename") else "_from_path"


def recreates_table(batch: "BatchOperationsImpl") -> bool:
    """Returns whether a batch makes its table anew instead of altering it."""
    return bool(batch._should_recreate())


def watch_batches(begins: Callable[[Any], None]) -> None:
    """Calls a function with the table of each batch that is about to read the table's parts."""
    from alembic.operations import batch

    batches: Any = batch.ApplyBatchImpl
    read = batches._grab_table_elements

    def read_parts(self: Any) -> Any:
        begins(self.table)
        return read(self)

    batches._grab_table_elements = read_parts


def copy_column(column: "Column[Any]") -> "Column[Any]":
    """Returns a copy of a column that belongs to no table."""
    return sqla_compat._copy(column)


def rendered_type(kind: Any, context: Any) -> str:
    """Returns the source that Alembic writes for a type. Imports go to the context."""
    from alembic.autogenerate import render

    return str(render._repr_type(kind, context))


def has_variants(kind: Any) -> bool:
    """Returns whether a type is another one for some dialects."""
    compat: Any = sqla_compat
    return bool(compat._type_has_variants(kind))


def is_final_name(name: Any) -> bool:
    """Returns whether a name is one that no naming convention changes, as ``op.f`` makes them."""
    from sqlalchemy.sql.elements import conv

    return isinstance(name, conv)


def name_or_none(name: Any) -> Any:
    """Returns the name of a constraint, ``None`` for one that has none."""
    return sqla_compat.constraint_name_or_none(name)


def bound_parameters(text: Any) -> "List[Any]":
    """Returns the parameters of a text that have a value."""
    return [each for each in text._bindparams.values() if not each.required]


def keywords_of(context: "MigrationContext") -> Dict[str, Any]:
    """Returns the keyword arguments that env.py gives to `run_migrations`, which is running."""
    code = type(context).run_migrations.__code__
    frame: Optional[FrameType] = sys._getframe(1)
    while frame is not None:
        if frame.f_code is code and frame.f_locals.get("self") is context:
            return dict(frame.f_locals.get("kw") or {})
        frame = frame.f_back
    return {}


def is_in_others(context: "MigrationContext") -> bool:
    """Returns whether the scripts run in a transaction that env.py has begun by itself."""
    return bool(getattr(context, "_in_external_transaction", True))
