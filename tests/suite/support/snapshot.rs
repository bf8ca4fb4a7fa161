//! Snapshots: the whole output of a run, compared with a committed file.
//!
//! A snapshot is `snapshots/NAME.snap` beside the test. `INSTA_UPDATE=always cargo xtask test NAME`
//! writes it. In CI, where `CI` is set, `insta` writes nothing, and a variable that would make it
//! write or pass is an error.

use std::env;

use insta::Settings;

/// Patterns of what differs from run to run, and their replacements in snapshots.
/// [`super::Done::transcript`] has replaced folders before.
const REDACTIONS: [(&str, &str); 7] = [
    (r"sha256:[0-9a-f]{64}", "sha256:[digest]"),
    // As tables show it.
    (r"sha256:[0-9a-f]{12}\b", "sha256:[start]"),
    (r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "[id]"),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?", "[time]"),
    // As the line after a success has it.
    (r"\bin (\d+ ms|\d+\.\d s|\d+ min \d\d s);", "in [duration];"),
    // The name that `Database` gives.
    (r"\bown_\d+_\d+\b", "[database]"),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:[port]"),
];

/// The settings of every snapshot.
pub(crate) fn settings() -> Settings {
    refuse_to_write_in_ci();
    let mut settings = Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_filters(REDACTIONS);
    settings
}

#[track_caller]
fn refuse_to_write_in_ci() {
    let is = |name: &str, values: &[&str]| env::var(name).is_ok_and(|value| values.contains(&&*value));
    if is("CI", &["1", "true"]) {
        let writes = is("INSTA_UPDATE", &["always", "force", "new", "unseen"]);
        let passes = is("INSTA_FORCE_PASS", &["1"]);
        assert!(!writes && !passes, "snapshots are only compared in CI: unset `INSTA_UPDATE` and `INSTA_FORCE_PASS`");
    }
}

/// Compares command line, exit code, stdout and stderr of a run with the snapshot of this name.
macro_rules! assert_run {
    ($name:expr, $done:expr) => {
        $crate::support::assert_text!($name, $done.transcript())
    };
}

/// Compares a text with the snapshot of this name. `insta` ignores line breaks at the end.
macro_rules! assert_text {
    ($name:expr, $text:expr) => {
        $crate::support::snapshot_settings().bind(|| ::insta::assert_snapshot!($name, $text))
    };
}

pub(crate) use {assert_run, assert_text};
