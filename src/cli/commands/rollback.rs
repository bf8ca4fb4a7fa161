use std::ffi::OsString;

use clap::Args;

use super::rollback_target::TargetError;
use crate::cli::commands::plan_preview::{View, show_plan_of};
use crate::cli::commands::rollback_confirmed::run_confirmed;
use crate::cli::commands::rollback_table::{ByTable, roll_back_by_name};
use crate::cli::commands::rollback_target::Target;
use crate::cli::options::Call;
use crate::cli::options::alembic::AlembicOptions;
use crate::cli::options::offline::Offline;
use crate::cli::options::waits::WaitArguments;
use crate::session::question::is_interactive;
use crate::session::run::run_migration;
use crate::support::exit::Exit;
use crate::support::user_error::CommandError;

/// Revert migrations
///
/// Runs `alembic downgrade`: one step back, back to a revision, or, for a table, as far as needed
/// to revert the latest migration that changed the table. The rollback of a table shows first what
/// would be reverted, and asks; on a terminal, so does every rollback that loses data. Data that a
/// migration deleted is not restored.
#[derive(Args)]
pub(in crate::cli) struct Rollback {
    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    by_table: ByTable,

    #[command(flatten)]
    offline: Offline,

    /// Show the plan and the verdicts of the policies, as `lback plan rollback` does; change
    /// nothing
    #[arg(long, conflicts_with_all = ["sql", "tag", "extra", "as_migration"])]
    dry_run: bool,

    /// More arguments for `alembic downgrade`
    #[arg(last = true, value_name = "ALEMBIC_ARGS")]
    extra: Vec<OsString>,

    #[command(flatten)]
    waits: WaitArguments,

    #[command(flatten)]
    alembic: AlembicOptions,
}

impl Rollback {
    pub(in crate::cli) fn run(self, call: Call) -> Result<Exit, CommandError> {
        let Self { target, by_table, offline, dry_run, extra, waits, alembic } = self;
        let (mut options, surroundings) = call.for_run(alembic);
        options.waits = waits.into();
        if dry_run {
            return show_plan_of(&options, surroundings, &target.to_plan(extra)?, None, View::default());
        }
        // For a range of revisions Alembic prints the SQL without a database.
        let is_surely_table = target.is_surely_table() || by_table.as_migration();
        if !is_surely_table && (offline.is_sql() || !target.may_be_table()) {
            let prints_sql = offline.is_sql() || extra.iter().any(|word| word == "--sql");
            let asks = !prints_sql && !by_table.is_confirmed() && is_interactive();
            let command = target.command(offline.with(extra));
            if asks {
                return run_confirmed(&options, surroundings, &command, target.typed().to_owned());
            }
            return run_migration(&options, surroundings, &command);
        }
        if offline.is_sql() {
            return Err(TargetError::SqlOfTable(target.typed().to_owned()).into());
        }
        roll_back_by_name(&options, surroundings, &target, &by_table, offline.with(extra))
    }
}
