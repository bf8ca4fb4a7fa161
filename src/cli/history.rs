use std::ffi::OsString;

use clap::Args;

use super::error::CliError;
use super::globals::Globals;
use super::run::run_migration;
use super::surroundings::Surroundings;
use crate::migration::Command;
use crate::output::Exit;

/// List all migrations, the latest first
///
/// Runs `alembic history`.
#[derive(Args)]
pub(super) struct History {
    /// Only these revisions, as `base:head`, `-3:current`
    #[arg(short, long, value_name = "RANGE", allow_hyphen_values = true)]
    rev_range: Option<OsString>,

    /// Say more of each revision
    #[arg(short, long)]
    verbose: bool,

    /// Mark the revision that the database is at
    #[arg(short, long)]
    indicate_current: bool,

    /// More arguments for `alembic history`
    #[arg(last = true, value_name = "ALEMBIC_ARGS")]
    extra: Vec<OsString>,
}

impl History {
    pub(super) fn run(self, globals: &Globals, surroundings: Surroundings) -> Result<Exit, CliError> {
        let mut extra = Vec::new();
        if let Some(range) = self.rev_range {
            let mut joined = OsString::from("--rev-range=");
            joined.push(range);
            extra.push(joined);
        }
        extra.extend(self.verbose.then(|| "--verbose".into()));
        extra.extend(self.indicate_current.then(|| "--indicate-current".into()));
        extra.extend(self.extra);
        run_migration(globals, surroundings, &Command::History { extra })
    }
}
