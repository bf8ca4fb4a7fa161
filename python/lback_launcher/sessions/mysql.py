"""Sessions of MySQL and MariaDB: a connection, known by its number."""

from __future__ import annotations

from ..locks.mysql import NAME
from .status import GOES_ON, HAS_ENDED, Status, unseen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..locks.mysql import MysqlLock
    from .status import Identity

#: Seconds by which two looks at the start of a server may differ.
TOLERANCE = 5

SESSIONS = "select id from information_schema.processlist where id in (%d, connection_id())"


def identify(lock: MysqlLock) -> Identity:
    """Returns what identifies the session of a connection."""
    user, now = lock.row("select current_user(), unix_timestamp()")
    return {
        "server": lock.server,
        "connection": lock.session,
        "user": user,
        "started": int(now) - uptime(lock),
        "xid": prepared_id(lock),
        "what": "connection %d of the server" % lock.session,
        "look": "select * from information_schema.processlist where id = %d" % lock.session,
    }


def uptime(lock: MysqlLock) -> int:
    """Returns the seconds since the server's start."""
    return int(lock.row("show global status like 'Uptime'")[1])


def prepared_id(lock: MysqlLock) -> str | None:
    """Returns the id of the two-phase transaction that env.py has begun, if it has."""
    get = getattr(lock.sqlalchemy, "get_transaction", None)
    return getattr(get() if callable(get) else None, "xid", None)


def status(lock: MysqlLock, session: Identity) -> Status:
    """Returns whether a session goes on."""
    if lock.server != session["server"]:
        return unseen("another server answers now")
    if session["xid"] is not None:
        names = [row[-1] for row in lock.rows("xa recover")]
        if session["xid"] in [n.decode() if isinstance(n, bytes) else n for n in names]:
            what = "the prepared transaction `%s`" % session["xid"]
            return GOES_ON._replace(what=what, look="xa recover")
    user, now = lock.row("select current_user(), unix_timestamp()")
    if abs(int(now) - uptime(lock) - session["started"]) > TOLERANCE:
        # The server was started again, and gives the same numbers again.
        return HAS_ENDED
    number = session["connection"]
    found = {int(row[0]) for row in lock.rows(SESSIONS % number)}
    (holder,) = lock.row("select is_used_lock(%s)" % NAME)
    if number in (holder, *found):
        return GOES_ON
    if lock.session not in found or user != session["user"]:
        return unseen("this user may not see the connections of the server")
    return HAS_ENDED
