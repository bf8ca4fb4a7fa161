"""Runs the real lback on a project, and Alembic beside it."""

import json
import os
import re
import subprocess
import tempfile


class Lback:
    def __init__(self, program, ini, section, alembic, state):
        self.program = os.path.abspath(program)
        self.ini = os.path.abspath(ini)
        self.options = ["-c", self.ini] + ([] if section == "alembic" else ["-n", section])
        self.folder = os.path.dirname(self.ini)
        self.alembic = alembic
        # The proof must not write into the user's journal.
        state = os.path.abspath(state or tempfile.mkdtemp(prefix="lback-prove-"))
        self.environment = dict(os.environ, LBACK_STATE_DIR=state, LBACK_CACHE_DIR=os.path.join(state, "cache"), NO_COLOR="1", COLUMNS="200")

    def plan(self, *words):
        """Returns the plan, or the reason why there is none."""
        ended = self.run([self.program, *self.options, "plan", *words, "--json"])
        if ended.returncode == 0:
            return json.loads(ended.stdout)["plan"], None
        return None, Refusal(ended)

    def rollback(self, *words):
        return self.run([self.program, *self.options, "rollback", *words, "--yes", "--allow-collateral"])

    #: The exit code of a rollback that needs consent to something in its plan.
    DENIED = 77

    def downgrade(self, target):
        """Runs the downgrade with Alembic alone."""
        return self.run([self.alembic, *self.options, "downgrade", target])

    def run(self, words):
        return subprocess.run(words, cwd=self.folder, env=self.environment, capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL)


class Refusal:
    KINDS = (
        ("incomplete", r"can't be told"),
        ("changed by no revision", r"no table that an applied revision changes|is neither a revision nor a table"),
        ("different branches", r"in different branches"),
        ("no downgrade()", r"has no `downgrade\(\)`"),
        ("no target for it", r"Alembic has no target"),
    )

    def __init__(self, ended):
        self.code = ended.returncode
        self.text = said(ended)
        self.kind = next((kind for kind, pattern in self.KINDS if re.search(pattern, self.text)), "error %d" % ended.returncode)


def said(ended):
    """Returns the line with the error."""
    lines = ended.stderr.strip().splitlines()
    own = [line for line in lines if line.startswith("error:")]
    raised = [line for line in lines if re.match(r"[\w.]+(Error|Exception)\b", line)]
    return (own or raised[-1:] or lines[-1:] or [""])[0]


def typed(table):
    """Returns a table as an exact argument of lback."""
    schema, name = table
    quoted = ['"%s"' % part.replace('"', '""') for part in (schema, name) if part is not None]
    return ".".join(quoted)
