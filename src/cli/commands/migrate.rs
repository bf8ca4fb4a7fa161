use std::ffi::OsString;

use clap::Args;

use crate::alembic::PlanQuestion;
use crate::cli::commands::plan_preview::{ToPlan, View, show_plan_of};
use crate::cli::completions::candidates;
use crate::cli::options::Call;
use crate::cli::options::alembic::AlembicOptions;
use crate::cli::options::offline::Offline;
use crate::cli::options::waits::WaitArguments;
use crate::migration::Command;
use crate::session::run::run_migration;
use crate::support::exit::Exit;
use crate::support::user_error::CommandError;

/// Apply pending migrations to the database
///
/// Runs `alembic upgrade VERSION`.
#[derive(Args)]
pub(in crate::cli) struct Migrate {
    /// The target: `head`, `heads`, a revision, `+1`, `label@head`
    #[arg(default_value = "head", allow_negative_numbers = true, add = candidates::revisions())]
    version: String,

    #[command(flatten)]
    offline: Offline,

    /// Show the plan and the verdicts of the policies, as `lback plan migrate` does; change nothing
    #[arg(long, conflicts_with_all = ["sql", "tag", "extra"])]
    dry_run: bool,

    /// More arguments for `alembic upgrade`
    #[arg(last = true, value_name = "ALEMBIC_ARGS")]
    extra: Vec<OsString>,

    #[command(flatten)]
    waits: WaitArguments,

    #[command(flatten)]
    alembic: AlembicOptions,
}

impl Migrate {
    pub(in crate::cli) fn run(self, call: Call) -> Result<Exit, CommandError> {
        let Self { version, offline, dry_run, extra, waits, alembic } = self;
        let (mut options, surroundings) = call.for_run(alembic);
        options.waits = waits.into();
        if dry_run {
            let question = PlanQuestion::Upgrade { target: version.clone() };
            let typed = version.clone();
            let command = Command::Migrate { version, extra };
            return show_plan_of(&options, surroundings, &ToPlan { command, question, typed }, None, View::default());
        }
        run_migration(&options, surroundings, &Command::Migrate { version, extra: offline.with(extra) })
    }
}
