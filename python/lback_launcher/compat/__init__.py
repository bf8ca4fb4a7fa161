"""Every private attribute of Alembic, SQLAlchemy, CPython and drivers that the launcher relies on.

No other module of the launcher names a private attribute of theirs. Each entry says for which
versions it holds; a new version that changes one of them is handled here.
"""
