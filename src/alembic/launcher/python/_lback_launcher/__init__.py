"""The parts of lback's launcher. Python 3.8 and later, the standard library, and of it what Alembic imports itself.

`handover` runs Alembic, `channel` speaks to lback, `observe` sees what Alembic does to a database, `lock` keeps other runs from it meanwhile,
`cancel` stops a statement that the driver would not stop, `failure` describes how a run failed, `scripts` spares Alembic the scripts that it need not
run, `apart` makes the plan in a process of its own, `written` fills in a script. `imports` remembers what an import takes, with `memory`, the file,
`places`, `modules`, `patterns` and `codes`, its parts, and `settled` and `strict`.
"""

import os

#: Frames of files in this folder are no part of what the project should see in a traceback.
FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
