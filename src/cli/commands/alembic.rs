use std::ffi::OsString;

use clap::Args;

use crate::cli::error::CliError;
use crate::cli::options::global::Globals;
use crate::migration::Command;
use crate::session::environment::Surroundings;
use crate::session::run::run_migration;
use crate::ui::Exit;

/// Run any other Alembic command, with the signals and the policies
///
/// As `lback alembic current`, `lback alembic stamp head`, `lback alembic --help`. Everything behind `alembic` is Alembic's; options
/// of lback stand before it.
#[derive(Args)]
#[command(disable_help_flag = true)]
pub(in crate::cli) struct Alembic {
    /// What Alembic is given
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
    words: Vec<OsString>,
}

impl Alembic {
    pub(in crate::cli) fn run(self, globals: &Globals, surroundings: Surroundings) -> Result<Exit, CliError> {
        run_migration(globals, surroundings, &Command::Alembic { words: self.words })
    }
}
