"""A project on a real server, whose revisions record the limits that they run with."""

import os
from typing import List

from launcher_process import Project

ENV_PY = """\
import os
from alembic import context
from sqlalchemy import create_engine, text

engine = create_engine("@url", **@options)
with engine.connect() as connection:
    @before
    context.configure(connection=connection, @configure)
    with context.begin_transaction():
        context.run_migrations()
    @after
"""

SCRIPT = """\
from alembic import op
import sqlalchemy as sa

revision = @revision
down_revision = @parent


def note(kind):
    shown = op.get_bind().exec_driver_sql("show lock_timeout").scalar()
    with open("notes", "a") as file:
        file.write("%s %s\\n" % (kind, shown))


def upgrade():
    @body
"""


def project_on(
    folder: str,
    url: str,
    *bodies: str,
    before: str = "pass",
    after: str = "pass",
    configure: str = "",
    options: str = "{}",
) -> Project:
    """Returns a project with a revision for each body of `upgrade`."""
    project = Project(folder, scripts=0)
    text = ENV_PY
    parts = {"url": url, "options": options, "before": before, "after": after}
    for name, part in {**parts, "configure": configure}.items():
        text = text.replace("@" + name, part.replace("\n", "\n    "))
    project.write("migrations/env.py", text)
    parent = None
    for number, body in enumerate(bodies):
        revision = "r%d" % number
        text = SCRIPT.replace("@revision", repr(revision)).replace("@parent", repr(parent))
        text = text.replace("@body", body.replace("\n", "\n    "))
        project.write("migrations/versions/%s.py" % revision, text)
        parent = revision
    return project


def notes_of(project: Project) -> List[str]:
    """Returns what the revisions have noted."""
    with open(os.path.join(project.folder, "notes")) as file:
        return file.read().splitlines()
