//! `lback log …`: what the journal says.

mod list;
mod redeliver;
mod show;

use clap::{Args, Subcommand};

use super::error::CliError;
use crate::cli::options::global::Globals;
use crate::journal::{JournalError, Reader};
use crate::session::environment::Surroundings;
use crate::session::project::Project;
use crate::ui::{self, Exit};

/// Show the runs of this project, and what handlers have not heard
///
/// The newest run is the first. `--environment NAME` shows the runs of that environment only; `-n N` is `--limit N`.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Log {
    #[command(flatten)]
    list: list::List,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    Show(show::Show),
    Redeliver(redeliver::Redeliver),
}

impl Log {
    pub(super) fn run(self, globals: &Globals, surroundings: Surroundings) -> Result<Exit, CliError> {
        let project = Project::find(surroundings)?;
        match self.command {
            None => self.list.run(globals, &project),
            Some(Command::Show(command)) => command.run(&project),
            Some(Command::Redeliver(command)) => command.run(&project),
        }
    }
}

/// The journal; none where nothing was ever written.
fn open(project: &Project) -> Result<Option<Reader>, JournalError> {
    match project.journal_settings() {
        Some(settings) => Reader::open(&settings.path),
        None => Ok(None),
    }
}

fn nothing_yet(project: &Project) {
    ui::note(if project.config.journal.enabled {
        "the journal is empty: no run of this project has been kept yet"
    } else {
        "the journal is turned off in `lback.toml`: `enabled = false` in `[journal]`"
    });
}
