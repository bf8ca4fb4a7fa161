//! Further attempts after a time-out of a lock or a deadlock.

use super::site::{Chain, Holder, revision};
use crate::support::Running;

const SETTINGS: &str =
    "[migrate]\nddl-lock-timeout = \"200ms\"\nretries = 200\nretry-wait = { from = \"1ms\", to = \"10ms\" }";

fn blocked(chain: &Chain) -> (Holder, Running) {
    let holder = chain.hold("lock table t6 in access share mode");
    let run = chain.lback(&["--events", "events", "migrate"]).start();
    run.until_stderr_has("attempt 3 of 201 begins");
    (holder, run)
}

#[test]
fn a_run_goes_on_at_the_revision_that_timed_out() {
    let chain = Chain::on_postgres(10).with_a_transaction_each().config(SETTINGS);
    let (holder, run) = blocked(&chain);
    assert_eq!(chain.query("select version_num from alembic_version"), revision(5));
    holder.let_go();
    let done = run.wait().exits(0);
    for number in 1..=10 {
        let line = format!("-> {}", revision(number));
        let times =
            done.stderr.lines().filter(|shown| shown.contains("Running upgrade") && shown.contains(&line)).count();
        assert!(if number == 6 { times >= 3 } else { times == 1 }, "{line} ran {times} times:\n{}", done.stderr);
    }
    chain.is_migrated_once();
    // The journal has each step once.
    let log = chain.lback(&["log", "show", "--json"]).exits(0).stdout;
    for number in 1..=10 {
        let id = format!("\"revision\": \"{}\"", revision(number));
        assert_eq!(log.matches(&id).count(), 1, "{id} in {log}");
    }
}

#[test]
fn one_transaction_for_all_begins_anew() {
    let chain = Chain::on_postgres(10).config(SETTINGS);
    let (holder, run) = blocked(&chain);
    assert_eq!(chain.query("select version_num from alembic_version"), "tables");
    holder.let_go();
    run.wait().exits(0);
    let events = std::fs::read_to_string(chain.project.path("events")).expect("a file");
    let last: serde_json::Value = serde_json::from_str(events.lines().last().expect("an event")).expect("JSON");
    assert!(last["data"]["arguments"]["attempts"].as_u64() >= Some(3), "{last}");
    chain.is_migrated_once();
}

#[test]
fn the_next_run_goes_on_after_lback_was_killed_between_attempts() {
    for point in ["attempt-ended", "attempt-begins", "before-go=kill@2", "lock-acquired=kill@2", "alembic-ended=kill@2"]
    {
        let chain = Chain::on_postgres(10).with_a_transaction_each().config(SETTINGS);
        let holder = chain.hold("lock table t6 in access share mode");
        chain.lback(&["migrate"]).env("LBACK_FAULT", point).run();
        assert_eq!(chain.query("select version_num from alembic_version"), revision(5), "at {point}");
        holder.let_go();
        chain.lback(&["migrate"]).exits(0).output_lacks(&["suspect", "between two revisions"]);
        chain.is_migrated_once();
    }
}

#[test]
fn a_stop_request_ends_the_pause_between_attempts() {
    let chain = Chain::on_postgres(10).with_a_transaction_each().config(
        "[migrate]\nddl-lock-timeout = \"200ms\"\nretries = 200\nretry-wait = { from = \"20days\", to = \"20days\" }",
    );
    let holder = chain.hold("lock table t6 in access share mode");
    let run = chain.lback(&["migrate"]).hearing_signals().start();
    run.until_stderr_has("attempt 2 of 201 begins");
    run.signal("TERM");
    run.wait().exits(143).stderr_has(&["it went from `tables` to `r05`, and no step is half done"]);
    drop(holder);
}

#[test]
fn a_deadlock_is_tried_again() {
    let chain = Chain::on_postgres(1).config(SETTINGS);
    let upgrade = "import os\nif not os.path.exists('once'):\n    open('once', 'w').close()\n    \
                   op.execute(\"do $$ begin raise exception using errcode = '40P01'; end $$\")";
    let chain = chain.further("dead", upgrade);
    chain.lback(&["migrate"]).exits(0).stderr_has(&["to resolve a deadlock; attempt 2 of 201 begins"]);
    assert_eq!(chain.query("select version_num from alembic_version"), "dead");
}

/// A second attempt would do again what the step has committed by itself.
#[test]
fn a_step_that_is_half_done_is_not_tried_again() {
    let chain = Chain::on_postgres(1).config(SETTINGS);
    let upgrade = "with op.get_context().autocommit_block():\n    op.execute('create table half (id int)')\n\
                   op.execute('alter table t6 add column c int')";
    let chain = chain.further("half", upgrade);
    let holder = chain.hold("lock table t6 in access share mode");
    let done = chain.lback(&["migrate"]).exits(1);
    done.stderr_has(&["the schema may be between two revisions"]).output_lacks(&["attempt 2"]);
    drop(holder);
}

#[test]
fn other_errors_are_not_tried_again() {
    let chain = Chain::on_postgres(1).config(SETTINGS);
    let chain = chain.further("bad", "op.execute('select 1/0')");
    chain.lback(&["migrate"]).exits(1).output_lacks(&["attempt"]);
}
