import re

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

for name in ("begin", "commit", "rollback", "savepoint"):
    event.listen(Engine, name, lambda *_, name=name: print(name))
for name in (
    "connect",
    "first_connect",
    "checkout",
    "checkin",
    "reset",
    "close",
    "invalidate",
    "detach",
):
    event.listen(Pool, name, lambda *_, name=name: print(name))
event.listen(
    Engine,
    "before_cursor_execute",
    lambda c, cursor, statement, parameters, *_: print(statement, parameters),
)
