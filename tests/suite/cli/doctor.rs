//! `lback self doctor`.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;

use super::schema::{assert_matches, schema};
use crate::support::{Done, Project, Run, plugin, script};

const TOPICS: [&str; 8] = ["lback", "project", "environment", "alembic", "launcher", "database", "cache", "journal"];

fn doctor(project: &Project) -> Run<'_> {
    project.lback(&["self", "doctor", "--json"])
}

/// Returns the findings of a topic: state, text and hint.
fn of(done: &Done, topic: &str) -> Vec<(String, String, String)> {
    let report: Value = serde_json::from_str(&done.stdout).expect("JSON");
    assert_matches(&schema("self-doctor.schema.json"), &report);
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().expect("findings").iter();
    let findings = findings.filter(|finding| finding["topic"] == topic);
    findings.map(|finding| (text(finding, "state"), text(finding, "found"), text(finding, "hint"))).collect()
}

#[track_caller]
fn has(done: Done, topic: &str, state: &str, found: &str, hint: &str) -> Done {
    let findings = of(&done, topic);
    let fits = |(is, text, next): &(String, String, String)| is == state && text.contains(found) && next.contains(hint);
    assert!(findings.iter().any(fits), "{topic} {state} `{found}` `{hint}`: {findings:#?}\n{done}");
    done
}

#[test]
fn a_healthy_project_has_nothing_to_do() {
    let project = Project::new().plugin("guard", &plugin("guard"), "mode = \"audit\"");
    project.lback(&["migrate"]).exits(0);
    let done = doctor(&project).env("LBACK_ENVIRONMENT", "staging").exits(0);
    let report: Value = serde_json::from_str(&done.stdout).expect("JSON");
    assert_eq!(report["healthy"], true);
    let findings = report["findings"].as_array().expect("findings");
    let topics: Vec<&str> = findings.iter().filter_map(|finding| finding["topic"].as_str()).collect();
    assert_eq!(topics, [&TOPICS[..], &["plugin"]].concat());
    assert!(findings.iter().all(|finding| finding["state"] == "ok" && finding["hint"].is_null()), "{done}");
    let done = has(done, "lback", "ok", env!("CARGO_PKG_VERSION"), "");
    let done = has(done, "environment", "ok", "`staging`, from `LBACK_ENVIRONMENT`", "");
    let done = has(done, "launcher", "ok", "Python 3", "");
    let done = has(done, "database", "ok", "at three", "");
    let done = has(done, "journal", "ok", "1 run", "");
    has(done, "plugin", "ok", "in audit mode", "");
    let text = project.lback(&["--environment", "staging", "self", "doctor"]).exits(0);
    assert_eq!(text.stdout.lines().count(), topics.len(), "{text}");
    assert_eq!(text.stderr, "");
}

#[test]
fn each_defect_has_its_exit_code_and_a_next_step() {
    let missing = Project::new().alembic_command(Path::new("/nowhere/alembic"));
    has(doctor(&missing).exits(127), "alembic", "error", "was not found", "install it");

    let broken = Project::new().file("migrations/env.py", "raise RuntimeError('the settings are missing')\n");
    has(doctor(&broken).exits(69), "database", "error", "the settings are missing", "`lback current`");

    let unreachable = Project::on("sqlite:////nowhere/at/all.db");
    has(doctor(&unreachable).exits(69), "database", "error", "unable to open database file", "`lback current`");

    let gone = Project::new().plugin("gate", Path::new("plugins/gate.wasm"), "");
    has(doctor(&gone).exits(65), "plugin", "error", "`gate` can't be loaded", "build or copy");

    let other = Project::new().plugin("guard", &plugin("guard"), "").lock_becomes(|_| "version = 1\n".to_owned());
    has(doctor(&other).exits(65), "plugin", "error", "it is not in `lback.lock`", "`lback plugin install`");

    let config = Project::new().config("[jurnal]");
    doctor(&config).exits(78).stderr_has(&["jurnal", "did you mean"]);
}

