"""What a migrate or a rollback would do. Python 3.8 and later, the standard library, Alembic and SQLAlchemy.

`planner` makes the plan, `table` finds what to take back for a table, `forward` writes the inverse of a revision as a new one, `analysis` says what a
revision does, with the help of all others.
"""
