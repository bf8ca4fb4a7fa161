"""Checks that a database belongs to the environment of the run.

`[environments.NAME] databases` in `lback.toml` says which databases belong to an environment. The
check is made where the connection is, so that it holds for the database that is really there.
"""

from __future__ import annotations

import fnmatch
import os
from typing import TYPE_CHECKING, NamedTuple

from .compat import drivers
from .diagnostics import ignored

if TYPE_CHECKING:
    from typing import Any, Iterable

    from alembic.runtime.migration import MigrationContext

    from .channel import Channel
    from .instructions import EnvironmentRules

#: The exit code of a run that was denied.
DENIED = 77


class Contradiction(NamedTuple):
    """A database that doesn't belong to the environment of the run."""

    place: str
    environment: str
    #: The other environment whose list has it; `None` if no list has it.
    other: str | None
    #: Whether the list of the run's environment has it too.
    is_own: bool


def refuse(channel: Channel, context: MigrationContext, rules: EnvironmentRules | None) -> None:
    """Ends Alembic if the database doesn't belong to the environment of the run."""
    found = None if rules is None else contradiction(context, rules)
    if found is not None:
        channel.report(
            "wrong_environment",
            place=found.place,
            environment=found.environment,
            other=found.other,
            is_own=found.is_own,
        )
        raise SystemExit(DENIED)


def contradiction(context: MigrationContext, rules: EnvironmentRules) -> Contradiction | None:
    """Returns the contradiction between the database and the environment, if there is one."""
    places = places_of(context)
    is_own = rules.own is not None and matches(places, rules.own)
    for other, patterns in rules.others.items():
        if matches(places, patterns):
            return Contradiction(places[0], rules.environment, other, is_own)
    if rules.own is not None and not is_own:
        return Contradiction(places[0], rules.environment, None, is_own)
    return None


def matches(places: Iterable[str], patterns: Iterable[str]) -> bool:
    """Returns whether a pattern matches one of the names of a database."""
    # A bracket has no meaning in a pattern: addresses of IPv6 have them.
    plain = [pattern.lower().replace("[", "[[]") for pattern in patterns]
    return any(fnmatch.fnmatchcase(place.lower(), each) for place in places for each in plain)


def places_of(context: MigrationContext) -> list[str]:
    """Returns the names of a database, the fullest first.

    Of a server: host, port and name; host and name; the name. Of SQLite: the path of its file.
    """
    url: Any = getattr(getattr(context.connection, "engine", None), "url", None)
    if context.dialect.name == "sqlite":
        return [sqlite_file(context, getattr(url, "database", None))]
    driver = driver_of(context)
    hosts = each_once(drivers.host(driver), getattr(url, "host", None))
    if not hosts or hosts[0].startswith("/"):
        # A socket is on this machine.
        hosts.append("localhost")
    port = drivers.port(driver) or getattr(url, "port", None)
    names = each_once(drivers.database(driver), getattr(url, "database", None))
    full = ["%s:%s/%s" % (host, port, name) for host in hosts for name in names if port]
    return full + ["%s/%s" % (host, name) for host in hosts for name in names] + names or [""]


def driver_of(context: MigrationContext) -> Any:
    """Returns the driver's own connection, `None` if there is none to be had."""
    try:
        return drivers.driver_connection(context.connection.connection)  # type: ignore[union-attr]
    except Exception as error:
        ignored(error, "without the driver's connection, the URL of the engine says what is known")
        return None


def each_once(*texts: Any) -> list[str]:
    """Returns the texts that aren't empty, each once."""
    return list(dict.fromkeys(str(text) for text in texts if text))


def sqlite_file(context: MigrationContext, name: str | None) -> str:
    """Returns the path of the file that SQLite has opened, empty for a database in memory."""
    try:
        cursor = drivers.dbapi_connection(context.connection.connection).cursor()  # type: ignore[union-attr]
        try:
            cursor.execute("PRAGMA database_list")
            opened = [row[2] for row in cursor.fetchall() if row[1] == "main"]
        finally:
            cursor.close()
        return opened[0] if opened else ""
    except Exception as error:
        ignored(error, "what SQLite doesn't tell is taken from the URL")
        return os.path.abspath(name) if name and name != ":memory:" else ""
