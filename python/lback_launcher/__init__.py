"""The parts of lback's launcher. Python 3.8 and later, the standard library, and of it what Alembic imports itself.

`entry` is the script that lback starts, `handover` runs Alembic, `channel` speaks to lback, `observe` sees what Alembic does to a database,
`locks` keeps other runs from it meanwhile, `cancel` stops a statement that the driver would not stop, `failure` describes how a run failed,
`scripts` spares Alembic the scripts that it need not run, `plan_process` makes the plan in a process of its own, `script_bodies` fills in a
script, and `import_cache` remembers what an import takes.

The prefix `lback_` keeps the names of both packages apart from a project's own modules, and the folder that they lie in is in `sys.path` only
while one of them is imported.
"""

import os

#: Frames of files in this folder are no part of what the project should see in a traceback.
FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
