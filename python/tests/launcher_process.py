"""Runs the launcher as lback runs it, and a project that it can run."""

import atexit
import functools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from typing import Any, Dict, List, NamedTuple, Optional

PYTHON = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@functools.lru_cache(maxsize=None)
def entry() -> str:
    """Returns the launcher's script in a private copy of both packages, as lback writes them.

    The launcher writes its compiled files beside its own, which must not happen in the repository.
    """
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for package in ("lback_launcher", "lback_planner"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(
            os.path.join(PYTHON, package), os.path.join(folder, package), ignore=ignored
        )
    return os.path.join(folder, "lback_launcher", "entry.py")


ENV_PY = """\
from alembic import context
from sqlalchemy import create_engine

engine = create_engine("sqlite:///app.db")
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""

SCRIPT = '''\
"""Script {number}."""

from alembic import op
import sqlalchemy as sa

revision = "r{number}"
down_revision = {parent!r}


def upgrade():
    op.create_table("t{number}", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("t{number}")
'''

GO: Dict[str, Any] = {
    "type": "go",
    "lock": "wait",
    "lock_timeout": 5.0,
    "single_head": False,
    "scripts": None,
    "arguments": None,
    "expected": None,
    "written": None,
}


class Done(NamedTuple):
    """A run of Alembic that has ended."""

    status: int
    stdout: str
    stderr: str
    reports: List[Dict[str, Any]]

    def kinds(self) -> List[str]:
        """Returns the kinds of its reports, in order."""
        return [report["type"] for report in self.reports]

    def report(self, kind: str) -> Dict[str, Any]:
        """Returns the only report of a kind."""
        (found,) = [report for report in self.reports if report["type"] == kind]
        return found


class Project:
    """A project on SQLite, with a chain of scripts that each create a table."""

    def __init__(self, folder: str, scripts: int = 3) -> None:
        self.folder = folder
        self.write("alembic.ini", "[alembic]\nscript_location = migrations\n")
        self.write("migrations/env.py", ENV_PY)
        for number in range(scripts):
            parent = "r%d" % (number - 1) if number else None
            text = SCRIPT.format(number=number, parent=parent)
            self.write("migrations/versions/r%d.py" % number, text)

    def write(self, name: str, text: str) -> None:
        """Writes a file of the project."""
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)

    def plain(self, *arguments: str) -> Done:
        """Runs Alembic without lback."""
        command = [sys.executable, "-m", "alembic", *arguments]
        ended = subprocess.run(
            command, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        return Done(ended.returncode, ended.stdout, ended.stderr, [])

    def launched(
        self,
        *arguments: str,
        messages: Optional[List[Dict[str, Any]]] = None,
        imports: str = "",
        **environment: str,
    ) -> Done:
        """Runs Alembic through the launcher, which is sent these messages at once."""
        own, other = socket.socketpair()
        for message in [GO] if messages is None else messages:
            imports += "\n" + json.dumps(message)
        own.sendall(imports.encode() + b"\n")
        # lback has nothing more to say.
        own.shutdown(socket.SHUT_WR)
        process = subprocess.Popen(
            [sys.executable, entry(), "-m", "alembic", *arguments],
            cwd=self.folder,
            stdin=other,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        other.close()
        stdout, stderr = process.communicate(timeout=60)
        received = b""
        own.settimeout(5)
        while True:
            data = own.recv(65536)
            if not data:
                break
            received += data
        own.close()
        reports = [json.loads(line) for line in received.splitlines()]
        return Done(process.returncode, stdout, stderr, reports)
