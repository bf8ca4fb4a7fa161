//! Projects on database servers: what reaches the server, in which order, and what is there afterwards.

use super::twin::{Case, Twin, case};
use crate::support::Database;

/// Shows all that SQLAlchemy does with the connection, and what a pool's user sees of it.
const WATCH: &str = "\
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool
import re
for name in ('begin', 'commit', 'rollback', 'savepoint'):
    event.listen(Engine, name, lambda *_, name=name: print(name))
for name in ('connect', 'first_connect', 'checkout', 'checkin', 'reset', 'close', 'invalidate', 'detach'):
    event.listen(Pool, name, lambda *_, name=name: print(name))
event.listen(Engine, 'before_cursor_execute', lambda c, cursor, statement, parameters, *_: print(statement, parameters))
";

fn cases() -> Vec<Case> {
    vec![
        case(&["upgrade", "three"]).says("checkin").says("Running upgrade two -> three"),
        case(&["upgrade", "head"]).code(1).says("in the middle"),
        case(&["upgrade", "head", "--sql"]).code(1).says("CREATE TABLE"),
        case(&["current"]).says("begin"),
        case(&["stamp", "two"]).says("INSERT INTO alembic_version"),
        case(&["ensure_version"]).says("CREATE TABLE alembic_version"),
        case(&["check"]).code(255),
    ]
}

/// A project with a fourth revision that fails in its middle.
fn failing(database: Database, url: &str) -> Twin {
    let body = "op.create_table('half', sa.Column('id', sa.Integer()))\nraise RuntimeError('in the middle')";
    Twin::on(database, url).before_env(WATCH).revision("bad", body)
}

#[test]
fn postgres_by_each_driver() {
    for driver in ["psycopg", "psycopg2"] {
        let database = Database::postgres();
        let url = database.url_with(driver);
        failing(database, &url).check(cases());
    }
}

#[test]
fn mariadb() {
    let database = Database::mariadb();
    let url = database.url();
    failing(database, &url).check(cases());
}

#[test]
fn postgres_by_pgbouncer() {
    let database = Database::postgres();
    let url = database.url_through_pgbouncer("psycopg2");
    // lback says for how long its lock holds there.
    failing(database, &url)
        .not_launched()
        .check([case(&["upgrade", "three"]).says("Running upgrade two -> three"), case(&["current"])]);
}

/// The steps of one run in transactions of their own, one of them outside of any.
#[test]
fn transactions_of_the_project() {
    let database = Database::postgres();
    let url = database.url();
    let env = include_str!("../support/env.py").replace(
        "target_metadata=models.metadata)",
        "target_metadata=models.metadata, transaction_per_migration=True)",
    );
    let body =
        "with op.get_context().autocommit_block():\n    op.execute('create index concurrently own on three (name)')";
    let twin = Twin::on(database, &url).file("migrations/env.py", &env).before_env(WATCH).revision("index", body);
    twin.check([case(&["upgrade", "head"]).says("create index concurrently")]);
}

/// The connection's state as a migration finds it.
#[test]
fn session_is_as_the_project_made_it() {
    let database = Database::postgres();
    let url = database.url();
    let body = "connection = op.get_bind()\n\
        for setting in ('lock_timeout', 'statement_timeout', 'application_name', 'search_path', 'transaction_isolation', \
        'idle_in_transaction_session_timeout', 'client_min_messages'):\n    \
            print(setting, connection.exec_driver_sql('show ' + setting).scalar())\n\
        print(connection.exec_driver_sql('select pg_current_xact_id_if_assigned() is null').scalar())\n\
        print(connection.connection.dbapi_connection.autocommit, connection.connection.dbapi_connection.info.transaction_status)\n\
        print(connection.in_transaction(), connection.in_nested_transaction(), connection.get_isolation_level())";
    Twin::on(database, &url).revision("look", body).check([case(&["upgrade", "head"]).says("transaction_isolation")]);

    let database = Database::mariadb();
    let url = database.url();
    let body = "connection = op.get_bind()\n\
        print(connection.exec_driver_sql('select @@autocommit, @@lock_wait_timeout, @@sql_mode, @@tx_isolation').first())\n\
        print(connection.in_transaction())";
    Twin::on(database, &url).revision("look", body).check([case(&["upgrade", "head"]).says("REPEATABLE-READ")]);
}

#[test]
fn asyncpg() {
    let database = Database::postgres();
    let url = database.url_with("asyncpg");
    let env = "import asyncio\nfrom alembic import context\nfrom sqlalchemy.ext.asyncio import create_async_engine\n\
        def migrate(connection):\n    \
            context.configure(connection=connection)\n    \
            with context.begin_transaction():\n        \
                context.run_migrations()\n\
        async def main():\n    \
            engine = create_async_engine(context.config.get_main_option('sqlalchemy.url'))\n    \
            async with engine.connect() as connection:\n        \
                await connection.run_sync(migrate)\n    \
            await engine.dispose()\n\
        asyncio.run(main())\n";
    let twin = Twin::on(database, &url).file("migrations/env.py", env).before_env(WATCH);
    twin.revision("bad", "raise RuntimeError('in the middle')").check([
        case(&["upgrade", "three"]).says("CREATE TABLE three"),
        case(&["upgrade", "head"]).code(1).says("in the middle"),
        case(&["current"]),
    ]);
}
