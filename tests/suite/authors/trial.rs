//! `lback plugin test`: the calls that it makes, and its report.

use serde_json::{Value, json};

use super::{calls, report};
use crate::support::{Project, component, plugin};

fn names(report: &Value) -> Vec<(&str, &str)> {
    let text = |value: &'_ Value| -> &'static str { String::leak(value.as_str().expect("a text").to_owned()) };
    calls(report).iter().map(|call| (text(&call["event"]), text(&call["role"]))).collect()
}

#[test]
fn a_plugin_in_both_roles_is_called_with_every_signal_that_it_wants() {
    let path = component("recorder").display().to_string();
    let (report, _) = report(Project::empty().lback(&["plugin", "test", &path, "--json"]), 0);
    let before = [
        "migration_commands_initialized",
        "migration_makemigrations_command",
        "migration_migrate_command",
        "migration_rollback_command",
        "migration_history_command",
        "alembic_command_started.upgrade",
        "alembic_command_started.downgrade",
    ];
    let after = [
        "alembic_command_completed",
        "alembic_command_failed",
        "alembic_command_failed.denied",
        "alembic_command_failed.timed_out",
        "alembic_command_failed.not_found",
    ];
    let mut expected: Vec<_> = before.iter().flat_map(|&name| [(name, "policy"), (name, "handler")]).collect();
    expected.extend(after.iter().map(|&name| (name, "handler")));
    assert_eq!(names(&report), expected);
    for call in calls(&report) {
        assert!(call["milliseconds"].as_f64().expect("a number") > 0.0 && call["memory_bytes"].as_u64() > Some(65_535));
        assert_eq!(call["logs"][0]["level"], "info");
    }
}

#[test]
fn with_all_of_them_an_extension_too() {
    let path = component("recorder").display().to_string();
    let (report, _) = report(Project::empty().lback(&["plugin", "test", &path, "--all", "--json"]), 0);
    assert_eq!(names(&report)[20..], [("extension", "policy"), ("extension", "handler")]);
}

#[test]
fn a_handler_is_not_notified_of_what_its_policy_denies() {
    let project =
        Project::empty().plugin("recorder", &component("recorder"), "settings.deny = ['migration_rollback_command']");
    let (report, _) = report(project.lback(&["plugin", "test", "recorder", "--json"]), 0);
    let rollback: Vec<_> = calls(&report).iter().filter(|call| call["event"] == "migration_rollback_command").collect();
    let [call] = rollback.as_slice() else { panic!("{report:#}") };
    assert_eq!(call["outcome"], "deny");
    assert_eq!(
        call["denials"],
        json!([{
            "code": "recorder",
            "message": "the recorder denies `migration_rollback_command`",
            "hint": "take `migration_rollback_command` out of the recorder's `deny`",
            "url": "https://example.org/recorder",
            "place": null,
            "acceptable": false,
        }])
    );
}

#[test]
fn a_person_is_shown_each_call_in_a_paragraph() {
    let path = plugin("guard").display().to_string();
    let project = Project::empty();
    let done = project.lback(&["plugin", "test", &path, "--set", "protect=[\"production\"]"]).exits(0);
    assert_eq!(done.stderr, "");
    for line in [
        "guard 0.1.0\n\n",
        "\nalembic_command_started.upgrade, policy: allow, ",
        "\nalembic_command_started.downgrade, policy: deny, ",
        "\n  denied: ",
        "\n    hint: ",
        "\n\npassed: ",
    ] {
        assert!(done.stdout.contains(line), "{line:?} is missing: {done}");
    }
}

#[test]
fn the_environment_that_is_typed_is_that_of_every_event() {
    let path = component("record-policy").display().to_string();
    let project = Project::empty();
    for (typed, expected) in [(&["--environment", "staging"][..], json!("staging")), (&[], json!("production"))] {
        let run = project.lback(&[typed, &["plugin", "test", &path, "--json"]].concat());
        // One in a variable doesn't count.
        let (report, _) = report(run.env("LBACK_ENVIRONMENT", "elsewhere"), 0);
        for call in calls(&report) {
            let message = call["logs"][0]["message"].as_str().and_then(|text| text.strip_prefix("record: "));
            let record: Value = serde_json::from_str(message.expect("a record")).expect("JSON");
            assert_eq!(record["context"]["environment"], expected);
        }
    }
}

#[test]
fn events_of_a_real_run_can_be_tested() {
    let path = component("recorder").display().to_string();
    let project = Project::new();
    project.lback(&["--events", "run.jsonl", "migrate"]).exits(0);
    let (report, _) = report(project.lback(&["plugin", "test", &path, "--signal", "run.jsonl", "--json"]), 0);
    assert_eq!(
        names(&report),
        [
            ("run.1", "policy"),
            ("run.1", "handler"),
            ("run.2", "policy"),
            ("run.2", "handler"),
            ("run.3", "policy"),
            ("run.3", "handler"),
            ("run.4", "handler")
        ]
    );
    assert_eq!(calls(&report)[6]["signal"], "alembic_command_completed");
}

#[test]
fn a_signal_that_it_does_not_want_is_sent_where_it_is_named() {
    let event = r#"{"type":"lback.migration_history_command"}"#;
    let project = Project::empty().file("history.json", event);
    let path = plugin("guard").display().to_string();
    let (report, _) = report(project.lback(&["plugin", "test", &path, "--signal", "history.json", "--json"]), 0);
    assert_eq!(names(&report), [("history", "policy")]);
}

#[test]
fn the_store_is_thrown_away() {
    let operations = "settings.operations = [{ get = 'a' }, { set = { key = 'a', value = '1' } }, { get = 'a' }]";
    let project = Project::empty().plugin(
        "evil",
        &component("hostile-handler"),
        &format!("settings.attack = 'store'\n{operations}"),
    );
    for _ in 0..2 {
        let (report, _) = report(project.lback(&["plugin", "test", "evil", "--json"]), 0);
        let found = calls(&report)[0]["logs"][0]["message"].as_str().expect("a report");
        assert!(found.contains(r#"{"results":[{"ok":null}"#), "{found}");
    }
    assert!(!project.path(".state").exists());
}

#[test]
fn a_failure_is_reported_and_exits_with_1() {
    for (attack, said) in [
        ("panic", "it trapped: "),
        ("loop", "it did not finish within 100ms"),
        ("memory", "it ran out of memory (limit: 64.0 MiB)"),
    ] {
        let lines = format!("timeout = '100ms'\nsettings.attack = '{attack}'");
        let lines = if attack == "loop" { lines } else { lines.replace("100ms", "10s") };
        let project = Project::empty().plugin("evil", &component("hostile-policy"), &lines);
        let done = project.lback(&["plugin", "test", "evil"]).exits(1);
        assert!(
            done.stdout.contains("policy: error, ") && done.stdout.contains(&format!("\n  error: {said}")),
            "{done}"
        );
        assert!(done.stdout.contains("\n\nfailed: "), "{done}");
    }
}
