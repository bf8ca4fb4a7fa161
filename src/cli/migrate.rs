use std::ffi::OsString;

use clap::Args;

use super::error::CliError;
use super::globals::Globals;
use super::offline::Offline;
use super::run::run_migration;
use super::surroundings::Surroundings;
use crate::migration::Command;
use crate::output::Exit;

/// Apply pending migrations to the database
///
/// Runs `alembic upgrade VERSION`.
#[derive(Args)]
pub(super) struct Migrate {
    /// Up to where: `head`, `heads`, a revision, `+1`, `label@head`
    #[arg(default_value = "head", allow_negative_numbers = true)]
    version: String,

    #[command(flatten)]
    offline: Offline,

    /// More arguments for `alembic upgrade`
    #[arg(last = true, value_name = "ALEMBIC_ARGS")]
    extra: Vec<OsString>,
}

impl Migrate {
    pub(super) fn run(self, globals: &Globals, surroundings: Surroundings) -> Result<Exit, CliError> {
        let extra = self.offline.with(self.extra);
        run_migration(globals, surroundings, &Command::Migrate { version: self.version, extra })
    }
}
