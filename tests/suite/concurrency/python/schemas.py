from alembic import context
from sqlalchemy import create_engine, text

engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
for tenant in ("public", "a", "b"):
    with engine.connect() as connection:
        connection.execute(text(f"create schema if not exists {tenant}"))
        connection.execute(text(f"set search_path to {tenant}"))
        connection.commit()
        context.configure(connection=connection, version_table_schema=tenant)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
