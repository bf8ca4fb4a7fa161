//! Projects on database servers: the statements that reach the server, their order, and the result.

use super::twin::{Case, Twin, case};
use crate::support::Database;

/// Prints everything that SQLAlchemy does with the connection, and the events of its pool.
const WATCH: &str = include_str!("python/show_connection.py");

fn cases() -> Vec<Case> {
    vec![
        case(&["upgrade", "three"]).outputs("checkin").outputs("Running upgrade two -> three"),
        case(&["upgrade", "head"]).code(1).outputs("in the middle"),
        case(&["upgrade", "head", "--sql"]).code(1).outputs("CREATE TABLE"),
        case(&["current"]).outputs("begin"),
        case(&["stamp", "two"]).outputs("INSERT INTO alembic_version"),
        case(&["ensure_version"]).outputs("CREATE TABLE alembic_version"),
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
    // lback warns how long its lock holds there.
    failing(database, &url)
        .not_launched()
        .check([case(&["upgrade", "three"]).outputs("Running upgrade two -> three"), case(&["current"])]);
}

/// The steps of one run in transactions of their own, one of them outside any transaction.
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
    twin.check([case(&["upgrade", "head"]).outputs("create index concurrently")]);
}

/// The state of the connection in a migration.
#[test]
fn session_is_as_the_project_made_it() {
    let database = Database::postgres();
    let url = database.url();
    let body = include_str!("python/show_postgres_session.py");
    Twin::on(database, &url)
        .revision("look", body)
        .check([case(&["upgrade", "head"]).outputs("transaction_isolation")]);

    let database = Database::mariadb();
    let url = database.url();
    let body = "connection = op.get_bind()\n\
        print(connection.exec_driver_sql('select @@autocommit, @@lock_wait_timeout, @@sql_mode, @@tx_isolation').first())\n\
        print(connection.in_transaction())";
    Twin::on(database, &url).revision("look", body).check([case(&["upgrade", "head"]).outputs("REPEATABLE-READ")]);
}

#[test]
fn asyncpg() {
    let database = Database::postgres();
    let url = database.url_with("asyncpg");
    let env = include_str!("../support/asynchronous_env.py");
    let twin = Twin::on(database, &url).file("migrations/env.py", env).before_env(WATCH);
    twin.revision("bad", "raise RuntimeError('in the middle')").check([
        case(&["upgrade", "three"]).outputs("CREATE TABLE three"),
        case(&["upgrade", "head"]).code(1).outputs("in the middle"),
        case(&["current"]),
    ]);
}
