//! Reports of the sessions that block a migration.

use super::site::Chain;
use crate::support::{component, records};

#[test]
fn the_blocker_is_described_on_postgres() {
    let chain = Chain::on_postgres(1);
    let holder = chain.hold("select 'a secret', 5 from t1");
    let run = chain.lback(&["migrate"]).start();
    let shown = run.until_stderr_has("held by");
    let line = shown.lines().find(|line| line.contains("held by")).unwrap_or_default().to_owned();
    holder.let_go();
    run.wait()
        .exits(0)
        .stderr_has(&["`alter table t1 add column b integer` has waited 1 s for AccessExclusiveLock on `public.t1`"]);
    let process =
        format!("held by process {} of the server, user postgres, application nightly dump", line_process(&line));
    assert!(line.contains(&process), "{line}");
    assert!(line.contains("idle in transaction, for ") && line.contains("`select ?, ? from t1`"), "{line}");
}

#[test]
fn the_process_is_the_one_that_holds_the_lock() {
    for (chain, lock) in
        [(Chain::on_postgres(1), "lock table t1 in access share mode"), (Chain::on_mariadb(1), "select * from t1")]
    {
        let holder = chain.hold(lock);
        let run = chain.lback(&["migrate"]).start();
        let shown = run.until_stderr_has("held by");
        assert!(shown.contains(&format!("held by process {} of the server", holder.session)), "{shown}");
        assert!(shown.contains("idle in transaction, for "), "{shown}");
        holder.let_go();
        run.wait().exits(0);
    }
}

#[test]
fn a_user_without_the_privilege_is_told() {
    let chain = Chain::on_postgres(1);
    let role = format!("plain_{}", std::process::id());
    chain.query(&format!("create role {role} login; grant all on schema public to {role}"));
    chain.query(&format!(
        "alter table t1 owner to {role}; alter table applied owner to {role}; alter table alembic_version owner to {role}"
    ));
    let ini = std::fs::read_to_string(chain.project.path("alembic.ini")).expect("a file");
    chain.project.write("alembic.ini", &ini.replace("postgres@", &format!("{role}@")));
    let holder = chain.hold("lock table t1 in access share mode");
    let run = chain.lback(&["migrate"]).start();
    let shown = run.until_stderr_has("held by");
    assert!(shown.contains("this user may not see the sessions of other users"), "{shown}");
    assert!(shown.contains(&format!("held by process {}", holder.session)), "{shown}");
    holder.let_go();
    run.wait().exits(0);
    chain.query(&format!("reassign owned by {role} to postgres; drop owned by {role}; drop role {role}"));
}

/// SQLAlchemy tells of every connection that a process makes.
#[test]
fn a_run_that_waits_for_nothing_makes_no_further_connection() {
    let chain = Chain::on_postgres(3);
    chain.project.prepend("migrations/env.py", NOTE_CONNECTIONS);
    let connections = || std::fs::read_to_string(chain.project.path("connections")).expect("a file").lines().count();
    chain.lback(&["migrate"]).exits(0);
    assert_eq!(connections(), 1);
}

/// Lines of env.py that note each connection of its process.
const NOTE_CONNECTIONS: &str = "\
from sqlalchemy import event
from sqlalchemy.pool import Pool

@event.listens_for(Pool, 'connect')
def note_connection(connection, record):
    with open('connections', 'a') as file:
        print('one', file=file)
";

#[test]
fn handlers_and_the_stream_of_events_are_told_of_a_wait() {
    let mut chain = Chain::on_postgres(1);
    chain.project = chain.project.plugin("ear", &component("record-handler"), "signals = ['alembic_lock_wait']");
    let holder = chain.hold("lock table t1 in access share mode");
    let run = chain.lback(&["--log", "plugin=info", "--events", "events", "migrate"]).start();
    run.until_stderr_has("held by");
    holder.let_go();
    let done = run.wait().exits(0);
    let records = records(&done.stderr);
    assert_eq!(records.len(), 1, "{records:?}");
    assert_eq!(records[0]["signal"], "alembic_lock_wait");
    let told: serde_json::Value = serde_json::from_str(records[0]["json"].as_str().expect("a text")).expect("JSON");
    assert_eq!((&told["table"], &told["lock"]), (&"public.t1".into(), &"AccessExclusiveLock".into()));
    assert_eq!(told["blockers"][0]["state"], "idle in transaction");
    let events = std::fs::read_to_string(chain.project.path("events")).expect("a file");
    assert!(events.contains("lback.alembic_lock_wait"), "{events}");
}

fn line_process(line: &str) -> String {
    let rest = line.split("held by process ").nth(1).unwrap_or_default();
    rest.chars().take_while(char::is_ascii_digit).collect()
}
