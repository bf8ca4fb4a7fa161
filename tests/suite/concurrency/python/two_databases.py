"""An env.py that migrates two databases, each in its own transaction."""

import os

from alembic import context
from sqlalchemy import create_engine

own = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "test.db")
for path in (own, "@OTHER@"):
    with create_engine("sqlite:///" + path).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
