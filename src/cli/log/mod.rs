//! `lback log …`: what the journal says.

mod error;
mod list;
mod redeliver;
mod show;
use clap::{Args, Subcommand};

use self::error::LogError;
use crate::cli::options::Call;
use crate::journal::JournalReader;
use crate::session::project::Project;
use crate::support::exit::Exit;
use crate::support::user_error::CommandError;
use crate::ui;

/// Show the runs of this project, and what handlers have not heard
///
/// The newest run is the first. `--environment NAME` shows the runs of that environment only.
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
    pub(super) fn run(self, call: Call) -> Result<Exit, CommandError> {
        let project = Project::find(call.surroundings)?;
        match self.command {
            None => self.list.run(&call.globals, &project),
            Some(Command::Show(command)) => command.run(&project),
            Some(Command::Redeliver(command)) => command.run(&project),
        }
    }
}

/// The journal; none where nothing was ever written.
fn open(project: &Project) -> Result<Option<JournalReader>, LogError> {
    Ok(match project.journal_settings() {
        Some(settings) => JournalReader::open(&settings.path)?,
        None => None,
    })
}

fn nothing_yet(project: &Project) {
    ui::note(if project.config.journal.enabled {
        "the journal is empty: no run of this project has been kept yet"
    } else {
        "the journal is turned off in `lback.toml`: `enabled = false` in `[journal]`"
    });
}
