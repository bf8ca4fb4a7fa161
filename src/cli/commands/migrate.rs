use std::ffi::OsString;

use clap::Args;

use crate::alembic::Question;
use crate::cli::commands::plan_preview::{ToPlan, View, show_plan_of};
use crate::cli::error::CliError;
use crate::cli::options::global::Globals;
use crate::cli::options::offline::Offline;
use crate::migration::Command;
use crate::session::environment::Surroundings;
use crate::session::run::run_migration;
use crate::ui::Exit;

/// Apply pending migrations to the database
///
/// Runs `alembic upgrade VERSION`.
#[derive(Args)]
pub(in crate::cli) struct Migrate {
    /// Up to where: `head`, `heads`, a revision, `+1`, `label@head`
    #[arg(default_value = "head", allow_negative_numbers = true)]
    version: String,

    #[command(flatten)]
    offline: Offline,

    /// Show what would be done and what the policies say, as `lback plan migrate`; change nothing
    #[arg(long, conflicts_with_all = ["sql", "tag", "extra"])]
    dry_run: bool,

    /// More arguments for `alembic upgrade`
    #[arg(last = true, value_name = "ALEMBIC_ARGS")]
    extra: Vec<OsString>,
}

impl Migrate {
    pub(in crate::cli) fn run(self, globals: &Globals, surroundings: Surroundings) -> Result<Exit, CliError> {
        let Self { version, offline, dry_run, extra } = self;
        if dry_run {
            let question = Question::Upgrade { target: version.clone() };
            let typed = version.clone();
            let command = Command::Migrate { version, extra };
            return show_plan_of(globals, surroundings, &ToPlan { command, question, typed }, View::default());
        }
        run_migration(globals, surroundings, &Command::Migrate { version, extra: offline.with(extra) })
    }
}
