"""The wait of a statement for a lock, as the server describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any


class Blocker(NamedTuple):
    """A session that holds the lock, or is before this one in its queue."""

    #: The server's number of the session; 0 for a transaction without one.
    process: int
    user: str | None = None
    application: str | None = None
    #: The address of the client.
    client: str | None = None
    #: `active`, `idle in transaction` and others; `None` if this user may not see it.
    state: str | None = None
    #: Seconds since its transaction began.
    age: float | None = None
    #: The head of its last statement, without literals.
    statement: str | None = None
    #: What the session is, where it is no client: `autovacuum worker`.
    kind: str | None = None
    #: What became of the order to end it: ``ended``, or why it was not; `None` without an order.
    end: str | None = None

    def report(self) -> dict[str, Any]:
        """Returns what lback is told of the session."""
        return {
            "process": self.process,
            "user": self.user,
            "application": self.application,
            "client": self.client,
            "state": self.state,
            "age": self.age,
            "statement": self.statement,
            "kind": self.kind,
            "end": self.end,
        }


class LockWait(NamedTuple):
    """A wait for a lock."""

    #: The table, with its schema.
    table: str | None
    #: The lock that is wanted, in the server's words.
    lock: str | None
    blockers: tuple[Blocker, ...]
    #: Why the blockers aren't all known, or not for sure.
    why: str | None = None

    def identity(self) -> Any:
        """Returns what tells this wait from others, whatever the time."""
        blockers = tuple((each.process, each.state, each.end) for each in self.blockers)
        return self.table, self.lock, blockers


class Progress(NamedTuple):
    """The progress of a statement, as the server tells it."""

    #: The part of the work: `building index`.
    phase: str | None
    #: From 0 to 100; `None` where the server doesn't say.
    percent: float | None


class View:
    """The view that a second connection has of the statement that runs."""

    #: The server's number of the session of the migration.
    session: int

    def wait(self, connection: Any, waited: float) -> LockWait | None:
        """Returns what the statement waits for; `None` if it doesn't wait."""
        raise NotImplementedError

    def end(self, connection: Any, wait: LockWait, after: float) -> LockWait:
        """Ends the sessions that block the statement, and returns the wait with what became of it.

        A session that must not be ended goes on, and one whose transaction is younger than `after`.
        """
        why = "lback ends no sessions of this database"
        return wait._replace(blockers=tuple(each._replace(end=why) for each in wait.blockers))

    def progress(self, connection: Any) -> Progress | None:
        """Returns how far the statement has come; `None` if the server doesn't say."""
        return None
