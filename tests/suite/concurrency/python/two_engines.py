from alembic import context
from sqlalchemy import create_engine

url = context.config.get_main_option("sqlalchemy.url")


def migrate(connection, table):
    context.configure(connection=connection, version_table=table)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit() if hasattr(connection, "commit") else None


with create_engine(url).connect() as one:
    migrate(one, "alembic_version")
    with create_engine(url).connect() as two:
        migrate(two, "alembic_version")
    migrate(one, "alembic_version")
    print("all of them")
