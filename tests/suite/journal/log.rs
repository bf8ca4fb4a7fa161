//! `lback log` and `lback log show`.

use serde_json::{Value, json as value};

use super::looking::{json, recorded, runs};
use crate::cli::schema::{assert_matches, schema};
use crate::support::{Project, component, plugin};

/// A project with three runs: one that succeeds, one that fails, and one that is denied.
fn three() -> Project {
    let guard = "[plugin.settings]\nprotect = [\"production\"]";
    let project = recorded(Project::new(), "rec", "").plugin("guard", &plugin("guard"), guard);
    let staging = |typed: &[&str]| project.lback(typed).env("LBACK_ENVIRONMENT", "staging");
    staging(&["migrate"]).exits(0);
    staging(&["-x", "tenant=acme", "migrate", "nosuch"]).exits(255);
    project.lback(&["--environment", "production", "rollback"]).exits(77);
    project
}

#[test]
fn the_table_shows_commands_and_outcomes() {
    let project = three();
    let done = project.lback(&["log"]).exits(0);
    assert_eq!(done.stderr, "");
    let lines: Vec<Vec<&str>> = done.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0].join(" "), "RUN STARTED COMMAND REVISION ENVIRONMENT WHO OUTCOME DURATION");
    let shown: Vec<_> = lines[1..].iter().map(|line| line[3..line.len() - 2].join(" ")).collect();
    assert_eq!(
        shown,
        [
            "downgrade -1 production tester denied (77)",
            "upgrade nosuch three staging tester failed (255)",
            "upgrade head three staging tester completed",
        ]
    );
    assert!(done.stdout.lines().all(|line| line == line.trim_end()), "no line ends with spaces: {done:?}");
    // Each id of the table is enough.
    for line in &lines[1..] {
        let shown = project.lback(&["log", "show", line[0]]).exits(0);
        assert!(shown.stdout.starts_with(&format!("run {}", line[0])), "{shown}");
    }
}

#[test]
fn runs_are_chosen_by_what_they_are() {
    let project = three();
    let commands = |typed: &[&str]| -> Vec<String> {
        let list = json(&project, &[typed, &["--json"]].concat());
        let command = |run: &Value| run["full_command"].as_array().expect("words").last().expect("a word").to_string();
        list["runs"].as_array().expect("a list").iter().map(command).collect()
    };
    let [head, nosuch, back] = ["\"head\"", "\"nosuch\"", "\"-1\""];
    assert_eq!(commands(&["log"]), [back, nosuch, head]);
    assert_eq!(commands(&["log", "--limit", "1"]), [back]);
    assert_eq!(commands(&["log", "-n", "2"]), [back, nosuch]);
    assert_eq!(commands(&["log", "--outcome", "failed", "--outcome", "completed"]), [nosuch, head]);
    assert_eq!(commands(&["log", "--environment", "production"]), [back]);
    assert_eq!(commands(&["--environment", "staging", "log"]), [nosuch, head]);
    assert_eq!(commands(&["log", "--since", "1h"]), [back, nosuch, head]);
    assert_eq!(commands(&["log", "--since", "2999-01-01"]), [""; 0]);
    // The environment of this shell chooses nothing.
    let done = project.lback(&["log"]).env("LBACK_ENVIRONMENT", "production").exits(0);
    assert_eq!(done.stdout.lines().count(), 4, "{done}");
    project.lback(&["log", "--outcome", "running"]).exits(0).stderr_has(&["note: no runs match these filters"]);
}

#[test]
fn a_run_is_shown_with_all_there_is() {
    let project = three();
    let shown = |run: &str| project.lback(&["log", "show", run]).exits(0).stdout;
    let [denied, failed, completed] = &runs(&project)[..] else { panic!("three runs") };
    let id = |run: &Value| run["run"]["id"].as_str().expect("an id").to_owned();
    let text = shown(&id(denied));
    for expected in [
        "outcome      denied (77)",
        "error        denied by policy `guard`",
        "environment  production",
        "who          tester on ",
        "guard  alembic_command_started  denied",
        "(downgrade-in-protected-environment)",
        "alembic_command_failed          rec: delivered",
    ] {
        assert!(text.contains(expected), "{expected:?} is missing:\n{text}");
    }
    let text = shown(&id(failed));
    for expected in
        ["outcome      failed (255)", "-x *** upgrade nosuch", "stdout of Alembic\n  FAILED: Can't locate revision"]
    {
        assert!(text.contains(expected), "{expected:?} is missing:\n{text}");
    }
    assert!(shown(&id(completed)).contains("outcome      completed\n"));
    let last = project.lback(&["log", "show"]).exits(0).stdout;
    assert_eq!(last, shown(&id(denied)), "without an id, the last run is shown");
}

