from alembic import context
from sqlalchemy import create_engine, pool

url = context.config.get_main_option("sqlalchemy.url")
for poolclass in (None, pool.NullPool, pool.StaticPool):
    engine = create_engine(url, poolclass=poolclass)
    for tenant in range(3):
        with engine.connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
    engine.dispose()
print("all of them")
