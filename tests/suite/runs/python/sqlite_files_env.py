from pathlib import Path

from alembic import context
from sqlalchemy import create_engine

root = Path(__file__).resolve().parent.parent

if context.is_offline_mode():
    context.configure(url="sqlite://", literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    for name in (root / "tenants").read_text().split():
        with create_engine("sqlite:///%s" % (root / name)).connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
