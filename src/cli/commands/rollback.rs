use std::ffi::OsString;

use clap::Args;

use crate::cli::commands::plan_preview::{View, show_plan_of};
use crate::cli::commands::rollback_table::{ByTable, roll_back_by_name};
use crate::cli::commands::rollback_target::Target;
use crate::cli::error::CliError;
use crate::cli::options::global::Globals;
use crate::cli::options::offline::Offline;
use crate::session::environment::Surroundings;
use crate::session::run::run_migration;
use crate::ui::Exit;

/// Revert migrations
///
/// Runs `alembic downgrade`: one step back, back to a revision, or, for a table, as far as it takes to revert the latest migration that changed the table. Such a
/// rollback shows first what would be reverted, and asks. Data that a migration deleted does not come back.
#[derive(Args)]
pub(in crate::cli) struct Rollback {
    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    by_table: ByTable,

    #[command(flatten)]
    offline: Offline,

    /// Show what would be done and what the policies say, as `lback plan rollback`; change nothing
    #[arg(long, conflicts_with_all = ["sql", "tag", "extra", "as_migration"])]
    dry_run: bool,

    /// More arguments for `alembic downgrade`
    #[arg(last = true, value_name = "ALEMBIC_ARGS")]
    extra: Vec<OsString>,
}

impl Rollback {
    pub(in crate::cli) fn run(self, globals: &Globals, surroundings: Surroundings) -> Result<Exit, CliError> {
        let Self { target, by_table, offline, dry_run, extra } = self;
        if dry_run {
            return show_plan_of(globals, surroundings, &target.to_plan(extra)?, View::default());
        }
        // Of a range of revisions Alembic prints the SQL, and asks no database.
        let is_surely_table = target.is_surely_table() || by_table.as_migration();
        if !is_surely_table && (offline.is_sql() || !target.may_be_table()) {
            return run_migration(globals, surroundings, &target.command(offline.with(extra)));
        }
        if offline.is_sql() {
            return Err(CliError::SqlOfTable(target.typed().to_owned()));
        }
        roll_back_by_name(globals, surroundings, &target, &by_table, offline.with(extra))
    }
}
