"""A project made for a test: scripts, one after another, and what the analysis says of them."""

import os
import shutil
import sys
import tempfile
import textwrap

import sqlalchemy
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from lback_planner.history.analysis import Analysis

HEAD = """
import sqlalchemy as sa
from alembic import context, op
revision = %r
down_revision = %r
"""


class Project:
    def __init__(self, url="sqlite://", metadata=None, **options):
        self.folder = os.path.realpath(tempfile.mkdtemp())
        os.makedirs(os.path.join(self.folder, "versions"))
        self.revisions = []
        self.url = url
        self.metadata = metadata
        self.options = options
        self.live = None
        #: Prepares the connection, as env.py may.
        self.prepare = lambda connection: connection
        #: What env.py hands to `run_migrations`.
        self.keywords = {}

    def __enter__(self):
        sys.path.insert(0, self.folder)
        return self

    def __exit__(self, *_):
        sys.path.remove(self.folder)
        shutil.rmtree(self.folder)
        for name in [
            name
            for name, module in sys.modules.items()
            if str(getattr(module, "__file__", "")).startswith(self.folder)
        ]:
            del sys.modules[name]

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w") as file:
            file.write(textwrap.dedent(text))

    def revision(self, upgrade, downgrade="pass", before="", number=None):
        """Adds a script with these bodies; its id is a number."""
        down = str(len(self.revisions)) if self.revisions else None
        name = str(len(self.revisions) + 1)
        if number is not None:
            name, down = str(number), str(number - 1) if number > 1 else None
        text = HEAD % (name, down) + textwrap.dedent(before)
        for function, body in (("upgrade", upgrade), ("downgrade", downgrade)):
            if body is not None:
                text += "\ndef %s():\n%s\n" % (
                    function,
                    textwrap.indent(textwrap.dedent(body).strip("\n"), "    "),
                )
        self.write("versions/%s.py" % name, text)
        if number is None:
            self.revisions.append(name)
        return name

    def analysis(self, ask=None, cache=None, declared=None, dialect=None, progress=None):
        """Calls `ask(analysis)` where Alembic runs migrations; by default it gives all results."""
        config = Config()
        config.set_main_option("script_location", self.folder)
        config.set_main_option("sqlalchemy.url", self.url.replace("%", "%%"))
        script = ScriptDirectory.from_config(config)
        engine = sqlalchemy.create_engine(self.url)
        answers = []

        def function(heads, context, **_):
            if dialect is not None:
                context.dialect = dialect
            analysis = Analysis(
                script, context, cache=cache, root=self.folder, declared=declared, progress=progress
            )
            analysis.prepare([revision.revision for revision in script.walk_revisions()])
            answers.append(
                ask(analysis)
                if ask
                else {revision: analysis.revision(revision) for revision in self.revisions}
            )
            return []

        with engine.connect() as connection, EnvironmentContext(
            config, script, fn=function
        ) as environment:
            environment.configure(
                connection=self.prepare(connection), target_metadata=self.metadata, **self.options
            )
            with environment.begin_transaction():
                environment.run_migrations(**self.keywords)
        engine.dispose()
        return answers[0]


def names(tables):
    return sorted(
        table["name"] if table["schema"] is None else "%(schema)s.%(name)s" % table
        for table in tables
    )


def kinds(direction):
    return [
        operation["kind"]
        + ("?" if operation["conditional"] else "")
        + " "
        + str((operation["table"] or {}).get("name"))
        for operation in direction["operations"]
    ]
