use std::ffi::OsString;

use clap::Args;

use crate::cli::options::Call;
use crate::cli::options::alembic::AlembicOptions;
use crate::migration::Command;
use crate::session::run::run_migration;
use crate::support::exit::Exit;
use crate::support::user_error::CommandError;

/// Run any other Alembic command, with signals and policies
///
/// For example `lback alembic stamp head` and `lback alembic --help`. Everything after `alembic` is
/// passed to Alembic; put options of lback in front of it. The word `alembic` can be left out for
/// every command of Alembic that lback has no command of its own for: `lback current`, `lback
/// upgrade head`.
#[derive(Args)]
#[command(disable_help_flag = true)]
pub(in crate::cli) struct Alembic {
    /// The arguments for Alembic
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
    words: Vec<OsString>,

    #[command(flatten)]
    alembic: AlembicOptions,
}

impl Alembic {
    pub(in crate::cli) fn run(self, call: Call) -> Result<Exit, CommandError> {
        let (options, surroundings) = call.for_run(self.alembic);
        run_migration(&options, surroundings, &Command::Alembic { words: self.words })
    }
}
