//! `lback plugin update` and `remove`.

use super::{CONFIG, entry, files, listed, put, shop};
use crate::support::{Project, component, plugin, sha256};

/// With `record-handler`, which asks for nothing, as `tell`.
fn told() -> Project {
    let project = shop();
    project.lback(&["plugin", "install", "plugins/record.wasm", "--name", "tell"]).exits(0);
    project
}

#[test]
fn what_is_the_same_stays() {
    let project = told();
    let before = project.files();
    let done = project.lback(&["plugin", "update"]).exits(0).says(&["note: `tell` ", "is up to date"]);
    assert!(project.files() == before, "{done}");
    project.lback(&["plugin", "update", "nobody"]).exits(64).says(&["lists no plugin `nobody`"]);
}

#[test]
fn a_change_is_shown_and_locked() {
    let project = told();
    let old = sha256(&project.path("plugins/record.wasm")).expect("a digest");
    put(&project, "record", &component("recorder"));
    let new = sha256(&project.path("plugins/record.wasm")).expect("a digest");
    project.lback(&["plugin", "update", "tell"]).exits(0).says(&[
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
    let done = project.lback(&["plugin", "update"]).exits(77).says(&[
        "+ asks for requests to setting:/origin",
        "+ asks for the secret setting:/webhook",
        "error: `tell` asks for what it is not granted, and nothing was changed:\n  requests to https://hooks.slack.com",
        "add `--allow-http https://hooks.slack.com --allow-secret SLACK_WEBHOOK_URL`",
    ]);
    assert!(project.files() == before, "{done}");
    let granted = ["--allow-http", "https://hooks.slack.com", "--allow-secret", "SLACK_WEBHOOK_URL"];
    project.lback(&[&["plugin", "update", "tell"][..], &granted].concat()).exits(0);
    let allow = entry(&files(&project).0, "tell")["allow"].to_string();
    assert!(allow.contains("https://hooks.slack.com") && allow.contains("SLACK_WEBHOOK_URL"), "{allow}");
    assert!(files(&project).0.starts_with(CONFIG));

    // What was decided once is not asked again.
    let project = told();
    put(&project, "record", &plugin("slack"));
    project.lback(&["plugin", "update", "--deny-others"]).exits(0);
    assert!(!files(&project).0.contains("allow"));
    let mut longer = std::fs::read(plugin("slack")).expect("a plugin");
    // A custom section without a name: another file, and the same plugin.
    longer.extend([0, 1, 0]);
    std::fs::write(project.path("plugins/record.wasm"), longer).expect("a file");
    project.lback(&["plugin", "update"]).exits(0).says(&["updated `tell`"]);
}

#[test]
fn settings_that_the_new_one_refuses_stop_the_update() {
    let project = told();
    put(&project, "record", &plugin("metrics"));
    let before = project.files();
    let done = project.lback(&["plugin", "update"]).exits(78).says(&[
        "`tell` 0.1.0 does not take these settings: ",
        "lacks `pushgateway`",
        "hint: correct `[plugin.settings]`",
    ]);
    assert!(project.files() == before, "{done}");
}

#[test]
fn all_that_are_updated_are_or_none() {
    let project = told();
    project.lback(&["plugin", "install", "plugins/guard.wasm"]).exits(0);
    put(&project, "record", &component("recorder"));
    project.write("plugins/guard.wasm", "text");
    let before = project.files();
    let done = project.lback(&["plugin", "update"]).exits(65).says(&["it is not a WebAssembly component"]);
    assert!(project.files() == before, "{done}");
}

#[test]
fn what_is_removed_is_in_neither_file() {
    let project = told();
    project.lback(&["plugin", "install", "plugins/guard.wasm"]).exits(0);
    project.lback(&["plugin", "remove", "tell"]).exits(0).says(&["removed `tell`"]);
    assert_eq!(listed(&project), (vec!["guard".to_owned()], vec!["guard".to_owned()]));
    let before = project.files();
    let done = project
        .lback(&["plugin", "remove", "guard", "nobody"])
        .exits(64)
        .says(&["no `[[plugin]]` with the name `nobody`", "hint: `lback plugin list`"]);
    assert!(project.files() == before, "{done}");
    project.lback(&["plugin", "remove", "guard"]).exits(0);
    let (config, lock) = files(&project);
    assert_eq!(config.trim_end(), CONFIG.trim_end());
    assert!(!lock.contains("[[plugin]]"), "{lock}");
    project.lback(&["plugin", "list"]).exits(0);
}
