//! `lback self …`: lback itself.

mod alembic_checks;
mod doctor;
mod folder_checks;
mod plugin_checks;

use clap::Subcommand;

use crate::cli::options::Call;
use crate::support::exit::Exit;
use crate::support::user_error::CommandError;

/// Examine lback and its project
#[derive(Subcommand)]
pub(super) enum SelfCommand {
    Doctor(doctor::Doctor),
}

impl SelfCommand {
    pub(super) fn run(self, call: Call) -> Result<Exit, CommandError> {
        match self {
            Self::Doctor(command) => command.run(call),
        }
    }
}
