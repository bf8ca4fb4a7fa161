"""The planner: predicts what a migrate or a rollback would do, without running it. It needs Python
3.8 or later, the standard library, Alembic and SQLAlchemy.

`planner` makes the plan. `rollback` finds the revisions to revert for a table, and writes their
inverse as a new revision. Both ask `history.analysis` what a revision does. `history` goes along
the revisions and keeps results. `execution` runs a script on a fake database, in as many scenarios
as its questions need, under a sandbox. `coverage` finds the lines that ran in no scenario, and
makes them run. `sql` reads what is sent as text. `schema` is what the scripts before a revision
left behind, with the consequences of a write. `model` and `operation_kinds` are what all of them
share.
"""

import os

#: The folder of this package. Its files are neither the project's code nor anything that a result
#: depends on by itself.
FOLDER = os.path.dirname(os.path.abspath(__file__))
