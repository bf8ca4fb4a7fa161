//! The state of the database after a run that failed: lback's report, and the handlers' event.

use serde_json::{Value, json};

use super::heard::told;
use super::postgres::project_on;
use super::table::{logged, recorded, stuck};
use crate::support::{Database, Done, Project, script, wait_for};

/// Returns the databases in the handler's event, without names and durations.
pub(super) fn databases(done: &Done) -> Value {
    let records = crate::support::records(&done.stderr);
    let mut databases = records.last().unwrap_or_else(|| panic!("no record: {done}"))["databases"].clone();
    for database in databases.as_array_mut().expect("a list") {
        database.as_object_mut().expect("an object").remove("name");
        for step in database["steps"].as_array_mut().expect("a list") {
            let ended = step["duration_ms"].is_u64();
            let step = step.as_object_mut().expect("an object");
            step.remove("duration_ms");
            step.insert("ended".to_owned(), json!(ended));
        }
    }
    databases
}

fn step(revision: &str, ended: bool) -> Value {
    json!({ "revision": revision, "direction": "upgrade", "doc": format!("make {revision}"), "ended": ended })
}

const FAILS: &str = "op.create_table('half', sa.Column('id', sa.Integer()))\nop.execute('select * from nowhere')";

#[test]
fn a_successful_run_reports_the_revision() {
    let project = recorded(Project::new());
    let done = logged(&project, &["migrate"]).exits(0);
    let steps = [step("one", true), step("two", true), step("three", true)];
    let expected = json!([{
        "dialect": "sqlite", "heads_before": [], "heads_after": ["three"], "state": "advanced", "steps": steps,
    }]);
    assert_eq!(databases(&done), expected, "{done}");
    let done = logged(&project, &["migrate"]).exits(0);
    let expected = json!([{
        "dialect": "sqlite", "heads_before": ["three"], "heads_after": ["three"], "state": "unchanged", "steps": [],
    }]);
    assert_eq!(databases(&done), expected, "{done}");
}

#[test]
fn without_transactional_ddl_a_step_that_failed_makes_the_schema_suspect() {
    let project = recorded(Project::new().revision("two", Some("one"), FAILS, "pass"));
    let done = logged(&project, &["migrate"]).exits(1).stderr_has(&[
        "error: the schema may be between two revisions: the upgrade to `two` (make two) was interrupted, and sqlite can't roll back \
         schema changes; the version table says `one`",
        "hint: compare the schema with the script, complete or undo the rest by hand",
    ]);
    assert_eq!(project.query("select count(*) from half").as_deref(), Some("0"), "the word is true");
    let expected = json!([{
        "dialect": "sqlite", "heads_before": [], "heads_after": ["one"], "state": "suspect",
        "steps": [step("one", true), step("two", false)],
    }]);
    assert_eq!(databases(&done), expected, "{done}");
}

#[test]
fn one_transaction_for_all_is_rolled_back_completely() {
    let database = Database::postgres();
    let project = recorded(project_on(&database).revision("two", Some("one"), FAILS, "pass"));
    let done = logged(&project, &["migrate"]).exits(1).stderr_has(&[
        "note: everything was rolled back: the database is at base, as before",
        "hint: fix the cause in the upgrade to `two` (make two), and run the command again",
    ]);
    let expected = json!([{
        "dialect": "postgresql", "heads_before": [], "heads_after": [], "state": "unchanged",
        "steps": [step("one", true), step("two", false)],
    }]);
    assert_eq!(databases(&done), expected, "{done}");
    let current = project.lback(&["alembic", "current"]).exits(0);
    assert_eq!(current.stdout, "");
}

#[test]
fn a_block_that_commits_in_the_middle_leaves_traces() {
    let block = "with op.get_context().autocommit_block():\n    op.execute('create table half (id int)')\nop.execute('select * from nowhere')";
    let database = Database::postgres();
    let project = recorded(project_on(&database).revision("two", Some("one"), block, "pass"));
    let done = logged(&project, &["migrate"]).exits(1).stderr_has(&[
        "error: the schema may be between two revisions: the upgrade to `two` (make two) was interrupted, and a part of it was committed \
         before its end; the version table says `one`",
    ]);
    assert_eq!(databases(&done)[0]["state"], "suspect", "{done}");
}

#[test]
fn a_transaction_for_each_step_keeps_those_that_ended() {
    let database = Database::postgres();
    let project = project_on(&database).revision("two", Some("one"), FAILS, "pass");
    let environment = std::fs::read_to_string(project.path("migrations/env.py")).expect("env.py");
    let changed = environment.replace("context.configure(", "context.configure(transaction_per_migration=True, ");
    assert_ne!(environment, changed);
    project.write("migrations/env.py", &changed);
    let project = recorded(project);
    let done = logged(&project, &["migrate"]).exits(1).stderr_has(&[
        "warning: the database stopped between its start and the target: it went from base to `one`, and no step is half done",
        "hint: fix the cause in the upgrade to `two` (make two), and run the command again: it continues from there",
    ]);
    let database = &databases(&done)[0];
    assert_eq!((&database["state"], &database["heads_after"]), (&json!("advanced"), &json!(["one"])), "{done}");
}