#[test]
fn documents_are_as_their_schemas_say() {
    let project = three().plugin(
        "broken",
        &component("record-handler"),
        "[plugin.settings]\nfail-handler = [\"alembic_command_started\"]",
    );
    project.lback(&["migrate"]).exits(0);
    let list = json(&project, &["log", "--json"]);
    assert_matches(&schema("log.schema.json"), &list);
    assert_eq!(list["waiting"][0]["plugin"], "broken");
    let show = schema("log-show.schema.json");
    for run in runs(&project) {
        assert_matches(&show, &run);
    }
    let redelivered = project.lback(&["log", "redeliver", "--json"]).exits(69);
    let redelivered: Value = serde_json::from_str(&redelivered.stdout).expect("one JSON document");
    assert_matches(&schema("log-redeliver.schema.json"), &redelivered);
    assert_eq!(redelivered["plugins"][0]["heard"], 0);
}

#[test]
fn a_run_as_json_has_its_verdicts_and_events() {
    let project = three();
    let [denied, failed, completed] = &runs(&project)[..] else { panic!("three runs") };
    assert_eq!(denied["run"]["outcome"], "denied");
    assert_eq!(denied["run"]["error_type"], "denied_by_policy");
    assert_eq!(denied["verdicts"][0]["denials"][0]["code"], "downgrade-in-protected-environment");
    assert_eq!(
        (&denied["verdicts"][0]["decision"], &denied["verdicts"][0]["blocked"]),
        (&value!("deny"), &value!(true))
    );
    assert_eq!((&failed["run"]["returncode"], &failed["run"]["exit_code"]), (&value!(255), &value!(255)));
    assert!(failed["stdout"].as_str().expect("a text").starts_with("FAILED: "), "{failed}");
    assert_eq!(completed["verdicts"][0]["decision"], "allow");
    let events: Vec<_> = completed["events"].as_array().expect("a list").iter().map(|event| &event["signal"]).collect();
    assert_eq!(
        events,
        [
            "migration_commands_initialized",
            "migration_migrate_command",
            "alembic_command_started",
            "alembic_command_completed"
        ]
    );
    assert_eq!(completed["run"]["actor"], "tester");
    assert_eq!(completed["stdout"], Value::Null, "what succeeded is not kept");
}

#[test]
fn runs_without_plugins_are_kept_too() {
    let project = Project::new();
    project.lback(&["migrate", "one"]).exits(0);
    let [run] = &runs(&project)[..] else { panic!("one run") };
    assert_eq!((&run["run"]["outcome"], &run["run"]["actor"]), (&value!("completed"), &value!("tester")));
}

#[test]
fn other_projects_are_shown_only_when_asked_for() {
    let (one, other) = (Project::new(), Project::new());
    one.lback(&["migrate", "one"]).exits(0);
    let state = one.path(".state");
    let elsewhere = |typed: &[&str]| other.lback(typed).env("LBACK_STATE_DIR", &state).exits(0);
    elsewhere(&["log"]).stderr_has(&["note: the journal is empty"]);
    let all = elsewhere(&["log", "--all"]);
    assert!(
        all.stdout.starts_with("RUN") && all.stdout.contains("PROJECT") && all.stdout.lines().count() == 2,
        "{all}"
    );
}

#[test]
fn plugins_need_not_be_there() {
    let project = three().plugin("gone", "gone.wasm".as_ref(), "");
    project.lback(&["log"]).exits(0);
    project.lback(&["log", "show"]).exits(0);
}

#[test]
fn an_empty_journal_is_no_error() {
    let project = Project::new();
    for typed in [&["log"][..], &["log", "show"]] {
        let done = project
            .lback(typed)
            .exits(0)
            .stderr_has(&["note: the journal is empty: no run of this project has been kept yet"]);
        assert_eq!(done.stdout, "");
    }
    project.lback(&["log", "redeliver"]).exits(0).stderr_has(&["note: no events are waiting for handlers"]);
    assert_eq!(json(&project, &["log", "--json"]), value!({ "format": 1, "runs": [], "waiting": [] }));
    assert!(!project.path(".state").exists(), "looking makes none");
}

#[test]
fn wrong_arguments_are_named() {
    let project = three();
    project
        .lback(&["log", "show", "zz"])
        .exits(64)
        .stderr_has(&["error: there is no run `zz` in the journal", "hint: "]);
    project.lback(&["log", "show", "0"]).exits(64).stderr_has(&["error: several runs begin with `0`: "]);
    project
        .lback(&["log", "-n", "many"])
        .exits(64)
        .stderr_has(&["error: invalid value 'many' for '--limit <N>': not a number of runs"]);
    project.lback(&["log", "--since", "yesterday"]).exits(64).stderr_has(&["write a duration, as `7d`"]);
    project
        .lback(&["log", "redeliver", "--plugin", "nosuch"])
        .exits(64)
        .stderr_has(&["`lback.toml` lists no plugin `nosuch`"]);
}
