//! The journal of a project, opened for reading.

use super::error::LogError;
use crate::journal::JournalReader;
use crate::session::project::Project;
use crate::ui;

/// Opens the journal. None if no run was ever recorded.
pub(super) fn open_journal(project: &Project) -> Result<Option<JournalReader>, LogError> {
    Ok(match project.journal_settings() {
        Some(settings) => JournalReader::open(&settings.path)?,
        None => None,
    })
}

/// Explains an empty list of runs.
pub(super) fn note_empty(project: &Project) {
    ui::note(if project.config.journal.enabled {
        "the journal is empty: no run of this project has been kept yet"
    } else {
        "the journal is turned off in `lback.toml`: `enabled = false` in `[journal]`"
    });
}
