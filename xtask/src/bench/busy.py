"""Measures how long readers of a table wait while a migration waits for it.

Usage:
    busy.py LBACK SOCKET [--runs 5] [--holder 60] [--readers 50] [--alembic]

A session holds ACCESS SHARE on a table, so many others read the table again and again, and a
migration alters it with `ddl-lock-timeout = "1s"`. `--alembic` runs Alembic without lback, for the
contrast. SOCKET is the folder of a PostgreSQL server's socket; LBACK is the program. Run it with an
interpreter that has Alembic and psycopg.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import psycopg

ENV_PY = """\
from alembic import context
from sqlalchemy import create_engine

with create_engine(context.config.get_main_option("sqlalchemy.url")).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""

SCRIPT = """\
from alembic import op

revision = "busy"
down_revision = None


def upgrade():
    op.execute("alter table busy add column b integer")
"""

CONFIG = """\
[alembic]
command = ["{alembic}"]

[migrate]
ddl-lock-timeout = "1s"
retries = 1000
retry-wait = {{ from = "500ms", to = "5s" }}
"""


class Readers:
    """Sessions that read the table again and again, and note the longest time of each read."""

    def __init__(self, server, count):
        self.server = server
        self.ended = threading.Event()
        self.longest = [0.0] * count
        self.reads = [0] * count
        self.threads = [threading.Thread(target=self.read, args=(n,)) for n in range(count)]
        for thread in self.threads:
            thread.start()

    def read(self, number):
        with psycopg.connect(**self.server, autocommit=True) as connection:
            while not self.ended.is_set():
                began = time.monotonic()
                connection.execute("select count(*) from busy")
                self.longest[number] = max(self.longest[number], time.monotonic() - began)
                self.reads[number] += 1
                self.ended.wait(0.05)

    def end(self):
        self.ended.set()
        for thread in self.threads:
            thread.join()
        return max(self.longest), sum(self.reads)


def project(folder, server, alembic):
    """Writes a project with one revision."""
    os.makedirs(os.path.join(folder, "migrations", "versions"))
    url = "postgresql+psycopg://postgres@/%(dbname)s?host=%(host)s" % server
    files = {
        "alembic.ini": "[alembic]\nscript_location = migrations\nsqlalchemy.url = %s\n" % url,
        "migrations/env.py": ENV_PY,
        "migrations/versions/busy.py": SCRIPT,
        "lback.toml": CONFIG.format(alembic=alembic),
    }
    for name, text in files.items():
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)


def run(options, server, alembic):
    """Returns the longest wait of a reader, the number of reads, and the run's seconds."""
    with psycopg.connect(**server, autocommit=True) as admin:
        admin.execute("drop table if exists busy, alembic_version")
        admin.execute("create table busy (id integer)")
    with tempfile.TemporaryDirectory() as folder, psycopg.connect(**server) as holder:
        project(folder, server, alembic)
        holder.execute("lock table busy in access share mode")
        readers = Readers(server, options.readers)
        command = [alembic, "upgrade", "head"] if options.alembic else [options.lback, "migrate"]
        began = time.monotonic()
        environment = dict(os.environ, LBACK_STATE_DIR=folder)
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        time.sleep(options.holder)
        holder.rollback()
        output, _ = process.communicate()
        seconds = time.monotonic() - began
        longest, reads = readers.end()
    if process.returncode:
        sys.exit(output.decode())
    return longest, reads, seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lback")
    parser.add_argument("socket")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--holder", type=float, default=60)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--alembic", action="store_true")
    options = parser.parse_args()
    alembic = os.path.join(os.path.dirname(os.path.abspath(sys.executable)), "alembic")
    server = {"host": options.socket, "user": "postgres", "dbname": "lback_busy"}
    with psycopg.connect(**dict(server, dbname="postgres"), autocommit=True) as admin:
        admin.execute("drop database if exists lback_busy with (force)")
        admin.execute("create database lback_busy")
    waits = []
    for number in range(options.runs):
        longest, reads, seconds = run(options, server, alembic)
        waits.append(longest)
        print(
            "run %d: longest read %.3f s, %d reads, %.1f s" % (number + 1, longest, reads, seconds)
        )
        sys.stdout.flush()
    print("longest read of all: %.3f s, median %.3f s" % (max(waits), statistics.median(waits)))
    with psycopg.connect(**dict(server, dbname="postgres"), autocommit=True) as admin:
        admin.execute("drop database lback_busy with (force)")


if __name__ == "__main__":
    main()
