//! Output of a guest appears under its plugin's name: its log, its streams, and the message of a
//! panic.

use crate::support::{Project, component};

fn project(attack: &str) -> Project {
    let lines = format!("on-error = 'warn'\nsettings.attack = '{attack}'");
    Project::new().plugin("evil", &component("hostile-policy"), &lines)
}

#[test]
fn a_panic_message_is_shown_by_default() {
    let done = project("panic").lback(&["history"]).exits(0);
    let line = done.stderr.lines().find(|line| line.contains("the plugin `evil` failed")).expect("a warning");
    assert!(
        line.contains("it trapped: ") && line.contains("its last output: ") && line.contains("panicked at"),
        "{line}"
    );
}

#[test]
fn a_filter_shows_what_a_plugin_logs_and_prints() {
    let project = Project::new().plugin("recorder", &component("recorder"), "");
    let quiet = project.lback(&["history"]).exits(0);
    assert!(!quiet.stderr.contains("recorder"), "{quiet}");
    for filter in ["plugin=debug", "plugin=info", "info"] {
        let done = project.lback(&["--log", filter, "history"]).exits(0);
        assert!(done.stderr.lines().any(|line| line.starts_with("info: recorder: record: ")), "{done}");
    }
    let done = project.lback(&["history"]).env("LBACK_LOG", "plugin=debug").exits(0);
    assert!(done.stderr.contains("info: recorder: record: "), "{done}");
    // The filter of plugins shows nothing of lback's own.
    assert!(!done.stderr.lines().any(|line| line.starts_with("debug: lback")), "{done}");
}

#[test]
fn every_level_is_shown_from_its_own_on() {
    let path = super::compatibility::component("policy");
    let project = Project::new().plugin("old", &path, "on-error = 'warn'\nmode = 'audit'");
    let lines = |filter: &str| {
        let done = project.lback(&["--log", filter, "--environment", "x", "alembic", "--version"]).exits(0);
        ["trace", "debug", "info", "warning", "error"]
            .into_iter()
            .filter(|level| done.stderr.lines().any(|line| line.starts_with(&format!("{level}: old: Level::"))))
            .collect::<Vec<_>>()
    };
    assert_eq!(lines("plugin=trace"), ["trace", "debug", "info", "warning", "error"]);
    assert_eq!(lines("plugin=debug"), ["debug", "info", "warning", "error"]);
    assert_eq!(lines("plugin=warn"), ["warning", "error"]);
    assert_eq!(lines("plugin=off"), [""; 0]);
}
