"""The steps that Alembic would take, asked of its own script directory."""

from .refused import Refused


def steps_down(script, target, heads):
    """The steps of a downgrade. A script without `downgrade()` ends Alembic before the first one, with an error of Python's."""
    try:
        return script._downgrade_revs(target, heads)
    except AttributeError as error:
        module = getattr(error, "obj", None)
        revision = getattr(module, "revision", None)
        if getattr(error, "name", "downgrade") != "downgrade" or "downgrade" not in str(error):
            raise
        which = "a revision on the way" if revision is None else "the revision `%s`" % revision
        raise Refused(
            "alembic",
            "%s has no `downgrade()`: Alembic can't go back past it" % which,
            "write its `downgrade()`, or a new revision that undoes it: `lback makemigrations` begins one",
        )
