"""Writes version scripts that each try one way to reach a database, a file, a process or a network.

    python ways.py scripts FOLDER DRIVER URL ADDRESS [WORD]   writes the scripts and env.py
    python ways.py state FOLDER                               prints what a plan must not change

Each script tries one thing, in the line that ends with `# here`, and swallows what comes of it.
DRIVER is that of env.py, URL the database's (for psycopg or PyMySQL), ADDRESS that of a port of the
test's own. With a word, only the ways are written whose name has it.
"""

import hashlib
import os
import sys
import textwrap
from typing import Iterator

from sqlalchemy.engine import make_url
from ways_elsewhere import EVERYWHERE
from ways_to_databases import (
    HELPER,
    MARIADB,
    MARIADB_HELPER,
    POSTGRESQL,
    POSTGRESQL_HELPER,
)

SCRIPT = '''\
"""{name}"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {parent!r}

{setting}
{head}


def upgrade() -> None:
    try:
{body}
    except BaseException:
        pass


def downgrade() -> None:
    pass
'''


#: What is different in env.py for a driver: the URL, arguments, and how it connects.
PLAIN = """
engine = sa.create_engine(PLACE, connect_args=ARGUMENTS)
with engine.connect() as connection:
    run(connection)
"""
ASYNCHRONOUS = """
import asyncio
from sqlalchemy.ext.asyncio import create_async_engine


async def main():
    engine = create_async_engine(PLACE)
    async with engine.connect() as connection:
        await connection.run_sync(run)


asyncio.run(main())
"""
ENV_PY = """
import helper
import sqlalchemy as sa
from alembic import context
{setting}


def run(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()

"""


def setting_of(folder: str, driver: str, text: str, address: str) -> str:
    """Returns the names that all scripts know."""
    url = make_url(text)
    host, port = address.rsplit(":", 1)
    lines = [
        "FOLDER = %r" % folder,
        "URL = %r" % text,
        "ADDRESS = (%r, %s)" % (host, port),
        "DDL = 'create table reached (id integer)'",
    ]
    if driver == "pymysql":
        where = {"user": "root", "database": url.database, "unix_socket": url.query["unix_socket"]}
        return "\n".join([*lines, "WHERE = %r" % where, "PLACE = URL", "ARGUMENTS = {}"])
    place = url.query["host"]
    file = place + "/.s.PGSQL.5432"
    own = "postgresql+%s://postgres@/%s" % (driver, url.database)
    arguments = {"unix_sock": file} if driver == "pg8000" else {}
    lines += [
        "DSN = 'host=%s user=postgres dbname=%s'" % (place, url.database),
        "ADDRESS_URL = 'postgresql://postgres@/%s?host=%s'" % (url.database, place),
        "SOCKET_FILE = %r" % file,
        "PLACE = %r" % (own if arguments else "%s?host=%s" % (own, place)),
        "ARGUMENTS = %r" % arguments,
    ]
    return "\n".join(lines)


def write_scripts(folder: str, driver: str, url: str, address: str, word: str = "") -> None:
    setting = setting_of(folder, driver, url, address)
    mariadb = driver == "pymysql"
    own_helper = MARIADB_HELPER if mariadb else POSTGRESQL_HELPER
    write(folder, "helper.py", HELPER.format(setting=setting) + own_helper)
    connecting = ASYNCHRONOUS if driver == "asyncpg" else PLAIN
    write(folder, "migrations/env.py", ENV_PY.format(setting=setting) + connecting)
    write(folder, "victim", "untouched")
    write(folder, "log", "")
    parent = None
    for name, way in {**EVERYWHERE, **(MARIADB if mariadb else POSTGRESQL)}.items():
        if word not in name:
            continue
        revision = "".join(letter if letter.isalnum() else "_" for letter in name.lower())
        text = SCRIPT.format(
            name=name,
            revision=revision,
            parent=parent,
            setting=setting,
            head=way.head,
            body=textwrap.indent(way.body, " " * 8),
        )
        write(folder, "migrations/versions/%s.py" % revision, text)
        parent = revision


def write(folder: str, name: str, text: str) -> None:
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def state(folder: str) -> Iterator[str]:
    """Yields a line for each file, without what Python compiles and lback keeps."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(set(folders) - {"__pycache__", ".state"})
        for name in sorted(files + folders):
            path = os.path.join(place, name)
            seen = os.lstat(path)
            content = ""
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    content = hashlib.sha256(file.read()).hexdigest()[:12]
            times = "" if os.path.isdir(path) else seen.st_mtime_ns
            yield "%s %o %d %s %s" % (path, seen.st_mode, seen.st_uid, times, content)


if __name__ == "__main__":
    if sys.argv[1] == "scripts":
        write_scripts(*sys.argv[2:])
    else:
        print("\n".join(state(sys.argv[2])))
