use std::ffi::OsString;

use clap::Args;

use super::error::CliError;
use super::globals::Globals;
use super::run::run_migration;
use super::surroundings::Surroundings;
use crate::migration::Command;
use crate::output::Exit;

/// Write a migration from the changes in the models
///
/// Runs `alembic revision --autogenerate -m NAME`, which compares the models with the database. Without a name the revision has no
/// message, and signals say `auto`. Review the script before you commit it.
#[derive(Args)]
pub(super) struct Makemigrations {
    /// What the migration is for, as `add_users_table`; it becomes the message and a part of the file's name
    name: Option<String>,

    /// More arguments for `alembic revision`, as `-- --head x@head --rev-id 1a2b`
    #[arg(last = true, value_name = "ALEMBIC_ARGS")]
    extra: Vec<OsString>,
}

impl Makemigrations {
    pub(super) fn run(self, globals: &Globals, surroundings: Surroundings) -> Result<Exit, CliError> {
        run_migration(globals, surroundings, &Command::Makemigrations { name: self.name, extra: self.extra })
    }
}
