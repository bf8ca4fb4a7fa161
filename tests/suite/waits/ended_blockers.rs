//! Sessions that block a migration and are ended by order.

use super::site::Chain;

const READS: &str = "lock table t1 in access share mode";

/// A chain, and a role that is no superuser and may read its tables.
fn chain_and_role() -> (Chain, String) {
    let chain = Chain::on_postgres(1);
    let role = format!(
        "reader_{}_{}",
        std::process::id(),
        chain.query("select oid from pg_database where datname = current_database()")
    );
    chain.query(&format!("create role {role} login; grant select on all tables in schema public to {role}"));
    (chain, role)
}

fn without_role(chain: &Chain, role: &str) {
    chain.query(&format!("drop owned by {role}; drop role {role}"));
}

#[test]
fn a_session_that_blocks_for_too_long_is_ended_and_told() {
    let (chain, role) = chain_and_role();
    let holder = chain.hold_as(&role, READS);
    let done = chain.lback(&["--events", "events", "migrate", "--end-blockers-after", "2s"]).exits(0);
    done.stderr_has(&[
        &format!("held by process {} of the server, user {role}", holder.session),
        "; lback has ended it",
    ]);
    let ended = chain.query(&format!("select count(*) from pg_stat_activity where pid = {}", holder.session));
    assert_eq!(ended, "0");
    let events = std::fs::read_to_string(chain.project.path("events")).expect("a file");
    assert!(events.contains("\"end\":\"ended\""), "{events}");
    chain.is_migrated_once();
    drop(holder);
    without_role(&chain, &role);
}

#[test]
fn the_time_counts_over_all_attempts() {
    let (chain, role) = chain_and_role();
    let chain = chain.config(
        "[migrate]\nddl-lock-timeout = \"400ms\"\nretries = 30\nretry-wait = { from = \"100ms\", to = \"100ms\" }\nend-blockers-after = \"2s\"",
    );
    let holder = chain.hold_as(&role, READS);
    let done = chain.lback(&["migrate"]).exits(0);
    done.stderr_has(&["; attempt 2 of 31 begins in ", "; lback has ended it"]);
    chain.is_migrated_once();
    drop(holder);
    without_role(&chain, &role);
}

#[test]
fn an_environment_has_a_time_of_its_own() {
    let (chain, role) = chain_and_role();
    let chain =
        chain.config("[migrate]\nend-blockers-after = \"1h\"\n[environments.staging]\nend-blockers-after = \"1s\"");
    let holder = chain.hold_as(&role, READS);
    chain.lback(&["--environment", "staging", "migrate"]).exits(0).stderr_has(&["; lback has ended it"]);
    chain.is_migrated_once();
    drop(holder);
    without_role(&chain, &role);
}

#[test]
fn the_session_of_a_superuser_is_never_ended() {
    let chain = Chain::on_postgres(1);
    let holder = chain.hold(READS);
    let run = chain.lback(&["migrate", "--end-blockers-after", "1s"]).start();
    let shown = run.until_stderr_has("; not ended: ");
    assert!(shown.contains("; not ended: the session of a superuser is never ended"), "{shown}");
    holder.let_go();
    run.wait().exits(0);
    chain.is_migrated_once();
}

#[test]
fn no_session_is_ended_on_mariadb() {
    let chain = Chain::on_mariadb(1);
    let holder = chain.hold("select * from t1");
    let run = chain.lback(&["migrate", "--end-blockers-after", "1s"]).start();
    let shown = run.until_stderr_has("; not ended: ");
    assert!(shown.contains("; not ended: lback ends no sessions of this database"), "{shown}");
    holder.let_go();
    run.wait().exits(0);
    chain.is_migrated_once();
}
