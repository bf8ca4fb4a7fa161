"""Puts texts into the script that `alembic revision` writes: a revision that lback has worked out."""

import functools


def install(texts):
    from alembic.script.base import ScriptDirectory

    original = ScriptDirectory.generate_revision

    @functools.wraps(original)
    def generate_revision(self, *args, **kwargs):
        kwargs.update(texts)
        return original(self, *args, **kwargs)

    ScriptDirectory.generate_revision = generate_revision
