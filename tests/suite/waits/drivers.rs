//! Each driver: the limit, the further attempts, and the blocker.

use super::site::Chain;
use crate::support::Database;

const SETTINGS: &str =
    "[migrate]\nddl-lock-timeout = \"1s\"\nretries = 20\nretry-wait = { from = \"1ms\", to = \"10ms\" }";

#[track_caller]
fn waits_and_goes_on(chain: Chain, lock: &str) {
    let chain = chain.config(SETTINGS);
    let holder = chain.hold(lock);
    let run = chain.lback(&["migrate"]).start();
    let shown = run.until_stderr_has("attempt 2 of 21 begins");
    assert!(shown.contains(&format!("held by process {}", holder.session)), "{shown}");
    holder.let_go();
    run.wait().exits(0);
    chain.is_migrated_once();
}

fn postgres(driver: &str) -> Chain {
    let database = Database::postgres();
    let url = database.url_with(driver);
    let url = if driver == "pg8000" { url.replace("?host=", "?unix_sock=") + "/.s.PGSQL.5432" } else { url };
    Chain::on(Some(database), &url, 1)
}

#[test]
fn psycopg() {
    waits_and_goes_on(postgres("psycopg"), "lock table t1 in access share mode");
}

#[test]
fn psycopg2() {
    waits_and_goes_on(postgres("psycopg2"), "lock table t1 in access share mode");
}

#[test]
fn pg8000() {
    waits_and_goes_on(postgres("pg8000"), "lock table t1 in access share mode");
}

#[test]
fn asyncpg() {
    let database = Database::postgres();
    let url = database.url_with("asyncpg");
    waits_and_goes_on(Chain::on_asynchronous(database, &url, 1), "lock table t1 in access share mode");
}

#[test]
fn pymysql() {
    waits_and_goes_on(Chain::on_mariadb(1), "select * from t1");
}

#[test]
fn asyncmy() {
    let database = Database::mariadb();
    let url = database.url_with("asyncmy");
    waits_and_goes_on(Chain::on_asynchronous(database, &url, 1), "select * from t1");
}

/// `PgBouncer` lends a session for a transaction: a limit of the session would stay with the next
/// client.
#[test]
fn no_limit_is_left_behind_a_pooler() {
    let database = Database::postgres();
    let url = database.url_through_pgbouncer("psycopg2");
    let chain = Chain::on(Some(database), &url, 1).config(SETTINGS);
    let holder = chain.hold("lock table t1 in access share mode");
    let run = chain.lback(&["migrate"]).start();
    run.until_stderr_has("attempt 2 of 21 begins");
    holder.let_go();
    run.wait().exits(0);
    chain.is_migrated_once();
    let settings = "import sys, psycopg2, urllib.parse as u\n\
        url = u.urlsplit(sys.argv[1])\nquery = u.parse_qs(url.query)\n\
        connection = psycopg2.connect(host=query['host'][0], port=query['port'][0], user='postgres', dbname=url.path[1:])\n\
        cursor = connection.cursor()\ncursor.execute('show lock_timeout')\nprint(cursor.fetchone()[0])";
    let shown = chain.project.program(crate::support::python().as_os_str(), &["-c", settings, &url]).exits(0);
    assert_eq!(shown.stdout.trim(), "0");
}
