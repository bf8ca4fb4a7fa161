"""Starts Alembic for lback, and reports to lback what happens on the way.

lback runs this script with the project's interpreter instead of Alembic's console script or module:

    python …/lback_launcher/entry.py /venv/bin/alembic upgrade head     this script python
    …/lback_launcher/entry.py alembic upgrade head               the script of this name in PATH
    python …/lback_launcher/entry.py -m alembic upgrade head            the module
    python …/lback_launcher/entry.py /venv/bin/flask db upgrade         Flask-Migrate

Standard input is the channel to lback. Alembic and the project's code find the process as they
would without this file: arguments, `sys.path`, `__main__`, standard input, environment.
"""

# What Python puts into `__main__`, before anything is added here: Alembic's own `__main__` begins
# with the same.
blank = dict(globals(), __doc__=None)

import gc
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

# Nothing that is imported before the hand-over ever becomes garbage. Collecting takes a third of
# the start-up.
collecting = gc.isenabled()
gc.disable()


def import_handover() -> "ModuleType":
    """Imports the launcher's package, and leaves `sys.path` without its folder."""
    if not (getattr(sys.flags, "safe_path", False) or sys.flags.isolated):
        # Python added the folder of this script. Alembic's own start finds another folder there.
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


handover = import_handover()
start, arguments = handover.prepare(sys.modules["__main__"], blank, collecting)
# Called from here, so that a single frame of the launcher is below Alembic's.
try:
    start(*arguments)
except BaseException as error:
    handover.failed(error)
    raise
finally:
    handover.at_end()
