//! Overrides: a person sets a denial aside for one run, where `lback.toml` permits it.

use serde_json::json;

use super::table::recorded_with;
use crate::support::{Project, records, reports};

const DENIES: &str = "[plugin.settings]\ndeny = [\"alembic_command_started\"]";
const PERMITTED: &str = "allow-override = true\n[plugin.settings]\ndeny = [\"alembic_command_started\"]";
const REASON: &str = "ticket 4711: the disk is full";

#[test]
fn a_permitted_override_is_shown_and_in_every_event() {
    let project = recorded_with(Project::new(), PERMITTED);
    let typed = ["--log", "plugin=info", "--override", "rec", "--reason", REASON, "migrate"];
    let done = project.lback(&typed).exits(0).stderr_has(&[
        "warning: overridden: rec denies alembic_command_started: the recorder denies `alembic_command_started` (recorder)",
    ]);
    assert_eq!(project.revision_of_database().as_deref(), Some("three"), "{done}");
    let all = records(&done.stderr);
    assert!(all.iter().any(|record| record["signal"] == "alembic_command_completed"), "{done}");
    for record in &all {
        assert_eq!(record["context"]["overrides"], json!([{ "plugin": "rec", "reason": REASON }]), "{done}");
    }
}

#[test]
fn an_override_holds_for_one_run_and_one_plugin() {
    let project =
        recorded_with(Project::new(), PERMITTED).plugin("other", &crate::support::component("recorder"), DENIES);
    let typed = ["--override", "rec", "--reason", REASON, "migrate"];
    let done = project.lback(&typed).exits(77).stderr_has(&["other: the recorder denies", "overridden: rec denies"]);
    assert!(!done.stderr.contains("\n  rec: the recorder denies"), "{done}");
    project.lback(&["migrate"]).exits(77).stderr_has(&["\n  rec: the recorder denies"]);
    assert_eq!(project.revision_of_database(), None);
}

#[test]
fn a_plugin_that_is_broken_can_be_overridden_too() {
    let broken = Project::new();
    let missing = broken.path("missing.wasm");
    let project = broken.plugin("guard", &missing, "allow-override = true");
    project.lback(&["migrate"]).exits(65);
    let done = project.lback(&["migrate", "--override", "guard", "--reason", REASON]).exits(0);
    done.stderr_has(&["warning: the plugin `guard` could not be loaded, and the run continues without it"]);
    assert_eq!(project.revision_of_database().as_deref(), Some("three"));
}

#[test]
fn without_permission_nothing_runs() {
    let project = recorded_with(Project::new(), DENIES);
    // The first run writes `lback.toml`.
    project.lback(&["--version"]).exits(0);
    let before = project.files();
    let done = project
        .lback(&["--log", "plugin=info", "--override", "rec", "--reason", REASON, "migrate"])
        .exits(77)
        .stderr_has(&[
            "error: `--override rec` is not permitted: `lback.toml` doesn't allow to override the plugin `rec`",
            "hint: the owner of the policy can permit it with `allow-override = true` in the `[[plugin]]` of `rec`",
        ]);
    assert!(reports(&done.stderr).is_empty() && records(&done.stderr).is_empty(), "no plugin was called: {done}");
    assert!(project.files() == before, "{done}");
}

#[test]
fn impossible_overrides_are_refused_with_a_hint() {
    let project = recorded_with(Project::new(), PERMITTED);
    for (typed, said) in [
        (
            &["--override", "rek", "--reason", REASON][..],
            &["there is no plugin `rek` in `lback.toml`", "did you mean `rec`?"][..],
        ),
        (&["--override", "guard", "--reason", REASON], &["there is no plugin `guard`", "`lback plugin list` shows"]),
        (&["--override", "rec"], &["--reason <TEXT>"]),
        (&["--reason", REASON], &["--override <PLUGIN>"]),
        (&["--override", "rec", "--reason", " "], &["`--reason` is empty", "hint: write the reason in a sentence"]),
        (&["--override", "rec", "--reason", ""], &["--reason"]),
    ] {
        project.lback(&[typed, &["migrate"]].concat()).exits(64).stderr_has(said);
    }
    assert_eq!(project.revision_of_database(), None);
}

#[test]
fn a_password_in_the_reason_is_hidden() {
    let project = recorded_with(Project::new(), PERMITTED);
    let reason = "postgresql://app:hunter2@db/shop is stuck";
    let done = project.lback(&["--log", "plugin=info", "--override", "rec", "--reason", reason, "migrate"]).exits(0);
    done.stderr_has(&["postgresql://app:***@db/shop is stuck"]).output_lacks(&["hunter2"]);
}
