//! Runs on a real PostgreSQL server: whole transactions, and statements that stop when lback is
//! asked to.

use super::heard::told;
use super::table::logged;
use crate::support::{Database, Done, Project, component};

/// The statements that still sleep in the current database.
const SLEEPERS: &str = "select count(*) from pg_stat_activity where datname = current_database() \
    and state = 'active' and query = 'select pg_sleep(600)'";

/// A project on the database.
pub(super) fn project_on(database: &Database) -> Project {
    // Percent signs are doubled, because ini files interpolate them.
    Project::on(&database.url().replace('%', "%%"))
}

/// The tables of Alembic and of the migrations, sorted by name.
fn tables(database: &Database) -> String {
    database.query("select string_agg(tablename, ' ' order by tablename) from pg_tables where schemaname = 'public'")
}

fn revision(database: &Database) -> String {
    database.query("select version_num from alembic_version")
}

fn handler(project: Project) -> Project {
    project.plugin("ear", &component("record-handler"), "")
}

fn last(done: &Done) -> serde_json::Value {
    told(done, "handler").pop().expect("a last signal")
}

#[test]
fn migrate_denied_rollback_and_rollback_on_postgres() {
    let database = Database::postgres();
    let policy = "[plugin.settings]\ndeny = [\"migration_rollback_command\"]";
    let project = handler(project_on(&database));
    let done = logged(&project, &["migrate"])
        .exits(0)
        .stderr_has(&["Context impl PostgresqlImpl", "Running upgrade two -> three"]);
    assert_eq!(last(&done)["signal"], "alembic_command_completed");
    assert_eq!((&*tables(&database), &*revision(&database)), ("alembic_version one three two", "three"));

    let project = project.plugin("guarded", &component("record-policy"), policy);
    let before = database.query("select xmin::text from alembic_version");
    let done = logged(&project, &["rollback"]).exits(77).stderr_has(&["guarded: the recorder denies"]);
    assert_eq!(last(&done)["error_type"], "denied_by_policy");
    assert_eq!((&*tables(&database), &*revision(&database)), ("alembic_version one three two", "three"));
    assert_eq!(database.query("select xmin::text from alembic_version"), before, "nothing was written");

    logged(&project, &["alembic", "downgrade", "-1"]).exits(0).stderr_has(&["Running downgrade three -> two"]);
    assert_eq!((&*tables(&database), &*revision(&database)), ("alembic_version one two", "two"));
}

#[test]
fn failed_migration_is_rolled_back_on_postgres() {
    let database = Database::postgres();
    let project = handler(project_on(&database));
    logged(&project, &["migrate", "one"]).exits(0);
    // The second revision works, and is undone with the third.
    let project = project.revision("three", Some("two"), "op.create_table('three')\nop.execute('select 1/0')", "pass");
    let done = logged(&project, &["migrate"]).exits(1).stderr_has(&["Running upgrade one -> two", "division by zero"]);
    let end = last(&done);
    assert_eq!((&end["error_type"], &end["returncode"]), (&"non_zero_exit_code".into(), &1.into()));
    assert!(end["stderr"].as_str().is_some_and(|stderr| stderr.contains("division by zero")), "{end}");
    assert_eq!((&*tables(&database), &*revision(&database)), ("alembic_version one", "one"));
}

#[test]
fn stop_cancels_the_statement_on_the_server() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let database = Database::postgres();
        let project = project_on(&database).revision("two", Some("one"), "op.execute('select pg_sleep(600)')", "pass");
        let project = handler(project);
        let running = logged(&project, &["migrate"]).hearing_signals().start();
        database.until(SLEEPERS, "1");
        running.signal(signal);
        let done = running.wait().exits(code).stderr_has(&["Running upgrade one -> two"]);
        let end = last(&done);
        assert_eq!((&end["error_type"], &end["returncode"]), (&"interrupted".into(), &(-2).into()), "{done}");
        database.until(SLEEPERS, "0");
        assert_eq!(tables(&database), "", "the transaction was rolled back: {done}");
    }
}

#[test]
fn timeout_cancels_the_statement_on_the_server() {
    let database = Database::postgres();
    let project = project_on(&database).revision("two", Some("one"), "op.execute('select pg_sleep(600)')", "pass");
    let project = handler(project.config("timeout = \"20s\""));
    let running = logged(&project, &["migrate"]).start();
    database.until(SLEEPERS, "1");
    let done = running.wait().exits(124);
    assert_eq!(last(&done)["error_type"], "timed_out", "{done}");
    database.until(SLEEPERS, "0");
    assert_eq!(tables(&database), "", "the transaction was rolled back: {done}");
}
