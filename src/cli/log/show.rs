use clap::Args;

use super::error::LogError;
use super::open::{note_empty, open_journal};
use crate::cli::completions::candidates;
use crate::journal::{JournalReader, RunFilter};
use crate::session::project::Project;
use crate::support::exit::Exit;
use crate::support::io_error::StdoutError;
use crate::support::user_error::CommandError;
use crate::ui;

/// Show everything about a run
///
/// The actor, the host, the command and its outcome; the verdicts of policies; the revisions and
/// their durations; the handlers that were notified.
#[derive(Args)]
pub(super) struct Show {
    /// The run's id, or the beginning of it [default: the last run]
    #[arg(add = candidates::runs())]
    run: Option<String>,

    /// Print one JSON document; `schemas/log-show.schema.json` describes it
    #[arg(long)]
    json: bool,
}

impl Show {
    pub(super) fn run(self, project: &Project) -> Result<Exit, CommandError> {
        let reader = open_journal(project)?;
        let id = match (&reader, &self.run) {
            (Some(reader), Some(beginning)) => Some(one(reader, beginning)?),
            (Some(reader), None) => {
                let last = RunFilter { scope: Some(project.scope()), limit: Some(1), ..RunFilter::default() };
                reader.runs(&last).map_err(LogError::Journal)?.pop().map(|run| run.id)
            }
            (None, Some(beginning)) => return Err(LogError::NoSuchRun(beginning.clone()).into()),
            (None, None) => None,
        };
        let details = match (&reader, id) {
            (Some(reader), Some(id)) => reader.details(&id).map_err(LogError::Journal)?,
            _ => None,
        };
        match details {
            Some(details) => ui::show_run(details, self.json).map_err(StdoutError)?,
            None => note_empty(project),
        }
        Ok(Exit::Success)
    }
}

/// Returns the id of the only run whose id begins with `beginning`.
fn one(reader: &JournalReader, beginning: &str) -> Result<String, LogError> {
    let beginning = beginning.to_lowercase();
    let mut found = reader.find(&beginning).map_err(LogError::Journal)?;
    match (found.pop(), found.is_empty()) {
        (Some(id), true) => Ok(id),
        (None, _) => Err(LogError::NoSuchRun(beginning)),
        (Some(last), false) => {
            found.push(last);
            Err(LogError::ManyRuns { beginning, found })
        }
    }
}
