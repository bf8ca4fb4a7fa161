use clap::Args;

use super::error::LogError;
use crate::journal::{JournalReader, RunFilter};
use crate::session::project::Project;
use crate::support::exit::Exit;
use crate::support::io_error::StdoutError;
use crate::support::user_error::CommandError;
use crate::ui;

/// Show all there is of a run
///
/// Who ran what, where, and how it ended; what policies answered; which revisions ran, and how long; who was told.
#[derive(Args)]
pub(super) struct Show {
    /// Its id, or the beginning of it [default: the last run]
    run: Option<String>,

    /// Print one JSON document; `schemas/log-show.schema.json` describes it
    #[arg(long)]
    json: bool,
}

impl Show {
    pub(super) fn run(self, project: &Project) -> Result<Exit, CommandError> {
        let reader = super::open(project)?;
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
            None => super::nothing_yet(project),
        }
        Ok(Exit::Success)
    }
}

/// The one run whose id begins like this.
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
