//! The limits of statements: where they hold, and where they don't.

use super::site::Chain;
use crate::support::{Database, Server};

const LOCK: &str = "lock table t1 in access share mode";

#[test]
fn a_statement_that_waits_too_long_ends_the_run_with_79() {
    let chain = Chain::on_postgres(1).config("[migrate]\nddl-lock-timeout = \"300ms\"");
    let holder = chain.hold(LOCK);
    let done = chain.lback(&["migrate"]).exits(79);
    let held = format!("held by process {} of the server", holder.session);
    let done = done.stderr_has(&[
        "error: a statement timed out waiting for a lock; it needed AccessExclusiveLock on `public.t1`",
        &held,
        "application nightly dump",
        "everything was rolled back: the database is at `tables`, as before",
    ]);
    // The script is right.
    done.output_lacks(&["fix the cause"]);
    holder.let_go();
    chain.lback(&["migrate"]).exits(0);
    chain.is_migrated_once();
}

#[test]
fn without_the_setting_a_statement_waits_as_with_alembic() {
    let chain = Chain::on_postgres(1);
    let holder = chain.hold(LOCK);
    let run = chain.lback(&["migrate"]).start();
    run.until_stderr_has("has waited");
    holder.let_go();
    run.wait().exits(0);
    chain.is_migrated_once();
}

#[test]
fn options_and_variables_take_the_place_of_the_file() {
    let chain = Chain::on_postgres(1).config("[migrate]\nddl-lock-timeout = \"10m\"\nretries = 3");
    let holder = chain.hold(LOCK);
    let options = ["migrate", "--ddl-lock-timeout", "200ms", "--retries", "1", "--retry-wait", "1ms..2ms"];
    chain.lback(&options).exits(79).stderr_has(&["in the last of 2 attempts"]);
    let with_variables = chain.lback(&["migrate"]).env("LBACK_DDL_LOCK_TIMEOUT", "200ms").env("LBACK_RETRIES", "0");
    with_variables.exits(79).output_lacks(&["in the last of"]);
    drop(holder);
}

#[test]
fn a_limit_that_env_py_sets_wins() {
    let chain = Chain::on_postgres(1).config("[migrate]\nddl-lock-timeout = \"10m\"");
    chain.before_configure("connection.exec_driver_sql(\"set lock_timeout = '200ms'\")\nconnection.commit()");
    let holder = chain.hold(LOCK);
    chain.lback(&["migrate"]).exits(79);
    drop(holder);
}

#[test]
fn mariadb_and_sqlite_have_the_limit_too() {
    let mariadb = Chain::on_mariadb(1);
    assert_eq!(mariadb.database.as_ref().map(Database::server), Some(Server::MariaDb));
    for (chain, hold) in
        [(mariadb, "select * from t1"), (Chain::on(None, "sqlite:///%(here)s/test.db", 1), "begin immediate")]
    {
        let chain = chain
            .config("[migrate]\nddl-lock-timeout = \"1s\"\nretries = 1\nretry-wait = { from = \"1ms\", to = \"1ms\" }");
        let holder = chain.hold(hold);
        let done = chain.lback(&["migrate"]).exits(79);
        done.stderr_has(&["in the last of 2 attempts", "everything was rolled back"]);
        holder.let_go();
        chain.lback(&["migrate"]).exits(0);
        chain.is_migrated_once();
    }
}
