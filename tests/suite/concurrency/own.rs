//! A process that meets the same database more than once doesn't wait for itself, and keeps others out all the while.

use super::site::{Place, Site};

/// A second engine on the same database, while the connection of the first is open and has migrated.
const TWO_ENGINES: &str = "\
from alembic import context
from sqlalchemy import create_engine
url = context.config.get_main_option('sqlalchemy.url')
def migrate(connection, table):
    context.configure(connection=connection, version_table=table)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit() if hasattr(connection, 'commit') else None
with create_engine(url).connect() as one:
    migrate(one, 'alembic_version')
    with create_engine(url).connect() as two:
        migrate(two, 'alembic_version')
    migrate(one, 'alembic_version')
    print('all of them')
";

/// Tenants one after another, each with a version table of its own and on a connection that may or may not be the same.
const TENANTS: &str = "\
from alembic import context
from sqlalchemy import create_engine, pool
url = context.config.get_main_option('sqlalchemy.url')
for poolclass in (None, pool.NullPool, pool.StaticPool):
    engine = create_engine(url, poolclass=poolclass)
    for tenant in range(3):
        with engine.connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
    engine.dispose()
print('all of them')
";

#[test]
fn engines_and_tenants_of_one_process() {
    for place in Place::ALL {
        for env in [TWO_ENGINES, TENANTS] {
            let site = Site::new(place).revision("last", "pass").settings("lock-timeout = \"5s\"");
            site.project.write("migrations/env.py", env);
            let done = site.lback(&["migrate"]).exits(0).never_says(&["another run holds the lock"]);
            assert!(done.stdout.contains("all of them"), "{done}");
            site.is_migrated_once();
            site.has_no_lock();
        }
    }
}

/// Tenants in schemas of their own, which PostgreSQL keeps in one database.
#[test]
fn schemas_of_one_database() {
    let site = Site::new(Place::Postgres).held_up().settings("lock-timeout = \"1s\"");
    let env = "\
from alembic import context
from sqlalchemy import create_engine, text
engine = create_engine(context.config.get_main_option('sqlalchemy.url'))
for tenant in ('public', 'a', 'b'):
    with engine.connect() as connection:
        connection.execute(text(f'create schema if not exists {tenant}'))
        connection.execute(text(f'set search_path to {tenant}'))
        connection.commit()
        context.configure(connection=connection, version_table_schema=tenant)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
";
    site.project.write("migrations/env.py", env);
    let (holder, _) = site.holder();
    site.lback(&["migrate"]).exits(75);
    site.let_go();
    holder.wait().exits(0);
    for tenant in ["public", "a", "b"] {
        assert_eq!(site.query(&format!("select count(*) from {tenant}.applied")), "2", "{tenant}");
    }
    site.has_no_lock();
}

/// What goes wrong in one tenant and is caught leaves nothing locked for the next run.
#[test]
fn lock_is_given_back_after_an_error_that_env_py_catches() {
    for place in Place::ALL {
        let site = Site::new(place).revision("bad", "raise RuntimeError('not this one')");
        let env = "\
from alembic import context
from sqlalchemy import create_engine
engine = create_engine(context.config.get_main_option('sqlalchemy.url'))
for tenant in range(2):
    try:
        with engine.connect() as connection:
            context.configure(connection=connection, transaction_per_migration=True)
            with context.begin_transaction():
                context.run_migrations()
    except RuntimeError as error:
        print('caught', error)
";
        site.project.write("migrations/env.py", env);
        let done = site.lback(&["migrate"]).exits(0);
        assert_eq!(done.stdout.matches("caught not this one").count(), 2, "{done}");
        site.has_no_lock();
        assert_eq!(site.query("select version_num from alembic_version"), "first");
    }
}
