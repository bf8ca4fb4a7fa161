//! The marks of a run in a list of runs: its revisions, overrides and audits.

use rusqlite::Connection;

use super::run_details::{databases, overrides, verdicts};

/// The revisions of a run, and the denials that did not stop it.
#[derive(Debug, Default)]
pub(crate) struct RunMarks {
    /// The revisions of each database after the run, as far as they are known.
    pub(crate) revisions: Vec<Vec<String>>,
    /// The policies that were overridden.
    pub(crate) overridden: Vec<String>,
    /// The policies that would have denied the run, and were not enforced: those in audit mode.
    pub(crate) audited: Vec<String>,
}

pub(super) fn marks(connection: &Connection, run: &str) -> rusqlite::Result<RunMarks> {
    let overridden: Vec<_> = overrides(connection, run)?.into_iter().map(|row| row.plugin).collect();
    let mut audited: Vec<String> = Vec::new();
    for row in verdicts(connection, run)? {
        let is_audited = row.decision == "deny" && !row.blocked && !overridden.contains(&row.plugin);
        if is_audited && !audited.contains(&row.plugin) {
            audited.push(row.plugin);
        }
    }
    let revisions = databases(connection, run)?.into_iter().filter_map(|row| row.heads_after).collect();
    Ok(RunMarks { revisions, overridden, audited })
}
