use clap::Args;

use crate::cli::error::CliError;
use crate::journal::{Filter, Reader};
use crate::session::project::Project;
use crate::ui::{self, Exit};

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
    pub(super) fn run(self, project: &Project) -> Result<Exit, CliError> {
        let reader = super::open(project)?;
        let id = match (&reader, &self.run) {
            (Some(reader), Some(beginning)) => Some(one(reader, beginning)?),
            (Some(reader), None) => {
                let last = Filter { scope: Some(project.scope()), limit: Some(1), ..Filter::default() };
                reader.runs(&last)?.pop().map(|run| run.id)
            }
            (None, Some(beginning)) => return Err(CliError::NoSuchRun(beginning.clone())),
            (None, None) => None,
        };
        let details = match (&reader, id) {
            (Some(reader), Some(id)) => reader.details(&id)?,
            _ => None,
        };
        match details {
            Some(details) => ui::show_run(details, self.json).map_err(CliError::Stdout)?,
            None => super::nothing_yet(project),
        }
        Ok(Exit::Success)
    }
}

/// The one run whose id begins like this.
fn one(reader: &Reader, beginning: &str) -> Result<String, CliError> {
    let beginning = beginning.to_lowercase();
    let mut found = reader.find(&beginning)?;
    match (found.pop(), found.is_empty()) {
        (Some(id), true) => Ok(id),
        (None, _) => Err(CliError::NoSuchRun(beginning)),
        (Some(last), false) => {
            found.push(last);
            Err(CliError::ManyRuns { beginning, found })
        }
    }
}
