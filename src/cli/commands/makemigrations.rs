use std::ffi::OsString;

use clap::Args;

use crate::cli::options::Call;
use crate::cli::options::alembic::AlembicOptions;
use crate::migration::Command;
use crate::session::run::run_migration;
use crate::support::exit::Exit;
use crate::support::user_error::CommandError;

/// Write a migration from the changes in the models
///
/// Runs `alembic revision --autogenerate -m NAME`, which compares the models with the database.
/// Without a name the revision has no message, and signals carry `auto`. Review the script before
/// you commit it.
#[derive(Args)]
pub(in crate::cli) struct Makemigrations {
    /// The purpose of the migration, as `add_users_table`; it becomes the message and a part of the
    /// file name
    name: Option<String>,

    /// More arguments for `alembic revision`, as `-- --head x@head --rev-id 1a2b`
    #[arg(last = true, value_name = "ALEMBIC_ARGS")]
    extra: Vec<OsString>,

    #[command(flatten)]
    alembic: AlembicOptions,
}

impl Makemigrations {
    pub(in crate::cli) fn run(self, call: Call) -> Result<Exit, CommandError> {
        let (options, surroundings) = call.for_run(self.alembic);
        run_migration(&options, surroundings, &Command::Makemigrations { name: self.name, extra: self.extra })
    }
}
