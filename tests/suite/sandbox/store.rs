//! The store: its quotas, and the separation of plugins.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use serde_json::{Value, json};

use super::attack::{Attack, attack};
use crate::support::{component, reports};

fn operations(operations: &str) -> String {
    format!("settings.operations = [{operations}]")
}

/// Returns the results of the operations of `evil`, with the store in this folder.
#[track_caller]
fn results(attack: &Attack, state: &Path) -> Value {
    attack.report(attack.lback().env("LBACK_STATE_DIR", state))["results"].clone()
}

#[test]
fn a_flood_ends_at_the_quota() {
    let table = [
        ("", 15, "more than 1024 KiB in all"),
        ("settings.value-size = 300000", 0, "a value of more than 256 KiB"),
        // Each value is a transaction, which takes a while on a slow disk.
        ("timeout = '90s'\nsettings.value-size = 1", 1000, "more than 1000 keys"),
    ];
    for (lines, stored, limit) in table {
        eprintln!("{lines}");
        let attack = Attack::new("[dispatch]\nhandler-grace = '90s'").plugin(
            "evil",
            &component("hostile-handler"),
            &format!("{lines}\nsettings.attack = 'store-flood'"),
        );
        let report = attack.report(attack.lback());
        assert_eq!(report, json!({ "stored": stored, "error": { "limit": limit } }));
    }
}

#[test]
fn a_key_has_a_length() {
    let key = "k".repeat(257);
    let attack =
        attack("hostile-handler", "store", &operations(&format!("{{ set = {{ key = '{key}', value = '1' }} }}")));
    assert_eq!(
        attack.report(attack.lback())["results"],
        json!([{ "error": { "limit": "a key of more than 256 bytes" } }])
    );
}

#[test]
fn stored_values_belong_to_one_plugin_of_one_project() {
    let state = tempfile::tempdir().expect("a folder");
    let state = state.path().join("state");
    let look = operations("{ get = 'a' }, { keys = '' }");
    let source = component("hostile-handler");

    let keeper = Attack::new("").plugin(
        "evil",
        &source,
        &format!("settings.attack = 'store'\n{}", operations("{ get = 'a' }, { set = { key = 'a', value = '1' } }")),
    );
    assert_eq!(results(&keeper, &state), json!([{ "ok": null }, { "ok": null }]));
    // The next run finds it.
    assert_eq!(results(&keeper, &state)[0], json!({ "ok": "1" }));

    // Another project with a plugin of the same name does not.
    let elsewhere = attack("hostile-handler", "store", &look);
    assert_eq!(results(&elsewhere, &state), json!([{ "ok": null }, { "ok": [] }]));

    // Nor does another plugin of this project, though it is the same file.
    let both = keeper.plugin("other", &source, &format!("settings.attack = 'store'\n{look}"));
    let done = both.changes_nothing(both.lback().env("LBACK_STATE_DIR", &state));
    let of_other: String = done.stderr.lines().filter(|line| line.starts_with("info: other: ")).collect();
    assert_eq!(reports(&of_other), [json!({ "results": [{ "ok": null }, { "ok": [] }] })], "{done}");
}

#[test]
fn a_store_that_others_can_write_to_is_not_used() {
    let temp = tempfile::tempdir().expect("a folder");
    let state = temp.path().join("state");
    let attack = attack("hostile-handler", "store", &operations("{ set = { key = 'a', value = '1' } }"));
    assert_eq!(results(&attack, &state), json!([{ "ok": null }]));
    let mode = state.metadata().expect("it was made").permissions().mode() & 0o777;
    assert_eq!(mode, 0o700, "{mode:o}");

    std::fs::set_permissions(&state, std::fs::Permissions::from_mode(0o777)).expect("a mode");
    let told = results(&attack, &state)[0]["error"]["unavailable"].as_str().unwrap_or_default().to_owned();
    assert!(told.contains("can be written by other users"), "{told}");

    let link = temp.path().join("link");
    symlink(&state, &link).expect("a link");
    let told = results(&attack, &link)[0]["error"]["unavailable"].as_str().unwrap_or_default().to_owned();
    assert!(told.contains("is not a folder"), "{told}");
}
