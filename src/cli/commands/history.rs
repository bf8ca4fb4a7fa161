use std::ffi::OsString;

use clap::Args;

use crate::cli::options::Call;
use crate::cli::options::alembic::AlembicOptions;
use crate::migration::Command;
use crate::session::run::run_migration;
use crate::support::exit::Exit;
use crate::support::user_error::CommandError;

/// List all migrations, the latest first
///
/// Runs `alembic history`.
#[derive(Args)]
pub(in crate::cli) struct History {
    /// Only these revisions, as `base:head`, `-3:current`
    #[arg(short, long, value_name = "RANGE", allow_hyphen_values = true)]
    rev_range: Option<OsString>,

    /// Show more about each revision
    #[arg(short, long)]
    verbose: bool,

    /// Mark the current revision of the database
    #[arg(short, long)]
    indicate_current: bool,

    /// More arguments for `alembic history`
    #[arg(last = true, value_name = "ALEMBIC_ARGS")]
    extra: Vec<OsString>,

    #[command(flatten)]
    alembic: AlembicOptions,
}

impl History {
    pub(in crate::cli) fn run(self, call: Call) -> Result<Exit, CommandError> {
        let (options, surroundings) = call.for_run(self.alembic);
        let mut extra = Vec::new();
        if let Some(range) = self.rev_range {
            let mut joined = OsString::from("--rev-range=");
            joined.push(range);
            extra.push(joined);
        }
        extra.extend(self.verbose.then(|| "--verbose".into()));
        extra.extend(self.indicate_current.then(|| "--indicate-current".into()));
        extra.extend(self.extra);
        run_migration(&options, surroundings, &Command::History { extra })
    }
}
