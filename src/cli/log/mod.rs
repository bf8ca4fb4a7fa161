//! `lback log`: the journal's runs, and the events that handlers have not received.

mod error;
mod list;
mod open;
mod redeliver;
mod show;

use clap::{Args, Subcommand};

use crate::cli::options::Call;
use crate::session::project::Project;
use crate::support::exit::Exit;
use crate::support::user_error::CommandError;

/// Show the runs of this project, and the events that handlers have not received
///
/// The newest run comes first. `--environment NAME` shows the runs of that environment only.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Log {
    #[command(flatten)]
    list: list::ListRuns,
    #[command(subcommand)]
    command: Option<LogCommand>,
}

#[derive(Subcommand)]
enum LogCommand {
    Show(show::Show),
    Redeliver(redeliver::Redeliver),
}

impl Log {
    pub(super) fn run(self, call: Call) -> Result<Exit, CommandError> {
        let project = Project::find(call.surroundings)?;
        match self.command {
            None => self.list.run(&call.globals, &project),
            Some(LogCommand::Show(command)) => command.run(&project),
            Some(LogCommand::Redeliver(command)) => command.run(&project),
        }
    }
}
