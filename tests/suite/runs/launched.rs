//! Alembic in the launcher: its reports, the project's view, and the lock of a SQLite database.

use std::path::PathBuf;

use super::table::stuck;
use crate::support::{Done, Project, Run, python, signal, wait_for};

/// A run that logs what Alembic's process reports.
fn reporting<'a>(project: &'a Project, typed: &[&str]) -> Run<'a> {
    project.lback(&[&["--log", "lback=debug"], typed].concat())
}

fn reports(done: &Done) -> Vec<&str> {
    done.stderr.lines().filter_map(|line| line.split_once("alembic reports ")).map(|(_, report)| report).collect()
}

fn lock_file(project: &Project) -> PathBuf {
    project.path("test.db-lback-lock")
}

/// A project whose second revision stops while it holds the lock.
fn held() -> Project {
    let project = Project::new();
    let stuck = stuck(&project);
    project.revision("two", Some("one"), &stuck, "pass")
}

#[test]
fn steps_and_heads_are_reported() {
    let project = Project::new();
    let done = reporting(&project, &["migrate", "two"]).exits(0);
    let reports = reports(&done);
    let kinds: Vec<_> = reports.iter().filter_map(|report| report.split_once(' ')).map(|(kind, _)| kind).collect();
    let expected = [
        "Versions",
        "Database",
        "Session",
        "LockAcquired",
        "HeadsBefore",
        "MigrationsBegan",
        "Steps",
        "StepStarted",
        "StepEnded",
        "StepStarted",
        "StepEnded",
        "HeadsAfter",
        "Settled",
    ];
    assert_eq!(kinds, expected, "{done}");
    assert!(reports[7].contains("number: 1, of: Some(2), direction: Upgrade, revision: \"one\""), "{done}");
    assert!(reports[11].contains("heads: [\"two\"]"), "{done}");
    assert!(!lock_file(&project).exists());
}

#[test]
fn commands_that_only_read_take_no_lock() {
    let project = held();
    let running = project.lback(&["migrate"]).hearing_signals().start();
    wait_for(&project.path("inside"));
    for typed in [&["history"][..], &["alembic", "current"], &["migrate", "one", "--sql"]] {
        let done = reporting(&project, typed).exits(0);
        assert!(!done.stderr.contains("Lock"), "{done}");
    }
    running.signal("INT");
    running.wait().exits(130);
    assert!(!lock_file(&project).exists(), "it goes with the run that held it");
}

#[test]
fn a_run_that_must_not_wait_exits_with_75_and_names_the_holder() {
    let project = held().config("lock = \"fail\"");
    let running = project.lback(&["migrate"]).hearing_signals().start();
    wait_for(&project.path("inside"));
    let done = reporting(&project, &["migrate"]).exits(75);
    let reports = reports(&done);
    let last = reports.last().expect("a report");
    assert!(last.starts_with("LockNotAcquired") && last.contains("why: Fail") && last.contains("process "), "{done}");
    assert!(!done.stderr.contains("Traceback"), "{done}");
    running.signal("INT");
    running.wait().exits(130);
}

#[test]
fn run_that_waits_goes_on_when_the_holder_was_killed() {
    let project = held();
    let holder = project.lback(&["migrate"]).start();
    wait_for(&project.path("inside"));
    // The next run must not hang there again.
    let project = project.revision("two", Some("one"), "op.create_table('two', sa.Column('id', sa.Integer()))", "pass");
    let waiting = reporting(&project, &["migrate"]).start();
    waiting.until_stderr_has("alembic reports LockWaiting");
    let file = std::fs::read_to_string(lock_file(&project)).expect("the file says who holds it");
    let alembic = file.strip_prefix("process ").and_then(|rest| rest.split_once(' ')).expect("a process").0.to_owned();
    assert!(signal(&alembic, "KILL"));
    holder.wait().exits(137);
    let done = waiting.wait().exits(0);
    assert!(reports(&done).iter().any(|report| report.starts_with("LockAcquired")), "{done}");
    assert_eq!(project.revision_of_database().as_deref(), Some("three"));
    assert!(!lock_file(&project).exists());
}

#[test]
fn without_the_lock_no_run_waits() {
    let project = held().config("lock = \"off\"");
    let running = project.lback(&["migrate"]).hearing_signals().start();
    wait_for(&project.path("inside"));
    let done = reporting(&project, &["alembic", "ensure_version"]).exits(0);
    assert!(!done.stderr.contains("Lock") && !lock_file(&project).exists(), "{done}");
    running.signal("INT");
    running.wait().exits(130);
}

#[test]
fn project_sees_the_process_that_it_would_see() {
    // Everything but what differs from process to process.
    let facts = include_str!("python/show_process.py");
    let module =
        format!("[project]\nname = 'shop'\n[alembic]\ncommand = [{:?}, '-X', 'dev', '-m', 'alembic']\n", python());
    for project in [Project::new(), Project::new().whole_config(&module)] {
        project.prepend("migrations/env.py", facts);
        let launched = reporting(&project, &["alembic", "current"]).exits(0);
        assert!(reports(&launched).iter().any(|report| report.starts_with("HeadsBefore")), "{launched}");
        let project = project.config("launcher = false");
        let bare = reporting(&project, &["alembic", "current"]).exits(0);
        assert!(matches!(reports(&bare)[..], [report] if report.contains("why: TurnedOff")), "{bare}");
        assert_eq!(launched.stdout, bare.stdout);
    }
}

#[test]
fn nothing_of_the_project_runs_before_the_policies() {
    // The modules in the project's folder precede those of Python there.
    let config = format!("[project]\nname = 'shop'\n[alembic]\ncommand = [{:?}, '-m', 'alembic']\n", python());
    let project = Project::new().whole_config(&config).file("uuid.py", "open('shadow', 'w')\nfrom os import *\n");
    let settings = "[plugin.settings]\ndeny = [\"alembic_command_started\"]\nsleep-ms = 1500";
    let project = project.plugin("strict", &crate::support::component("record-policy"), settings);
    project.lback(&["migrate"]).exits(77);
    assert!(!project.path("shadow").exists());
}
