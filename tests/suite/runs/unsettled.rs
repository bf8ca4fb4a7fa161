//! Servers that go on with the work of a run whose process is gone: lback waits for the end of its
//! session, and never says what may still change.

use serde_json::{Value, json};

use super::postgres::project_on;
use super::standing::databases;
use super::table::{logged, recorded, text};
use crate::support::{Database, Done, Project, Running, signal, wait_for};

/// The sessions that are committing and sleep.
const COMMITTING: &str = "select count(*) from pg_stat_activity where datname = current_database() \
    and state = 'active' and query ilike 'commit%' and wait_event = 'PgSleep'";

/// Python that writes its process id to the file `inside`.
fn shows_itself(project: &Project) -> String {
    let inside = text(&project.path("inside"));
    format!(
        "import os\nopen({inside:?} + '.new', 'w').write(str(os.getpid()))\nos.rename({inside:?} + '.new', {inside:?})\n"
    )
}

/// A project whose second revision makes the commit of the run take so many seconds.
fn slow_to_commit(project: Project, seconds: u32) -> Project {
    let body = format!(
        "{}op.execute('create function slow() returns trigger language plpgsql as $$ begin \
         perform pg_sleep({seconds}); return null; end $$')\n\
         op.execute('create constraint trigger slow after insert on one deferrable initially deferred \
         for each row execute function slow()')\n\
         op.execute('insert into one (id) values (1)')",
        shows_itself(&project)
    );
    recorded(project.revision("two", Some("one"), &body, "pass"))
}

/// Waits until Alembic's server commits, and kills Alembic.
fn kill_at_commit(project: &Project, database: &Database) -> Running {
    let running = logged(project, &["migrate"]).start();
    database.until(COMMITTING, "1");
    assert!(signal(inside(project), "KILL"));
    running
}

fn inside(project: &Project) -> String {
    wait_for(&project.path("inside"));
    std::fs::read_to_string(project.path("inside")).expect("a process id")
}

/// Ends what the run has left on the server.
fn end_sleepers(database: &Database) {
    database.query(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity \
         where datname = current_database() and pid <> pg_backend_pid()",
    );
}

fn state(done: &Done) -> (Value, Value) {
    let database = &databases(done)[0];
    (database["state"].clone(), database["heads_after"].clone())
}

#[test]
fn a_commit_that_outlives_alembic_is_waited_for() {
    let database = Database::postgres();
    let project = slow_to_commit(project_on(&database), 5);
    let done = kill_at_commit(&project, &database).wait().exits(137);
    assert_eq!(database.query("select version_num from alembic_version"), "three", "{done}");
    assert_eq!(state(&done), (json!("done"), json!(["three"])), "{done}");
    done.stderr_has(&[
        "note: process ",
        " of the server still executes a statement of this run; waiting",
        "warning: the run failed after its last step: the database went from base to `three`, its target",
    ])
    .output_lacks(&["rolled back"]);
}

#[test]
fn a_commit_that_takes_too_long_is_unknown_and_named() {
    let database = Database::postgres();
    let project = slow_to_commit(project_on(&database), 600);
    let running = kill_at_commit(&project, &database);
    let process = database.query(&COMMITTING.replace("count(*)", "pid"));
    let done = running.wait().exits(137);
    assert_eq!(state(&done), (json!("unknown"), Value::Null), "{done}");
    done.stderr_has(&[
        &format!(
            "error: the outcome of the run is unknown: process {process} of the server is still active, and may commit"
        ),
        &format!("hint: check it with `select * from pg_stat_activity where pid = {process}`"),
    ])
    .output_lacks(&["rolled back"]);
    end_sleepers(&database);
}