#[test]
fn what_is_only_lacking_is_no_failure() {
    let project = Project::new();
    let done = doctor(&project).exits(0);
    let done = has(done, "environment", "note", "none is named", "LBACK_ENVIRONMENT");
    let done = has(done, "journal", "ok", "no run yet", "");
    has(done, "plugin", "note", "lists none", "--available");

    let off = Project::new().config("launcher = false");
    has(doctor(&off).exits(0), "launcher", "note", "`launcher = false`", "");

    let wrapped = Project::new();
    let program = script(&wrapped, "wrapper", "exit 0");
    let wrapped = wrapped.alembic_command(&program);
    has(doctor(&wrapped).exits(0), "launcher", "note", "no lock", "");

    let off = Project::new().config("[journal]\nenabled = false");
    has(doctor(&off).exits(0), "journal", "note", "turned off", "");

    let allowed = "allow.http = [\"https://hooks.slack.com\"]\nallow.secrets = [\"SLACK_WEBHOOK_URL\"]";
    let slack = Project::new().plugin("slack", &plugin("slack"), allowed);
    has(doctor(&slack).exits(0), "plugin", "warning", "`SLACK_WEBHOOK_URL` is not set", "SLACK_WEBHOOK_URL_FILE");
    let slack = Project::new().plugin("slack", &plugin("slack"), "");
    has(doctor(&slack).exits(0), "plugin", "note", "doesn't grant: `https://hooks.slack.com`", "");
}

#[test]
fn folders_that_cannot_be_used_are_named() {
    let project = Project::new().file("file", "");
    let shared = project.path("shared");
    fs::create_dir(&shared).expect("a folder");
    fs::set_permissions(&shared, Permissions::from_mode(0o777)).expect("permissions");
    for (folder, why) in [("file", "is not a folder"), ("shared", "can be written by other users")] {
        let done = doctor(&project).env("LBACK_CACHE_DIR", project.path(folder)).exits(0);
        has(done, "cache", "warning", why, "LBACK_CACHE_DIR");
        let done = doctor(&project).env("LBACK_STATE_DIR", project.path(folder)).exits(0);
        has(done, "journal", "warning", "runs are not kept", "");
    }
    let damaged = Project::new().config("[journal]\npath = \"journal.db\"").file("journal.db", "text");
    has(doctor(&damaged).exits(0), "journal", "warning", "runs are not kept", "");
}

#[test]
fn undelivered_messages_are_counted() {
    let allowed = "allow.http = [\"http://127.0.0.1:1\"]\nallow.private = true\n[plugin.settings]\npushgateway = \"http://127.0.0.1:1\"";
    let project = Project::new().plugin("metrics", &plugin("metrics"), allowed);
    project.lback(&["migrate"]).exits(0);
    has(doctor(&project).exits(0), "journal", "warning", "1 message of handlers undelivered", "`lback log redeliver`");
}

#[test]
fn it_runs_outside_a_project_and_hides_passwords() {
    let outside = Project::empty();
    let done = doctor(&outside).env("PATH", outside.path("")).exits(127);
    has(done, "project", "note", "there is no `lback.toml`", "`lback init`");

    let url = "postgresql+psycopg://shop:s3cr3t-p4ss@127.0.0.1:1/shop";
    let done = doctor(&Project::on(url)).exits(69).output_lacks(&["s3cr3t-p4ss"]);
    has(done, "database", "error", "", "`lback current`");
}

#[test]
fn it_changes_nothing() {
    let project = Project::new();
    project.lback(&["migrate"]).exits(0);
    let before = project.dump();
    doctor(&project).exits(0);
    assert_eq!(project.dump(), before);
    let log = project.lback(&["log", "--json"]).exits(0).stdout;
    let log: Value = serde_json::from_str(&log).expect("JSON");
    assert_eq!(log["runs"].as_array().map(Vec::len), Some(1), "a look is no run");
}
