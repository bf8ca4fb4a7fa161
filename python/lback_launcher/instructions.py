"""The messages that lback sends, as one type.

`src/alembic/launcher/channel.rs` writes `go`, `src/alembic/planner_client/request.rs` writes
`plan`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any

#: The tasks: run Alembic, read the heads and nothing else, make a plan.
RUN = "run"
PROBE = "probe"
PLAN = "plan"


class PlannedDatabase(NamedTuple):
    """The part of an agreed plan that applies to one database."""

    heads: list[str]
    #: The revisions of its steps, in order.
    steps: list[str]


class EnvironmentRules(NamedTuple):
    """The databases that belong to environments, as patterns."""

    #: The environment of the run.
    environment: str
    #: Those of the environment; `None` if it has no list.
    own: list[str] | None
    #: Those of the other environments.
    others: dict[str, list[str]]


class AgreedFile(NamedTuple):
    """A file that the plan was made of."""

    #: Absolute.
    path: str
    #: The digest of its content, or of a folder's names; `None` if there was none.
    sha256: str | None
    #: The name of the module, if Python loaded it as one.
    module: str | None = None
    #: The digest of the compiled file whose code ran.
    compiled: str | None = None
    #: The revision of a version script.
    revision: str | None = None
    #: Whether the operations of a step depend on it.
    is_input: bool = False


class Limits(NamedTuple):
    """The limits of a statement, in seconds; `None` for no limit."""

    #: How long it may wait for a lock.
    lock: float | None
    #: How long it may run.
    statement: float | None


class Instructions(NamedTuple):
    """The task for Alembic, with its limits."""

    task: str
    #: How to take the lock: `wait`, `fail`, `skip-if-current` or `off`.
    lock: str = "off"
    #: Seconds.
    lock_timeout: float = 0.0
    #: Whether a run with several current heads is refused.
    single_head: bool = False
    #: The folder of the script cache.
    scripts: str | None = None
    #: Arguments for Alembic in the place of those that the launcher was started with.
    arguments: list[str] | None = None
    #: The plan to which the run must keep, one entry a database.
    expected: list[PlannedDatabase] | None = None
    #: What must hold for the databases of the run.
    environment: EnvironmentRules | None = None
    #: The files that the plan was made of.
    files: tuple[AgreedFile, ...] = ()
    #: The bodies of the script that `alembic revision` writes, by the names that its template uses.
    bodies: dict[str, str] | None = None
    #: The limits of the statements of steps; `None` for none.
    limits: Limits | None = None
    #: Seconds of a wait for a lock after which the sessions that block it are ended; `None` for
    #: never.
    end_blockers_after: float | None = None
    #: Whether to drop an invalid index before one of its name is created.
    drop_invalid_indexes: bool = False
    #: Seconds since the first wait of an earlier attempt.
    waited_before: float = 0.0
    #: Whether lback may start Alembic again after an error that a lock has caused.
    may_retry: bool = False
    #: Whether to observe if a step has changed anything before a lock ended it.
    marks_steps: bool = False
    #: The sessions of an earlier run whose end a probe waits for, by the number of the database.
    sessions: dict[str, Any] | None = None
    #: The transactions of an earlier run, by the number of the database.
    transactions: dict[str, list[str]] | None = None
    #: Whether a probe reports the scripts, and the revisions that the databases lack.
    with_scripts: bool = False
    #: Whether a probe reports the tables of the databases and their sizes.
    with_facts: bool = False
    #: Seconds for that wait.
    patience: float = 0.0
    #: Seconds in which a plan must be made.
    limit: float = 0.0
    #: The planner's request, as lback wrote it.
    request: dict[str, Any] | None = None


def instructions_of(message: dict[str, Any]) -> Instructions:
    """Returns what a message of lback means."""
    if message["type"] == "plan":
        return Instructions(
            PLAN,
            scripts=message.get("scripts"),
            arguments=message["arguments"],
            limit=message["limit"],
            environment=rules_of(message.get("environment_rules")),
            request=message,
        )
    if message.get("probe"):
        return Instructions(
            PROBE,
            sessions=message.get("sessions"),
            transactions=message.get("transactions"),
            patience=message.get("patience") or 0.0,
            with_scripts=bool(message.get("with_scripts")),
            with_facts=bool(message.get("with_facts")),
            scripts=message.get("scripts"),
        )
    expected = message.get("expected")
    return Instructions(
        RUN,
        lock=message["lock"],
        lock_timeout=message["lock_timeout"],
        single_head=bool(message.get("single_head")),
        scripts=message.get("scripts"),
        arguments=message.get("arguments"),
        expected=None if expected is None else [planned(database) for database in expected],
        environment=rules_of(message.get("environment_rules")),
        files=tuple(AgreedFile(**file) for file in message.get("files") or ()),
        bodies=message.get("written"),
        limits=limits_of(message.get("limits")),
        end_blockers_after=message.get("end_blockers_after"),
        drop_invalid_indexes=bool(message.get("drop_invalid_indexes")),
        waited_before=message.get("waited_before") or 0.0,
        may_retry=bool(message.get("may_retry")),
        marks_steps=bool(message.get("marks_steps")),
    )


def rules_of(message: dict[str, Any] | None) -> EnvironmentRules | None:
    """Returns what lback says of the environments of databases."""
    return None if message is None else EnvironmentRules(**message)


def limits_of(message: dict[str, Any] | None) -> Limits | None:
    """Returns what lback says of the limits of statements."""
    return None if message is None else Limits(**message)


def planned(database: dict[str, Any]) -> PlannedDatabase:
    """Returns what the plan says of one database."""
    return PlannedDatabase(database["heads"], database["steps"])
