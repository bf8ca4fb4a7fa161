//! Handlers that a run waits for: `on-error = "block"`.

use super::looking::{BEFORE, heard, logged, recorded, replaced};
use crate::support::Project;

#[test]
fn a_blocking_failure_is_redelivered_without_blocking() {
    let strict = "on-error = \"block\"\n";
    let fails = "[plugin.settings]\nfail-handler = [\"alembic_command_started\"]";
    let project = recorded(Project::new(), "strict", &format!("{strict}{fails}"));
    let first = heard(&logged(&project, &["migrate"]).exits(77), "strict");
    let project = replaced(project, fails, "");
    let second = heard(&logged(&project, &["migrate"]).exits(0), "strict");
    let signals: Vec<_> = second.iter().map(|(signal, _)| signal.as_str()).collect();
    // Alembic starts as soon as the handler has been notified of the new event.
    assert_eq!(signals, [&BEFORE[..], &["alembic_command_started", "alembic_command_completed"]].concat());
    assert_eq!(second[3], first[2], "the message that had blocked");
}
