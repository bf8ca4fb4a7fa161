//! Settings that don't match the plugin's schema: all are reported at load, with their places in
//! `lback.toml`.

use crate::support::{Project, component, plugin};

const GUARD: &str = "[plugin.settings]\nprotect = 'production'\nprotcet = []\n";

#[test]
fn a_policy_whose_settings_do_not_fit_blocks_before_it_is_asked() {
    let project = Project::new().plugin("guard", &plugin("guard"), GUARD);
    let done = project.lback(&["migrate"]).exits(78).stderr_has(&[
        "a required plugin failed; Alembic was not started",
        "guard failed: its settings don't fit its schema: `/protect` must be a list, not a string; `/protcet` is not a setting of this plugin",
        "protect = 'production'\n",
        "^^^^^^^^^^^^",
        "protcet = []",
        "hint: correct `[plugin.settings]` in `lback.toml`",
    ]);
    assert_eq!(done.stdout, "");
    assert_eq!(project.revision_of_database(), None);
}

#[test]
fn the_failure_policy_decides_the_consequences() {
    for (lines, code) in [("on-error = 'warn'\n", 0), ("mode = 'audit'\n", 0), ("on-error = 'block'\n", 78), ("", 78)] {
        let project = Project::new().plugin("guard", &plugin("guard"), &format!("{lines}{GUARD}"));
        project.lback(&["migrate"]).exits(code).stderr_has(&["its settings don't fit its schema", "protcet = []"]);
    }
    // A handler's failure is a warning.
    let slack = "[plugin.settings]\noutput-lines = -1\n";
    let project = Project::new().plugin("slack", &plugin("slack"), slack);
    project.lback(&["migrate"]).exits(0).stderr_has(&[
        "warning: the plugin `slack` could not be loaded, and the run continues without it",
        "`/output-lines` must be at least 0, and is -1",
        "output-lines = -1",
    ]);
}

#[test]
fn a_value_that_may_be_a_secret_is_not_shown() {
    let slack = "[plugin.settings]\nwebhook = 'https://hooks.slack.com/services/T0/B0/s3cr3tpath'\n";
    let project = Project::new().plugin("slack", &plugin("slack"), slack);
    let said = ["`/webhook` must match the pattern"];
    project.lback(&["--log", "trace", "migrate"]).exits(0).stderr_has(&said).output_lacks(&["s3cr3tpath"]);
    project.lback(&["plugin", "list"]).exits(65).stderr_has(&said).output_lacks(&["s3cr3tpath"]);
    project.lback(&["plugin", "test", "slack"]).exits(65).stderr_has(&said).output_lacks(&["s3cr3tpath"]);
}

#[test]
fn list_and_test_say_the_same() {
    let project = Project::empty().plugin("guard", &plugin("guard"), GUARD);
    for args in [&["plugin", "list"][..], &["plugin", "test", "guard"], &["plugin", "bench", "guard"]] {
        project.lback(args).exits(65).stderr_has(&[
            "`/protcet` is not a setting of this plugin",
            "protcet = []",
            "hint: ",
        ]);
    }
}

#[test]
fn settings_that_were_checked_are_checked_again_when_they_change() {
    let cache = tempfile::tempdir().expect("a folder");
    let good = Project::new().plugin("guard", &plugin("guard"), "[plugin.settings]\nprotect = ['production']\n");
    let bad = Project::new().plugin("guard", &plugin("guard"), GUARD);
    for _ in 0..2 {
        good.lback(&["--environment", "staging", "history"]).env("LBACK_CACHE_DIR", cache.path()).exits(0);
        bad.lback(&["history"]).env("LBACK_CACHE_DIR", cache.path()).exits(78);
    }
    let checked = std::fs::read_dir(cache.path()).expect("a folder").filter_map(Result::ok);
    let checked = checked.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "checked"));
    assert_eq!(checked.count(), 1);
}

#[test]
fn a_plugin_without_a_schema_gets_what_is_written() {
    let lines = "settings.attack = 'verdict-long'\nsettings.anything = [1, { a = 2 }]\nmode = 'audit'";
    let project = Project::new().plugin("free", &component("hostile-policy"), lines);
    project.lback(&["history"]).exits(0);
}
