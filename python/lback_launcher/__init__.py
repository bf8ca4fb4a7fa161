"""The launcher: runs Alembic for lback, and reports to lback what Alembic does.

It runs on Python 3.8 and later, with the standard library and the modules that Alembic imports
itself. Start-up time matters: modules here import little, and `typing` only for type checkers.

- `entry` is the script that lback starts. `handover` runs Alembic, `alembic_entry` finds its entry
  point, or Flask's for Flask-Migrate, and `flask_variables` refuses what lback can't follow.
- `channel` connects to lback, `instructions` are the messages that lback sends.
- `observe` reports heads and steps, `failure` reports how a run failed.
- `sessions` reports the run's session on the server, and waits in a later process for its end.
- `locks` holds the database's lock, `cancel` stops a statement that the driver would not stop.
- `plan_process` makes a plan in a process of its own, `script_bodies` fills in a new version
  script.
- `scripts` and `import_cache` make Alembic start faster.
- `compat` holds every private attribute of Alembic, SQLAlchemy, CPython and drivers.
- `diagnostics` makes swallowed exceptions visible.

The prefix `lback_` keeps the packages apart from a project's own modules. Their folder is in
`sys.path` only while one of them is imported.
"""

import os

#: The folder of lback's packages. Tracebacks that the project sees have no frames of files in here.
FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
