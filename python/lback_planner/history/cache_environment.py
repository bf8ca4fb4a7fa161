"""The surroundings of the project's scripts, on which the result of an analysis depends."""

import hashlib
import json
import os
import sys
from typing import Any, Iterator, List, Mapping, Optional, Tuple

import alembic
import sqlalchemy
from alembic.runtime.migration import MigrationContext

from .. import FOLDER
from ..compat import alembic_internals
from ..loaded_files import LoadedFiles
from .digests import digest_of, text_digest
from .errors import without_addresses
from .live_database import LiveDatabase

#: The number of the cache's format. Another number is another environment: the file isn't used.
FORMAT = 6
#: Options of Alembic's context whose values have no text that says enough. What a script does with
#: the models is not kept (`execution.watched_options`).
NOT_SAID = frozenset(("target_metadata", "fn"))


def environment_of(
    context: MigrationContext,
    root: str,
    live: LiveDatabase,
    barrier: bool,
    loaded: Optional[LoadedFiles],
) -> str:
    """Returns the digest of everything beside the project that a result depends on."""
    dialect = context.dialect
    options = [pair for pair in said(context.opts) if pair[0] not in NOT_SAID]
    everything = [
        FORMAT,
        list(sys.version_info[:2]),
        sys.implementation.name,
        alembic.__version__,
        sqlalchemy.__version__,
        dialect.name,
        getattr(dialect, "driver", None),
        repr(getattr(dialect, "server_version_info", None)),
        getattr(dialect, "default_schema_name", None),
        getattr(dialect, "is_mariadb", None),
        options,
        root,
        own_digest(),
        live.enforces_keys(),
        live.switches_keys(),
        live.may_leave_keys(),
        path_of(live),
        keywords_said(context),
        barrier,
        env_py_said(context),
        data_of(loaded),
    ]
    return text_digest(json.dumps(everything, default=repr))


def env_py_said(context: MigrationContext) -> List[Any]:
    """Returns the content of env.py, and what it leaves for scripts."""
    environment = alembic_internals.environment_of(context)
    if environment is None:
        return []
    text = digest_of(environment.script.env_py_location)
    return [text, *said(environment.config.attributes)]


def data_of(loaded: Optional[LoadedFiles]) -> List[Tuple[str, Optional[str]]]:
    """Returns the files that env.py, and the modules that it loads, have read as data."""
    files = [] if loaded is None else loaded.files()
    return sorted((each["path"], each["sha256"]) for each in files if "module" not in each)


def said(values: Mapping[str, Any]) -> List[Tuple[str, str]]:
    """Returns names with the texts of their values."""
    return [(str(name), without_addresses(repr(values[name]))) for name in sorted(values, key=str)]


def keywords_said(context: MigrationContext) -> List[str]:
    """Returns what env.py gives to the functions of scripts."""
    return ["%s=%s" % pair for pair in said(alembic_internals.keywords_of(context))]


def path_of(live: LiveDatabase) -> List[str]:
    """Returns the search path of the live connection."""
    place = live.place()
    return [] if place is None else [place.role, *place.path, *place.setting]


def own_files() -> Iterator[str]:
    """Yields the paths of this package's own files."""
    for folder, _, names in os.walk(FOLDER):
        for name in names:
            if name.endswith(".py"):
                yield os.path.join(folder, name)


def own_digest() -> str:
    """Returns the digest of this package's own files."""
    digest = hashlib.sha256()
    for path in sorted(own_files()):
        name = os.path.relpath(path, FOLDER).encode()
        digest.update(name + b"\0" + (digest_of(path) or "").encode())
    return digest.hexdigest()