#[test]
fn an_interrupted_run_reports_the_state() {
    let project = Project::new();
    let body = stuck(&project);
    let project = recorded(project.revision("two", Some("one"), &body, "pass"));
    let running = logged(&project, &["migrate"]).hearing_signals().start();
    wait_for(&project.path("inside"));
    running.signal("INT");
    let done =
        running.wait().exits(130).stderr_has(&["error: interrupted", "error: the schema may be between two revisions"]);
    assert_eq!(databases(&done)[0]["heads_after"], json!(["one"]), "{done}");
}

#[test]
fn the_next_step_after_a_run_that_was_stopped_is_not_to_mend_a_script() {
    let database = Database::postgres();
    let project = project_on(&database);
    let body = stuck(&project);
    let project = project.revision("two", Some("one"), &body, "pass");
    let running = project.lback(&["migrate"]).hearing_signals().start();
    wait_for(&project.path("inside"));
    running.signal("INT");
    running
        .wait()
        .exits(130)
        .stderr_has(&["the database is at base, as before", "hint: to complete it, run the command again\n"])
        .output_lacks(&["fix the cause"]);
    let project = project.config("timeout = \"10s\"");
    project
        .lback(&["migrate"])
        .exits(124)
        .stderr_has(&["hint: if the upgrade to `two` (make two) needs longer, raise `timeout` of `[alembic]`"])
        .output_lacks(&["fix the cause"]);
}

#[test]
fn a_killed_alembic_is_no_reason_not_to_look() {
    let project = Project::new();
    let project = recorded(project.revision(
        "two",
        Some("one"),
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "pass",
    ));
    let done = logged(&project, &["migrate"]).exits(128 + 9).stderr_has(&["the version table says `one`"]);
    assert_eq!(databases(&done)[0]["state"], "suspect", "{done}");
}

#[test]
fn the_state_of_an_unreachable_database_is_unknown() {
    let project = Project::new();
    let gone = format!(
        "import pathlib\npathlib.Path({:?}).write_text('no database')\nraise ValueError('gone')",
        project.path("test.db").display()
    );
    let project = recorded(project.revision("two", Some("one"), &gone, "pass"));
    let done = logged(&project, &["migrate"]).exits(1).stderr_has(&[
        "the state of the database could not be read",
        "it was at base; the last step was the upgrade to `two` (make two)",
        "hint: run `lback alembic current` once the database answers again",
    ]);
    let database = &databases(&done)[0];
    assert_eq!((&database["state"], &database["heads_after"]), (&json!("unknown"), &Value::Null), "{done}");
}

#[test]
fn without_the_launcher_alembic_runs_and_a_note_is_shown() {
    let project = Project::new();
    let program = script(&project, "alembic", "echo ran \"$@\"");
    let config = |launcher: &str| format!("[alembic]\ncommand = [{:?}]\n{launcher}", program.display().to_string());
    let project = project.whole_config(&config(""));
    let done = project.lback(&["migrate"]).exits(0).stderr_has(&[
        "note: Alembic runs without lback's launcher, so lback takes no lock and can't observe steps and heads",
        "is not Alembic's own program; to silence this note, set `launcher = false` in `lback.toml`",
    ]);
    assert_eq!(done.stdout, "ran upgrade head\n");
    let done = project.lback(&["history"]).exits(0);
    assert_eq!((&*done.stdout, &*done.stderr), ("ran history\n", ""), "no lock would have been taken");
    let project = project.whole_config(&config("launcher = false"));
    let done = project.lback(&["migrate"]).exits(0);
    assert_eq!((&*done.stdout, &*done.stderr), ("ran upgrade head\n", ""));
}

#[test]
fn the_launcher_is_named_as_what_it_is() {
    let project = recorded(Project::new());
    let done = logged(&project, &["migrate"]).exits(0);
    let records = crate::support::records(&done.stderr);
    let started = records.iter().find(|record| record["signal"] == "alembic_command_started").expect("a record");
    let words: Vec<_> = started["full_command"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    let [python, launcher, entry, "upgrade", "head"] = words[..] else { panic!("{words:?}") };
    assert!(
        python.contains("python") && launcher.ends_with("lback_launcher/entry.py") && entry.ends_with("alembic"),
        "{words:?}"
    );
    let off = recorded(Project::new().config("launcher = false"));
    let done = logged(&off, &["migrate"]).exits(0);
    assert!(!done.stderr.contains("lback_launcher"), "{done}");
    assert_eq!(told(&done, "handler").len(), 4);
}
