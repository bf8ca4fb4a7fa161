//! Runs on a real PostgreSQL server: whole transactions, and statements that stop when lback is asked to.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use super::heard::told;
use super::table::logged;
use crate::support::{Done, Project, component, postgres, python};

/// A database of a test's own on the server; it goes with the test.
pub(super) struct Server {
    url: String,
    database: String,
}

/// Runs SQL on a connection of its own, in autocommit, and prints the first value.
const QUERY: &str = "\
import sys
from sqlalchemy import create_engine
engine = create_engine(sys.argv[1], isolation_level='AUTOCOMMIT')
with engine.connect() as connection:
    result = connection.exec_driver_sql(sys.argv[2])
    row = result.first() if result.returns_rows else None
    print('' if row is None or row[0] is None else row[0])
";

fn query(url: &str, sql: &str) -> String {
    let output = Command::new(python()).args(["-c", QUERY, url, sql]).output().expect("python");
    assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

impl Server {
    pub(super) fn with_new_database() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let server = Self { url: postgres(), database: format!("lback_{}_{number}", std::process::id()) };
        query(&server.url, &format!("create database {}", server.database));
        server
    }

    fn database(&self) -> String {
        let (address, query) = self.url.split_once('?').unwrap_or((&self.url, ""));
        let address = address.strip_suffix("/postgres").expect("the URL names the database `postgres`");
        format!("{address}/{}?{query}", self.database)
    }

    pub(super) fn project(&self) -> Project {
        // What an ini file takes for an interpolation must be doubled.
        Project::on(&self.database().replace('%', "%%"))
    }

    fn query(&self, sql: &str) -> String {
        query(&self.database(), sql)
    }

    /// The tables of Alembic and of the migrations, in the order of the alphabet.
    fn tables(&self) -> String {
        self.query("select string_agg(tablename, ' ' order by tablename) from pg_tables where schemaname = 'public'")
    }

    fn revision(&self) -> String {
        self.query("select version_num from alembic_version")
    }

    /// Waits until so many statements sleep in this database.
    #[track_caller]
    fn wait_for_sleepers(&self, count: u32) {
        let wait = format!(
            "do $$ begin \
             for round in 1..1200 loop \
             perform pg_stat_clear_snapshot(); \
             if (select count(*) from pg_stat_activity where datname = '{}' and state = 'active' \
             and query = 'select pg_sleep(600)') = {count} then return; end if; \
             perform pg_sleep(0.05); \
             end loop; \
             raise 'there are not {count} sleeping statements'; end $$",
            self.database
        );
        query(&self.url, &wait);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        query(&self.url, &format!("drop database {} with (force)", self.database));
    }
}

fn handler(project: Project) -> Project {
    project.plugin("ear", &component("record-handler"), "")
}

fn last(done: &Done) -> serde_json::Value {
    told(done, "handler").pop().expect("a last signal")
}

#[test]
fn migrate_denied_rollback_and_rollback_on_postgres() {
    let server = Server::with_new_database();
    let policy = "[plugin.settings]\ndeny = [\"migration_rollback_command\"]";
    let project = handler(server.project());
    let done =
        logged(&project, &["migrate"]).exits(0).says(&["Context impl PostgresqlImpl", "Running upgrade two -> three"]);
    assert_eq!(last(&done)["signal"], "alembic_command_completed");
    assert_eq!((&*server.tables(), &*server.revision()), ("alembic_version one three two", "three"));

    let project = project.plugin("guarded", &component("record-policy"), policy);
    let before = server.query("select xmin::text from alembic_version");
    let done = logged(&project, &["rollback"]).exits(77).says(&["guarded: the recorder denies"]);
    assert_eq!(last(&done)["error_type"], "denied_by_policy");
    assert_eq!((&*server.tables(), &*server.revision()), ("alembic_version one three two", "three"));
    assert_eq!(server.query("select xmin::text from alembic_version"), before, "nothing was written");

    logged(&project, &["alembic", "downgrade", "-1"]).exits(0).says(&["Running downgrade three -> two"]);
    assert_eq!((&*server.tables(), &*server.revision()), ("alembic_version one two", "two"));
}

#[test]
fn failed_migration_is_rolled_back_on_postgres() {
    let server = Server::with_new_database();
    let project = handler(server.project());
    logged(&project, &["migrate", "one"]).exits(0);
    // The second revision would do, and is undone with the third.
    let project = project.revision("three", Some("two"), "op.create_table('three')\nop.execute('select 1/0')", "pass");
    let done = logged(&project, &["migrate"]).exits(1).says(&["Running upgrade one -> two", "division by zero"]);
    let end = last(&done);
    assert_eq!((&end["error_type"], &end["returncode"]), (&"non_zero_exit_code".into(), &1.into()));
    assert!(end["stderr"].as_str().is_some_and(|stderr| stderr.contains("division by zero")), "{end}");
    assert_eq!((&*server.tables(), &*server.revision()), ("alembic_version one", "one"));
}

#[test]
fn stop_cancels_the_statement_on_the_server() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let server = Server::with_new_database();
        let project = server.project().revision("two", Some("one"), "op.execute('select pg_sleep(600)')", "pass");
        let project = handler(project);
        let running = logged(&project, &["migrate"]).hearing_signals().start();
        server.wait_for_sleepers(1);
        running.signal(signal);
        let done = running.wait().exits(code).says(&["Running upgrade one -> two"]);
        let end = last(&done);
        assert_eq!((&end["error_type"], &end["returncode"]), (&"interrupted".into(), &(-2).into()), "{done}");
        server.wait_for_sleepers(0);
        assert_eq!(server.tables(), "", "the transaction was rolled back: {done}");
    }
}

#[test]
fn timeout_cancels_the_statement_on_the_server() {
    let server = Server::with_new_database();
    let project = server.project().revision("two", Some("one"), "op.execute('select pg_sleep(600)')", "pass");
    let project = handler(project.config("timeout = \"20s\""));
    let running = logged(&project, &["migrate"]).start();
    server.wait_for_sleepers(1);
    let done = running.wait().exits(124);
    assert_eq!(last(&done)["error_type"], "timed_out", "{done}");
    server.wait_for_sleepers(0);
    assert_eq!(server.tables(), "", "the transaction was rolled back: {done}");
}
