//! `lback plugin update` and `remove`.

use super::{CONFIG, entry, files, listed, put, shop};
use crate::support::{Project, assert_run, component, plugin, sha256};

/// A project with `record-handler`, which asks for nothing, installed as `tell`.
fn told() -> Project {
    let project = shop();
    project.lback(&["plugin", "install", "plugins/record.wasm", "--name", "tell"]).exits(0);
    project
}

#[test]
fn unchanged_plugins_are_not_updated() {
    let project = told();
    let before = project.files();
    let done = project.lback(&["plugin", "update"]).exits(0);
    assert!(project.files() == before, "{done}");
    assert_run!("update-without-a-change", done);
    assert_run!("update-of-an-unknown-plugin", project.lback(&["plugin", "update", "absent"]).exits(64));
}

#[test]
fn a_change_is_shown_and_locked() {
    let project = told();
    let old = sha256(&project.path("plugins/record.wasm")).expect("a digest");
    put(&project, "record", &component("recorder"));
    let new = sha256(&project.path("plugins/record.wasm")).expect("a digest");
    project.lback(&["plugin", "update", "tell"]).exits(0).stderr_has(&[
        &format!("digest: sha256:{old} → sha256:{new}"),
        "+ exports lback:plugin/policy@1.0.0",
        "updated `tell`",
    ]);
    assert_eq!(entry(&files(&project).1, "tell")["sha256"].as_str(), Some(new.as_str()));
    project.lback(&["plugin", "install", "--locked"]).exits(0);
}

#[test]
fn a_plugin_that_wants_more_than_before_stops_until_it_is_granted() {
    let project = told();
    put(&project, "record", &plugin("slack"));
    let before = project.files();
    let done = project.lback(&["plugin", "update"]).exits(77);
    assert!(project.files() == before, "{done}");
    assert_run!("update-with-more-permissions", done);
    let granted = ["--allow-http", "https://hooks.slack.com", "--allow-secret", "SLACK_WEBHOOK_URL"];
    project.lback(&[&["plugin", "update", "tell"][..], &granted].concat()).exits(0);
    let allow = entry(&files(&project).0, "tell")["allow"].to_string();
    assert!(allow.contains("https://hooks.slack.com") && allow.contains("SLACK_WEBHOOK_URL"), "{allow}");
    assert!(files(&project).0.starts_with(CONFIG));

    // Each decision is asked for once.
    let project = told();
    put(&project, "record", &plugin("slack"));
    project.lback(&["plugin", "update", "--deny-others"]).exits(0);
    assert!(!files(&project).0.contains("allow"));
    let mut longer = std::fs::read(plugin("slack")).expect("a plugin");
    // A custom section without a name: another file, and the same plugin.
    longer.extend([0, 1, 0]);
    std::fs::write(project.path("plugins/record.wasm"), longer).expect("a file");
    project.lback(&["plugin", "update"]).exits(0).stderr_has(&["updated `tell`"]);
}

#[test]
fn settings_that_the_new_one_refuses_stop_the_update() {
    let project = told();
    put(&project, "record", &plugin("metrics"));
    let before = project.files();
    let done = project.lback(&["plugin", "update"]).exits(78);
    assert!(project.files() == before, "{done}");
    assert_run!("update-with-wrong-settings", done);
}

#[test]
fn an_update_of_several_is_atomic() {
    let project = told();
    project.lback(&["plugin", "install", "plugins/guard.wasm"]).exits(0);
    put(&project, "record", &component("recorder"));
    project.write("plugins/guard.wasm", "text");
    let before = project.files();
    let done = project.lback(&["plugin", "update"]).exits(65).stderr_has(&["it is not a WebAssembly component"]);
    assert!(project.files() == before, "{done}");
}

#[test]
fn removed_plugins_are_in_neither_file() {
    let project = told();
    project.lback(&["plugin", "install", "plugins/guard.wasm"]).exits(0);
    assert_run!("remove", project.lback(&["plugin", "remove", "tell"]).exits(0));
    assert_eq!(listed(&project), (vec!["guard".to_owned()], vec!["guard".to_owned()]));
    let before = project.files();
    let done = project.lback(&["plugin", "remove", "guard", "absent"]).exits(64);
    assert!(project.files() == before, "{done}");
    assert_run!("remove-of-an-unknown-plugin", done);
    project.lback(&["plugin", "remove", "guard"]).exits(0);
    let (config, lock) = files(&project);
    assert_eq!(config.trim_end(), CONFIG.trim_end());
    assert!(!lock.contains("[[plugin]]"), "{lock}");
    project.lback(&["plugin", "list"]).exits(0);
}
