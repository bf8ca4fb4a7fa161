"""Private attributes of Alembic, from 1.13 to 1.20."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Pattern
    from typing import Any, Callable, Iterable

    from alembic.runtime.migration import MigrationContext
    from alembic.script import Script, ScriptDirectory

    LoadRevisions = Callable[["ScriptDirectory"], Iterable["Script"]]


def migrations_function(context: MigrationContext) -> Callable[..., Any] | None:
    """Returns the function that gives a context its steps, as the command passed it.

    All versions.
    """
    return context._migrations_fn


def set_migrations_function(context: MigrationContext, function: Callable[..., Any]) -> None:
    """Has a context take its steps from this function. All versions."""
    context._migrations_fn = function


def has_transaction_per_migration(context: MigrationContext) -> bool:
    """Returns whether each step has a transaction of its own. All versions."""
    return bool(context._transaction_per_migration)


def has_transactional_ddl(context: MigrationContext) -> bool:
    """Returns whether schema changes are a part of transactions. All versions.

    MySQL, MariaDB and Oracle commit at each of them, whatever env.py says.
    """
    is_never = context.dialect.name in ("mysql", "mariadb", "oracle")
    return bool(context.impl.transactional_ddl) and not is_never


def version_query(context: MigrationContext) -> str:
    """Returns the statement by which Alembic reads the heads. All versions."""
    names = translated_schemas(context)
    query = context._version.select()
    if not names:
        return str(query.compile(dialect=context.dialect))
    compiled = query.compile(
        dialect=context.dialect, schema_translate_map=names, render_schema_translate=True
    )
    return str(compiled)


def translated_schemas(context: MigrationContext) -> dict[str | None, str]:
    """Returns the schemas that the connection has in the place of others. All versions."""
    connection: Any = context.connection
    options = connection.get_execution_options() if connection is not None else {}
    return dict(options.get("schema_translate_map") or {})


def translated_schema(context: MigrationContext) -> str | None:
    """Returns the schema in the place of all others, if there is one. All versions."""
    names = set(translated_schemas(context).values())
    return names.pop() if len(names) == 1 else None


def down_revisions(revision: Any) -> tuple[str, ...]:
    """Returns the revisions that one follows, without those that it only depends on.

    All versions.
    """
    return tuple(revision._versioned_down_revisions)


def load_revisions(directory: type[ScriptDirectory]) -> LoadRevisions:
    """Returns the method that loads the scripts of a directory. All versions."""
    return directory._load_revisions


def set_load_revisions(directory: type[ScriptDirectory], load: LoadRevisions) -> None:
    """Has directories load their scripts with this method. All versions."""
    directory._load_revisions = load  # type: ignore[method-assign, assignment]


def script_factory(script: type[Script]) -> str:
    """Returns the name of the class method that makes a script from its file.

    From 1.16 it takes the path, before that the folder and the name.
    """
    return "_from_filename" if hasattr(script, "_from_filename") else "_from_path"


def source_file_pattern(module: Any) -> Pattern[str]:
    """Returns the pattern of the names of version scripts.

    `module` is `alembic.script.base`. All versions.
    """
    pattern: Pattern[str] = module._only_source_rev_file
    return pattern


def version_folders(directory: ScriptDirectory) -> Iterable[Any]:
    """Returns the folders of a directory's version scripts: texts, `Path` objects from 1.16."""
    return directory._version_locations


def script_files(script: type[Script], directory: ScriptDirectory, folder: Any) -> Iterable[Any]:
    """Returns the paths of files that may be version scripts: texts, `Path` objects from 1.16."""
    return script._list_py_dir(directory, folder)
