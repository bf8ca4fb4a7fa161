//! Statements on a server don't outlive the run that is asked to stop, whatever the driver does.

use super::site::{Place, Site};
use crate::support::Database;

const SLEEPERS: &str = "select count(*) from pg_stat_activity where datname = current_database() and state = 'active' \
    and query like '%pg_sleep(600)%' and pid <> pg_backend_pid()";

const MARIADB_SLEEPERS: &str =
    "select count(*) from information_schema.processlist where db = database() and info like 'select sleep(600)%'";

#[track_caller]
fn stopped(site: &Site, sleepers: &str, signal: &str, code: i32) {
    let database = site.database.as_ref().expect("a server");
    site.lback(&["migrate", "first"]).exits(0);
    let running = site.lback(&["migrate"]).hearing_signals().start();
    database.until(sleepers, "1");
    running.signal(signal);
    running.wait().exits(code).stderr_has(&["Running upgrade first -> sleeps"]);
    database.until(sleepers, "0");
    assert_eq!(site.query("select version_num from alembic_version"), "first");
    site.has_no_lock();
}

#[test]
fn statement_on_postgres_ends_with_the_run() {
    for driver in ["psycopg", "psycopg2", "asyncpg"] {
        for (signal, code) in [("INT", 130), ("TERM", 143)] {
            let database = Database::postgres();
            let url = database.url_with(driver);
            let site = Site::on(Some(database), &url).revision("sleeps", "op.execute('select pg_sleep(600)')");
            let site = if driver == "asyncpg" { site.asynchronous() } else { site };
            stopped(&site, SLEEPERS, signal, code);
        }
    }
}

#[test]
fn statement_on_mariadb_ends_with_the_run() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let site = Site::new(Place::MariaDb).revision("sleeps", "op.execute('select sleep(600)')");
        stopped(&site, MARIADB_SLEEPERS, signal, code);
    }
}

#[test]
fn statement_ends_with_the_time_of_the_run() {
    let database = Database::postgres();
    let url = database.url_with("psycopg2");
    let site = Site::on(Some(database), &url).revision("sleeps", "op.execute('select pg_sleep(600)')");
    let site = site.settings("timeout = \"20s\"");
    site.lback(&["migrate"]).exits(124).stderr_has(&["Running upgrade first -> sleeps"]);
    site.database.as_ref().expect("a server").until(SLEEPERS, "0");
    site.has_no_lock();
}

/// SQLite works within the process, which the interrupt must reach.
#[test]
fn statement_on_sqlite_ends_with_the_run() {
    let endless = "import pathlib\npathlib.Path(@).touch()\n\
        op.execute('with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n')";
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let site = Site::new(Place::Sqlite);
        let inside = site.project.path("inside");
        let site = site.revision("endless", &endless.replace('@', &format!("{inside:?}")));
        let running = site.lback(&["migrate"]).hearing_signals().start();
        crate::support::wait_for(&inside);
        running.signal(signal);
        running.wait().exits(code);
        site.has_no_lock();
    }
}
