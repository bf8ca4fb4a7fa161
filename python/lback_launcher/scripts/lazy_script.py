"""A version script that has not been run yet, since nothing but what is known of it was asked for."""

import importlib.util
from types import ModuleType

#: What is asked of a script to know where it stands among the others.
VALUES = ("revision", "down_revision", "branch_labels", "depends_on")

get = object.__getattribute__
#: Where what is known is kept, in a module's own namespace. Gone as soon as the script has been run.
KNOWN = "__lback_known__"


class Changed(ImportError):
    """A script is another one than when the run began."""


class Unread(ModuleType):
    """Runs the script as soon as something else is asked for than what is known of it, and is an ordinary module from then on."""

    def __getattribute__(self, name):
        own = get(self, "__dict__")
        known = own.get(KNOWN)
        if known is None:
            return get(self, name)
        if name in known.values:
            return known.values[name]
        if name in ("__class__", "__name__", "__file__"):
            return get(self, name)
        if name.startswith("__") or name in known.names:
            read(self)
            return getattr(self, name)
        raise AttributeError("module %r has no attribute %r" % (own["__name__"], name))

    def __setattr__(self, name, value):
        read(self)
        setattr(self, name, value)

    def __delattr__(self, name):
        read(self)
        delattr(self, name)

    def __dir__(self):
        read(self)
        return dir(self)


class Known:
    def __init__(self, values, names):
        #: Of each of `VALUES` that the script defines, and of `__doc__`.
        self.values = values
        self.names = names


def unread(name, path, known):
    """A module as Alembic makes it of a script, before the script is run."""
    module = Unread(name)
    own = get(module, "__dict__")
    own["__file__"] = path
    own[KNOWN] = known
    return module


def read(module):
    own = get(module, "__dict__")
    known = own.pop(KNOWN, None)
    if known is None:
        return
    # An ordinary module from here on, also for the script that runs in it.
    ModuleType.__setattr__(module, "__class__", ModuleType)
    spec = importlib.util.spec_from_file_location(own["__name__"], own["__file__"])
    own.update(importlib.util.module_from_spec(spec).__dict__)
    spec.loader.exec_module(module)
    for name, value in known.values.items():
        if own.get(name) != value:
            raise Changed("`%s` was changed while a run used it" % own["__file__"], path=own["__file__"])
