//! The example in each plugin's README, with the real plugin.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Project, Receiver, plugin, script, without_success};

/// Returns the first block of TOML in a plugin's README.
fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins").join(name).join("README.md");
    let readme = fs::read_to_string(path).expect("a README");
    let (_, block) = readme.split_once("```toml\n").expect("an example");
    let (block, _) = block.split_once("```").expect("its end");
    assert!(block.contains("[plugin.settings]"), "{block}");
    block.to_owned()
}

/// A project with this example as its only plugin, and an Alembic that does nothing.
fn project(name: &str, example: &str) -> Project {
    let project = Project::new();
    let alembic = script(&project, "idle", "exit 0");
    let source = format!("\"builtin:{name}\"");
    assert!(example.contains(&source), "{example}");
    project
        .alembic_command(&alembic)
        .config(&example.replace(&source, &format!("{:?}", plugin(name).display().to_string())))
}

#[test]
fn the_examples_grant_exactly_what_the_plugins_ask_for() {
    for name in ["guard", "slack", "metrics"] {
        let done = project(name, &example(name)).lback(&["plugin", "list", "--json"]).exits(0);
        assert_eq!(done.stderr, "");
        let list: Value = serde_json::from_str(&done.stdout).expect("JSON");
        let listed = &list["plugins"][0];
        assert_eq!(listed["name"], name);
        assert_eq!(listed["plugin"]["not_granted"], serde_json::json!([]), "{name}");
        assert_eq!(listed["plugin"]["not_asked"], serde_json::json!([]), "{name}");
    }
}

#[test]
fn guards_example_is_what_guard_takes() {
    let project = project("guard", &example("guard"));
    let development = |args: &[&str]| project.lback(args).env("LBACK_ENVIRONMENT", "development");
    assert_eq!(development(&["makemigrations", "DB-42 add users"]).exits(0).stderr, "");
    development(&["makemigrations", "add users"])
        .exits(77)
        .stderr_has(&["(message-pattern)", "hint: begin with the ticket"]);
    project
        .lback(&["--environment", "prod-eu", "rollback"])
        .exits(77)
        .stderr_has(&["(downgrade-in-protected-environment)"]);
}

#[test]
fn slacks_example_is_what_slack_takes() {
    let receiver = Receiver::start();
    let origin = receiver.origin();
    // A receiver replaces Slack; everything else is as in the README.
    let local = example("slack")
        .replace("\"https://hooks.slack.com\"", &format!("\"{origin}\""))
        .replace("[plugin.settings]", &format!("allow.private = true\n\n[plugin.settings]\norigin = \"{origin}\""));
    let project = project("slack", &local);
    let staging =
        project.lback(&["--environment", "staging", "migrate"]).env("SLACK_WEBHOOK_URL", format!("{origin}/hook"));
    assert_eq!(without_success(&staging.exits(0).stderr), "");
    let requests = receiver.received();
    assert_eq!(requests.len(), 1);
    assert!(requests[0].body.contains("Shop database"), "{}", requests[0].body);
}

#[test]
fn metrics_example_is_what_metrics_takes() {
    let receiver = Receiver::start();
    let local = example("metrics").replace("https://pushgateway.example.com", &receiver.origin());
    let project = project("metrics", &local.replace("[plugin.settings]", "allow.private = true\n\n[plugin.settings]"));
    let done = project.lback(&["migrate"]).env("PUSHGATEWAY_TOKEN", "t0ken").exits(0);
    assert_eq!(without_success(&done.stderr), "");
    let requests = receiver.received();
    assert_eq!(requests.len(), 1);
    let authorization =
        requests[0].headers.iter().find(|(name, _)| name == "authorization").map(|(_, value)| value.as_str());
    assert_eq!(authorization, Some("Bearer t0ken"));
    assert_eq!(requests[0].method, "PUT");
}
