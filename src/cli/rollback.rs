use std::ffi::OsString;

use clap::Args;

use super::error::CliError;
use super::globals::Globals;
use super::offline::Offline;
use super::run::run_migration;
use super::surroundings::Surroundings;
use crate::migration::Command;
use crate::output::Exit;

/// Revert migrations
///
/// Runs `alembic downgrade TARGET`: by default one step back. Data that a migration deleted does not come back.
#[derive(Args)]
pub(super) struct Rollback {
    /// Down to where: `-1` (one step back), a revision (which stays applied), `base` (everything); with `--sql` a range, as `from:to`
    #[arg(default_value = "-1", allow_negative_numbers = true)]
    target: String,

    #[command(flatten)]
    offline: Offline,

    /// More arguments for `alembic downgrade`
    #[arg(last = true, value_name = "ALEMBIC_ARGS")]
    extra: Vec<OsString>,
}

impl Rollback {
    pub(super) fn run(self, globals: &Globals, surroundings: Surroundings) -> Result<Exit, CliError> {
        let extra = self.offline.with(self.extra);
        run_migration(globals, surroundings, &Command::Rollback { version: self.target, table: None, extra })
    }
}