#[test]
fn a_connection_that_is_lost_at_commit_is_no_rollback() {
    let database = Database::postgres();
    let project = slow_to_commit(project_on(&database), 5);
    let cut = "import socket, threading\n\
        number = op.get_bind().connection.driver_connection.fileno()\n\
        threading.Timer(1.5, lambda: socket.socket(fileno=os.dup(number)).shutdown(2)).start()\n";
    let script = std::fs::read_to_string(project.path("migrations/versions/two.py")).expect("a script");
    project.write(
        "migrations/versions/two.py",
        &script.replace("import os\n", &format!("import os\n    {}", cut.trim_end().replace('\n', "\n    ") + "\n")),
    );
    let done = logged(&project, &["migrate"]).exits(1);
    assert_eq!(state(&done), (json!("done"), json!(["three"])), "{done}");
    done.output_lacks(&["rolled back"]);
}

#[test]
fn a_pooler_does_not_hide_the_commit() {
    let database = Database::postgres();
    let url = database.url_through_pgbouncer("psycopg2").replace('%', "%%");
    for (seconds, found) in [(5, json!("done")), (600, json!("unknown"))] {
        database.renew();
        let project = slow_to_commit(Project::on(&url), seconds);
        let done = kill_at_commit(&project, &database).wait().exits(137).output_lacks(&["rolled back"]);
        assert_eq!(state(&done).0, found, "{done}");
        end_sleepers(&database);
    }
}

#[test]
fn a_session_that_may_not_be_seen_is_unknown() {
    let database = Database::postgres();
    let role = format!("{}_role", database.query("select current_database()"));
    database.query(&format!("create role {role} login"));
    database.query(&format!("grant all on schema public to {role}"));
    database.query("revoke select on pg_catalog.pg_stat_activity from public");
    let url = database.url().replace("postgres@", &format!("{role}@")).replace('%', "%%");
    assert!(url.contains(&role), "{url}");
    let project = slow_to_commit(Project::on(&url), 600);
    let done = kill_at_commit(&project, &database).wait().exits(137).output_lacks(&["rolled back"]);
    assert_eq!(state(&done), (json!("unknown"), Value::Null), "{done}");
    done.stderr_has(&["error: the outcome of the run is unknown: lback can't see whether "]);
    end_sleepers(&database);
    database.query(&format!("drop owned by {role}"));
    database.query(&format!("drop role {role}"));
}

#[test]
fn a_statement_of_mariadb_that_outlives_alembic_is_waited_for() {
    let sleeping =
        "select count(*) from information_schema.processlist where info like 'create table half as select %'";
    // The server looks for its client in `sleep`, every five seconds, but not while it computes.
    let works = [("sleep(3)", "suspect"), ("benchmark(100000000000, md5(1))", "unknown")];
    for (work, found) in works {
        let database = Database::mariadb();
        let project = Project::on(&database.url().replace('%', "%%"));
        let body = format!("{}op.execute('create table half as select {work} as s')", shows_itself(&project));
        let project = recorded(project.revision("two", Some("one"), &body, "pass"));
        let running = logged(&project, &["migrate"]).start();
        database.until(sleeping, "1");
        let connection = database.query(&sleeping.replace("count(*)", "id"));
        assert!(signal(inside(&project), "KILL"));
        let done = running.wait().exits(137);
        assert_eq!(state(&done).0, found, "{done}");
        if found == "suspect" {
            database.query("select * from half");
        } else {
            done.stderr_has(&[&format!("connection {connection} of the server is still active")]);
            database.query(&format!("kill {connection}"));
        }
    }
}

#[test]
fn a_commit_that_outlives_two_interrupts_is_unknown() {
    let database = Database::postgres();
    let project = slow_to_commit(project_on(&database), 600);
    let heard = project.path("heard");
    let deaf =
        format!("import signal\nsignal.signal(signal.SIGINT, lambda *_: open({:?}, 'w').close())\n", text(&heard));
    project.prepend("migrations/versions/two.py", &deaf);
    let running = logged(&project, &["migrate"]).hearing_signals().start();
    database.until(COMMITTING, "1");
    let process = database.query(&COMMITTING.replace("count(*)", "pid"));
    running.signal("INT");
    wait_for(&heard);
    running.signal("INT");
    let done = running.wait().exits(130).output_lacks(&["rolled back"]);
    assert_eq!(state(&done).0, "unknown", "{done}");
    done.stderr_has(&[&format!("lback can't see whether process {process} of the server is still active")]);
    end_sleepers(&database);
}
