"""Every private attribute of Alembic, SQLAlchemy and CPython that the planner relies on.

No other module of the planner names a private attribute of theirs. A new version that changes one
of them is met here.
"""
