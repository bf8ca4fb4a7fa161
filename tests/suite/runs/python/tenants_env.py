from alembic import context
from sqlalchemy import create_engine, pool, text

engine = create_engine(
    context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool
)
goes_on = context.get_x_argument(as_dictionary=True).get("continue") == "true"


def migrate(schema):
    with engine.connect() as connection:
        connection.execute(text(f'create schema if not exists "{schema}"'))
        connection.execute(text(f'set search_path to "{schema}"'))
        connection.commit()
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


for schema in ("tenant_a", "tenant_b", "tenant_c"):
    try:
        migrate(schema)
    except Exception:
        if not goes_on:
            raise
