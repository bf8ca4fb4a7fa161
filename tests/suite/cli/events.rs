//! `--events`: the signals of a run as CloudEvents, one per line.

use std::fs;

use serde_json::{Value, json};

use super::schema::{assert_matches, schema};
use crate::support::{Project, component};

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

fn types(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().expect("a type")).collect()
}

const MIGRATE: [&str; 4] = [
    "lback.migration_commands_initialized",
    "lback.migration_migrate_command",
    "lback.alembic_command_started",
    "lback.alembic_command_completed",
];

#[test]
fn a_file_gets_every_signal_of_every_run() {
    let project = Project::new();
    for _ in 0..2 {
        project.lback(&["--events", "events.ndjson", "--environment", "staging", "migrate"]).exits(0);
    }
    let text = fs::read_to_string(project.path("events.ndjson")).expect("a file");
    let events = lines(&text);
    assert_eq!(types(&events), [MIGRATE, MIGRATE].concat());
    let described = schema("events.schema.json");
    for event in &events {
        assert_matches(&described, event);
        assert_eq!((&event["specversion"], &event["source"]), (&json!("1.0"), &json!("urn:lback:project:shop")));
        assert_eq!(event["data"]["context"]["environment"], "staging");
    }
    assert_eq!(events[1]["data"]["arguments"], json!({ "version": "head" }));
    assert_ne!(events[0]["subject"], events[4]["subject"], "two runs");
    let mut ids: Vec<_> = events.iter().map(|event| event["id"].to_string()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), events.len());
}

#[test]
fn stdout_has_nothing_but_events_where_they_are_asked_for() {
    let project = Project::new();
    project.lback(&["migrate"]).exits(0);
    let done = project.lback(&["--events", "-", "history"]).exits(0).stderr_has(&["two -> three (head), make three"]);
    let events = lines(&done.stdout);
    assert_eq!(types(&events).last(), Some(&"lback.alembic_command_completed"), "{done}");
    let said = events[3]["data"]["arguments"]["stdout"].as_str().expect("an output").to_owned();
    assert!(said.contains("two -> three (head), make three"), "{said}");
}

#[test]
fn denials_and_failures_are_events_too() {
    let project = Project::new();
    let project =
        project.plugin("rec", &component("record-policy"), "[plugin.settings]\ndeny = [\"migration_migrate_command\"]");
    let done = project.lback(&["--events", "-", "migrate"]).exits(77);
    let events = lines(&done.stdout);
    let denied = events.last().expect("an event");
    assert_matches(&schema("events.schema.json"), denied);
    assert_eq!(denied["data"]["arguments"]["error_type"], "denied_by_policy");
    assert_eq!(denied["data"]["arguments"]["exception"]["denials"][0]["plugin"], "rec");

    let broken =
        Project::new().revision("two", Some("one"), "raise ValueError('postgresql://app:hunter2@db/shop')", "pass");
    let done = broken.lback(&["--events", "-", "migrate"]).exits(1);
    let events = lines(&done.stdout);
    let failed = events.last().expect("an event");
    assert_matches(&schema("events.schema.json"), failed);
    assert_eq!(failed["data"]["arguments"]["error_type"], "non_zero_exit_code");
    assert!(!done.stdout.contains("hunter2"), "{done}");
}

#[test]
fn a_file_that_cannot_be_written_is_an_error_before_anything_runs() {
    let project = Project::new();
    project
        .lback(&["--events", "nowhere/events.ndjson", "migrate"])
        .exits(69)
        .stderr_has(&["cannot write `nowhere/events.ndjson`"]);
    assert_eq!(project.revision_of_database(), None);
}
