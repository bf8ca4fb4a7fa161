//! Plugins that were compiled for each released version of `lback:plugin`: they still load, are
//! called, deny and log.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{calls, report};
use crate::support::{Project, Receiver};

/// Every released version.
const VERSIONS: [&str; 1] = ["1.0.0"];

fn component_of(version: &str, role: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compatibility").join(version);
    folder.join(format!("{role}.wasm"))
}

/// Returns the component for this role of the first version.
pub(super) fn component(role: &str) -> PathBuf {
    component_of(VERSIONS[0], role)
}

#[test]
fn no_version_is_left_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compatibility");
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    found.sort();
    assert_eq!(found, VERSIONS);
}

/// Returns what a call of the plugin logged after this word.
fn logged<'a>(call: &'a Value, word: &str) -> Vec<&'a str> {
    let logs = call["logs"].as_array().expect("a list");
    logs.iter().filter_map(|log| log["message"].as_str()?.strip_prefix(word)).collect()
}

/// Every field that a sample has arrives in the guest under its own name.
const FIELDS: [(&str, &[&str]); 14] = [
    (
        "migration_commands_initialized",
        &["Signal::MigrationCommandsInitialized", "Override { plugin: \"freeze\", reason: \"hotfix"],
    ),
    ("migration_makemigrations_command", &["Makemigrations { message: \"add users\" }"]),
    ("migration_migrate_command", &["Migrate { version: \"head\" }"]),
    ("migration_rollback_command", &["Rollback { version: \"-1\", table: Some(\"users\") }"]),
    ("migration_history_command", &["Signal::MigrationHistoryCommand"]),
    ("alembic_command_started.upgrade", &["command: \"upgrade\", args: [\"head\"]"]),
    ("alembic_command_started.downgrade", &["full-command: [\"alembic\", \"-x\", \"***\", \"downgrade\", \"base\"]"]),
    ("alembic_lock_wait", &["Extension { name: \"alembic_lock_wait\"", "AccessExclusiveLock"]),
    (
        "alembic_command_completed",
        &[
            "returncode: 0",
            "duration-ms: 1234",
            "heads-after: Some([\"2e4b6d8f0a31\"])",
            "state: \"advanced\"",
            "duration-ms: Some(183)",
        ],
    ),
    ("alembic_command_failed", &["returncode: Some(1)", "error-type: Some(\"non_zero_exit_code\")", "DuplicateTable"]),
    ("alembic_command_failed.denied", &["denials: [AttributedDenial { plugin: \"guard\"", "url: Some(\"https://wiki"]),
    ("alembic_command_failed.timed_out", &["returncode: Some(-15)", "heads-after: None", "state: \"suspect\""]),
    ("alembic_command_failed.not_found", &["returncode: None", "kind: \"NotFound\""]),
    ("extension", &["Extension { name: \"plan_computed\", json: \"{\\\"steps\\\":2}\" }"]),
];

fn assert_whole(call: &Value) {
    let event = call["event"].as_str().expect("a name");
    let (_, fields) = FIELDS.iter().find(|(name, _)| *name == event).expect("a sample that is known here");
    let logged = logged(call, "event ");
    let common = [
        "sender: Sender { run-id: \"019c",
        "lback-version: \"",
        "environment: Some(\"production\")",
        "ci-job-url: Some(",
    ];
    for field in fields.iter().chain(&common) {
        assert!(logged[0].contains(field), "{field} is missing in {}", logged[0]);
    }
}

#[test]
fn a_policy_of_every_version_gets_every_signal_vetoes_and_logs() {
    for version in VERSIONS {
        let path = component_of(version, "policy").display().to_string();
        let run = ["plugin", "test", &path, "--all", "--json", "--set", "word=ü"];
        let project = Project::empty();
        let expected = [
            "--expect",
            "alembic_command_started.downgrade=deny:no-downgrade",
            "--expect",
            "migration_rollback_command=deny:unspecified",
            "--expect",
            "migration_history_command=error:it has no opinion on history",
            "--expect",
            "extension=allow",
        ];
        let (report, _) = report(project.lback(&[&run[..], &expected].concat()), 0);
        assert_eq!(calls(&report).len(), 8);
        for call in calls(&report) {
            assert_whole(call);
            assert_eq!(logged(call, "settings "), ["{\"word\":\"ü\"}"]);
            assert_eq!(logged(call, "Level::").len(), 5);
            assert!(call["outcome"] == "error" || call["warnings"][0]["message"] == "a warning");
        }
    }
}

#[test]
fn a_handler_of_every_version_gets_every_signal_and_uses_every_import() {
    for version in VERSIONS {
        let receiver = Receiver::start();
        let path = component_of(version, "handler").display().to_string();
        let url = format!("url={}/hook", receiver.origin());
        let run = ["plugin", "test", &path, "--all", "--json", "--set", &url, "--allow-http", "--allow-private"];
        let more = ["--secret", "COMPATIBILITY_TOKEN=hunter2-and-more", "--expect", "migration_history_command=error"];
        let project = Project::empty();
        let (report, _) = report(project.lback(&[&run[..], &more].concat()), 0);
        assert_eq!(calls(&report).len(), 14);
        calls(&report).iter().for_each(assert_whole);
        let started = &calls(&report)[5];
        let text = started["logs"].to_string();
        for said in [
            "status: 200",
            "secret Ok(16)",
            "not granted Err(Error::NotGranted",
            "store Ok([\\\"a\\\"]) Ok(true) Ok(Some([50]))",
            "to stdout",
            "to stderr",
        ] {
            assert!(text.contains(said), "{said} is missing in {text}");
        }
        let request = &receiver.received()[0];
        assert!(request.headers.contains(&("x-token".to_owned(), "Bearer hunter2-and-more".to_owned())), "{request:?}");
        assert_eq!(request.body, "019c0000-0000-7000-8000-000000000006");
    }
}

#[test]
fn a_policy_of_every_version_stops_a_run() {
    for version in VERSIONS {
        let project = Project::new().plugin("old", &component_of(version, "policy"), "");
        project.lback(&["migrate"]).exits(0).stderr_has(&["warning: old: a warning"]);
        project
            .lback(&["alembic", "downgrade", "base"])
            .exits(77)
            .stderr_has(&["old: a downgrade is denied (no-downgrade)", "hint: go forward"]);
        assert_eq!(project.revision_of_database().as_deref(), Some("three"));
    }
}
