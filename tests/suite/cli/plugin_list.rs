//! `lback plugin list`.

use serde_json::Value;

use super::schema::{assert_matches, schema};
use crate::support::{Project, assert_run, component, plugin};

fn three() -> Project {
    Project::new()
        .plugin("guard", &plugin("guard"), "mode = \"audit\"")
        .plugin(
            "slack",
            &plugin("slack"),
            "signals = [\"alembic_command_failed\"]\nallow.http = [\"https://hooks.slack.com\"]\nallow.private = true",
        )
        .plugin("both", &component("recorder"), "allow.secrets = [\"TOKEN\"]")
}

#[test]
fn the_table_shows_roles_and_permissions() {
    let done = three().lback(&["plugin", "list"]).exits(0);
    let lines: Vec<Vec<&str>> = done.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0].join(" "), "NAME ROLE VERSION MODE SIGNALS GRANTED NOT GRANTED SOURCE");
    let of = |name: &str| lines.iter().find(|line| line[0] == name).expect("a row").join(" ");
    let source = |name: &str| plugin(name).display().to_string();
    assert_eq!(of("guard"), format!("guard policy 0.1.0 audit migration_makemigrations_command {}", source("guard")));
    assert_eq!(
        of("slack"),
        format!(
            "slack handler 0.1.0 enforce alembic_command_failed https://hooks.slack.com SLACK_WEBHOOK_URL {}",
            source("slack")
        )
    );
    assert!(done.stdout.contains(" sha256:"), "{done}");
    assert!(of("both").starts_with("both policy, handler "), "{done}");
    assert!(done.stdout.contains("(private addresses too)"), "{done}");
    assert!(done.stdout.lines().all(|line| line == line.trim_end()), "no line ends with spaces: {done:?}");
    assert_eq!(done.stderr, "note: `lback.toml` grants `TOKEN` to `both`, which doesn't ask for it\n");
}

#[test]
fn a_secret_that_is_granted_and_not_set_is_marked() {
    let project = Project::new().plugin("slack", &plugin("slack"), "allow.secrets = [\"SLACK_WEBHOOK_URL\"]");
    let listed = |run: crate::support::Run<'_>| run.exits(0).stdout;
    assert!(listed(project.lback(&["plugin", "list"])).contains("SLACK_WEBHOOK_URL (not set)"));
    let set = project.lback(&["plugin", "list"]).env("SLACK_WEBHOOK_URL", "https://hooks.slack.com/s3cr3t");
    let set = listed(set);
    assert!(set.contains("SLACK_WEBHOOK_URL") && !set.contains("(not set)") && !set.contains("s3cr3t"), "{set}");
}

#[test]
fn the_document_matches_its_schema() {
    let project = three().plugin("gone", "gone.wasm".as_ref(), "");
    let done = project.lback(&["plugin", "list", "--json"]).exits(65);
    let document: Value = serde_json::from_str(&done.stdout).expect("one JSON document");
    assert_matches(&schema("plugin-list.schema.json"), &document);

    let names: Vec<&Value> =
        document["plugins"].as_array().expect("a list").iter().map(|plugin| &plugin["name"]).collect();
    assert_eq!(names, ["guard", "slack", "both", "gone"]);
    let [guard, slack, both, gone] = [0, 1, 2, 3].map(|index| &document["plugins"][index]);
    assert_eq!((&guard["mode"], &guard["plugin"]["roles"]), (&"audit".into(), &serde_json::json!(["policy"])));
    assert_eq!(slack["plugin"]["granted"], serde_json::json!(["https://hooks.slack.com"]));
    assert_eq!(slack["plugin"]["not_granted"], serde_json::json!(["SLACK_WEBHOOK_URL"]));
    assert_eq!(slack["plugin"]["private"], true);
    assert_eq!(both["plugin"]["not_asked"], serde_json::json!(["TOKEN"]));
    assert!(gone["plugin"].is_null());
    assert_eq!(guard["source"], plugin("guard").display().to_string());
    assert_eq!(guard["locked"]["digest"], guard["plugin"]["digest"]);
    assert_eq!(guard["locked"]["signed"], false);
    assert!(gone["error"].as_str().expect("a reason").contains("gone.wasm"), "{gone}");
}

#[test]
fn a_plugin_that_cannot_be_loaded_keeps_no_other_from_being_listed() {
    let project = Project::new()
        .plugin("gone", "gone.wasm".as_ref(), "")
        .plugin("lost", "lost.wasm".as_ref(), "")
        .plugin("guard", &plugin("guard"), "");
    // Each plugin that can't be loaded is named, and their common hint is given once.
    assert_run!("plugin-list-with-missing-files", project.lback(&["plugin", "list"]).exits(65));
}

#[test]
fn without_plugins_there_is_nothing_to_list() {
    let bare = Project::empty();
    assert_run!("plugin-list-without-a-project", bare.lback(&["plugin", "list"]).exits(0));
    let json: Value = serde_json::from_str(&bare.lback(&["plugin", "list", "--json"]).exits(0).stdout).expect("JSON");
    assert_eq!(json, serde_json::json!({ "format": 1, "plugins": [] }));

    assert_run!("plugin-list-without-plugins", Project::new().lback(&["plugin", "list"]).exits(0));
}
