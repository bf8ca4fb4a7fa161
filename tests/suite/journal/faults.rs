//! lback killed at each point of a run that matters, and writes that fail there: the journal tells
//! the truth, every journaled event is delivered, and the next run works.

use serde_json::Value;

use super::killed::redelivers_all;
use super::looking::{logged, recorded, runs, text};
use crate::support::{Done, Project};

/// Returns how many events of a run are ends of Alembic.
fn ends(run: &Value) -> usize {
    let ends = ["alembic_command_completed", "alembic_command_failed"];
    let events = run["events"].as_array().expect("a list");
    events.iter().filter(|event| ends.contains(&event["signal"].as_str().expect("a name"))).count()
}

fn has_begun(run: &Value) -> bool {
    let events = run["events"].as_array().expect("a list");
    events.iter().any(|event| event["signal"] == "alembic_command_started")
}

fn faulty(project: &Project, fault: &str) -> Done {
    logged(project, &["migrate"]).env("LBACK_FAULT", fault).run()
}

/// Kills a run at a point, and checks what is left. `outcome` is that of the killed run.
#[track_caller]
fn killed_at(fault: &str, outcome: &str) {
    let project = recorded(Project::new(), "rec", "");
    let done = faulty(&project, fault);
    assert_eq!(done.code(), None, "{fault}: it was killed: {done}");
    // The next command tells the truth.
    assert_eq!(runs(&project)[0]["run"]["outcome"], outcome, "{fault}");
    redelivers_all(&project, &[done]);
    let run = &runs(&project)[0];
    assert_eq!(run["run"]["outcome"], outcome, "{fault}");
    assert_eq!(ends(run), usize::from(has_begun(run)), "{fault}: one end of what has begun: {run}");
    // So does the next run, which is complete, whatever Alembic still did.
    let next = logged(&project, &["migrate"]).exits(0);
    assert_eq!(project.revision_of_database().as_deref(), Some("three"), "{fault}: {next}");
    let after = runs(&project);
    assert_eq!((after.len(), &after[0]["run"]["outcome"]), (2, &Value::from("completed")), "{fault}");
    if outcome == "crashed" {
        // The lock of a run whose end is recorded has no meaning, and goes after a day.
        let locks = project.path(".state/journal.sqlite3.running");
        assert_eq!(std::fs::read_dir(locks).expect("a folder").count(), 0, "{fault}: a lock is left");
    }
}

#[test]
fn killed_before_alembic_runs() {
    for fault in ["run-recorded=kill", "event-recorded=kill@1", "event-recorded=kill@2", "event-recorded=kill@3"] {
        killed_at(fault, "crashed");
    }
    killed_at("before-go=kill", "crashed");
}

#[test]
fn killed_while_alembic_runs() {
    for fault in ["lock-acquired=kill", "steps-ended=kill", "alembic-ended=kill"] {
        killed_at(fault, "crashed");
    }
}

#[test]
fn killed_after_the_outcome_is_recorded() {
    for fault in ["event-recorded=kill@4", "run-ending=kill", "runs-pruned=kill"] {
        killed_at(fault, "completed");
    }
}

#[test]
fn killed_while_a_handler_is_notified() {
    for point in ["delivery-attempted", "delivery-accepted"] {
        // The last message comes after the outcome.
        killed_at(&format!("{point}=kill@1"), "crashed");
        killed_at(&format!("{point}=kill@4"), "completed");
    }
}

/// A crash is announced once, even if the run that finds it is killed before it removes the lock.
#[test]
fn killed_while_a_crash_is_recorded() {
    let project = recorded(Project::new(), "rec", "");
    let first = faulty(&project, "before-go=kill");
    let second = faulty(&project, "crash-recorded=kill");
    assert_eq!((first.code(), second.code()), (None, None), "{second}");
    redelivers_all(&project, &[first, second]);
    let crashed = runs(&project);
    assert_eq!(crashed.len(), 2);
    for run in &crashed {
        assert_eq!(
            (text(&run["run"]["outcome"]).as_str(), ends(run)),
            ("crashed", usize::from(has_begun(run))),
            "{run}"
        );
    }
}

/// A full disk: the run goes on, and what could not be written is written with what follows.
#[test]
fn failed_writes_are_written_later() {
    for number in 1..=4 {
        let project = recorded(Project::new(), "rec", "");
        let done = faulty(&project, &format!("event-writing=error@{number}")).exits(0);
        done.stderr_has(&["warning: the journal is not kept: "]);
        assert_eq!(project.revision_of_database().as_deref(), Some("three"));
        logged(&project, &["log", "redeliver"]).exits(0);
        let run = &runs(&project)[0];
        assert_eq!((&run["run"]["outcome"], ends(run)), (&Value::from("completed"), 1), "event {number}: {run}");
        assert_eq!(run["events"].as_array().expect("a list").len(), 4, "event {number}: {run}");
    }
}

#[test]
fn failed_pruning_does_not_spoil_the_run() {
    let project = recorded(Project::new(), "rec", "");
    faulty(&project, "runs-pruned=error").exits(0);
    assert_eq!(runs(&project)[0]["run"]["outcome"], "completed");
    logged(&project, &["migrate"]).exits(0);
    assert_eq!(runs(&project).len(), 2);
}
