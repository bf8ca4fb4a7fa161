//! `lback plugin …`: the plugins of a project, and plugins as files.

mod inspect;
mod list;

use clap::Subcommand;

use super::error::CliError;
use super::surroundings::Surroundings;
use crate::output::Exit;

/// List and inspect plugins
#[derive(Subcommand)]
pub(super) enum Plugin {
    List(list::List),
    Inspect(inspect::Inspect),
}

impl Plugin {
    pub(super) fn run(self, surroundings: Surroundings) -> Result<Exit, CliError> {
        match self {
            Self::List(command) => command.run(surroundings),
            Self::Inspect(command) => command.run(surroundings),
        }
    }
}
