"""Hands over to Alembic, and tells lback what happens on the way.

lback starts this with the project's own interpreter, in the place of Alembic's console script or module:

    python …/lback_launcher/entry.py /venv/bin/alembic upgrade head     this script
    python …/lback_launcher/entry.py alembic upgrade head               the script of this name in PATH
    python …/lback_launcher/entry.py -m alembic upgrade head            the module

Standard input is the channel to lback. What Alembic and the project's code then see of the process (arguments, `sys.path`, `__main__`,
standard input, environment) is what they would see without this file.
"""

# What Python puts into `__main__`, before anything is added here: Alembic's own `__main__` begins with the same.
blank = dict(globals(), __doc__=None)

import gc
import sys

# Nothing that is imported before the hand-over ever becomes garbage; looking for it again and again takes a third of the start-up.
collecting = gc.isenabled()
gc.disable()


def import_parts():
    """Imports the package that this file lies in, and leaves `sys.path` without this folder."""
    if not (getattr(sys.flags, "safe_path", False) or sys.flags.isolated):
        # Python's doing. Alembic's own start finds another folder there.
        del sys.path[0]
    sys.path.insert(0, __file__.rpartition("/")[0].rpartition("/")[0])
    # The folder is private to lback, so that compiled files may always be written to it.
    write = sys.dont_write_bytecode
    sys.dont_write_bytecode = False
    try:
        from lback_launcher import handover
    finally:
        sys.dont_write_bytecode = write
        del sys.path[0]
    return handover


handover = import_parts()
entry, arguments = handover.prepare(sys.modules["__main__"], blank, collecting)
# Called from here, so that a single frame of the launcher is below Alembic's.
try:
    entry(*arguments)
except BaseException as error:
    handover.failed(error)
    raise
finally:
    handover.at_end()
