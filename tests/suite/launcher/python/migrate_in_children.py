import multiprocessing

from alembic import context
from sqlalchemy import create_engine


def migrate(tenant):
    with create_engine(f"sqlite:///{tenant}.db").connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
    print("done", tenant, flush=True)


for tenant in "ab":
    child = multiprocessing.get_context("fork").Process(target=migrate, args=(tenant,))
    child.start()
    child.join()
    print(child.exitcode)
