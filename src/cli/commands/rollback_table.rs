//! The rollback of a table: its plan is made, shown, agreed to and run, or its inverse is written
//! as a new revision.

use std::ffi::OsString;
use std::sync::Arc;

use clap::Args;

use crate::alembic::{InverseMigration, PlanReply, ScriptBodies};
use crate::cli::commands::plan_preview::{report, with_target};
use crate::cli::commands::rollback_confirmed::confirm;
use crate::cli::commands::rollback_target::Target;
use crate::migration::{Command, Outcome};
use crate::model::plan::{Part, Plan, PlanFailure, PlanSource, Reversible};
use crate::session::environment::Surroundings;
use crate::session::project::Project;
use crate::session::question::is_interactive;
use crate::session::run::Session;
use crate::session::run_options::RunOptions;
use crate::session::runtime::with_runtime;
use crate::support::exit::Exit;
use crate::support::user_error::CommandError;
use crate::ui::{self, RequiredConsent};

#[derive(Args, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option")]
pub(in crate::cli) struct ByTable {
    /// Do not ask before the rollback
    #[arg(short, long)]
    yes: bool,

    /// Also revert later migrations that the rollback cannot avoid
    #[arg(long, help_heading = "Rollback of a table")]
    allow_collateral: bool,

    /// Also run a `downgrade()` that is known to fail, or to undo only a part
    #[arg(long, help_heading = "Rollback of a table")]
    allow_irreversible: bool,

    /// Revert nothing: write a new migration that undoes the changes of the table, for review
    #[arg(long, conflicts_with_all = ["allow_collateral", "allow_irreversible", "yes"], help_heading = "Rollback of a table")]
    as_migration: bool,
}

impl ByTable {
    pub(in crate::cli) fn as_migration(&self) -> bool {
        self.as_migration
    }

    pub(in crate::cli) fn is_confirmed(&self) -> bool {
        self.yes
    }

    /// Returns the kinds of consent that the plan needs and the options do not give.
    fn lacking(&self, plan: &Plan) -> Vec<RequiredConsent> {
        let has_collateral = plan.steps().any(|step| step.part == Some(Part::Collateral));
        let is_irreversible = plan.steps().any(|step| step.reversible == Reversible::No);
        let collateral = (has_collateral && !self.allow_collateral).then_some(RequiredConsent::Collateral);
        let irreversible = (is_irreversible && !self.allow_irreversible).then_some(RequiredConsent::Irreversible);
        collateral.into_iter().chain(irreversible).collect()
    }
}

/// Rolls back a name: the latest change of a table or, where the name is a revision, to that
/// revision.
pub(in crate::cli) fn roll_back_by_name(
    options: &RunOptions,
    surroundings: Surroundings,
    target: &Target,
    by_table: &ByTable,
    extra: Vec<OsString>,
) -> Result<Exit, CommandError> {
    let question = target.to_run(by_table.as_migration)?;
    let typed = target.command(extra.clone());
    let project = Project::find(surroundings)?;
    with_runtime(async {
        let mut session = Session::start(&project, options, &typed)?;
        match session.plan(question).await? {
            Ok(PlanReply::Migration(forward)) => return Box::pin(write(session, forward, extra)).await,
            Ok(PlanReply::Plan(plan)) => {
                let command = with_target(&typed, &plan, target.typed());
                return Box::pin(revert(session, &command, plan, by_table)).await;
            }
            Ok(PlanReply::Revision(_)) => {}
            // The name cannot be resolved here, and is not known to be a table: Alembic gets it,
            // and reports what is wrong.
            Err(error)
                if error.kind == PlanFailure::NotLaunched && !target.is_surely_table() && !by_table.as_migration => {}
            Err(error) => return Err(error.into()),
        }
        if !by_table.yes && is_interactive() {
            return Box::pin(confirm(session, &typed, target.typed().to_owned())).await;
        }
        let participants = session.participants().await?;
        let plan = session.plan_source();
        Ok(session.run(&typed, participants, plan, None).await.exit())
    })?
}

/// Shows the plan, asks the user, and runs it.
async fn revert(
    mut session: Session<'_>,
    command: &Command,
    plan: Plan,
    options: &ByTable,
) -> Result<Exit, CommandError> {
    session.change(command).await;
    let participants = session.participants().await?;
    let lacking = options.lacking(&plan);
    let asks = !options.yes && is_interactive();
    if !options.yes || !lacking.is_empty() {
        let report = report(&session, command, participants.context.environment.clone(), plan.clone(), Vec::new());
        ui::show_plan_for_consent(&report);
    }
    if !lacking.is_empty() {
        let mut more: Vec<_> = lacking.iter().map(|refused| refused.option()).collect();
        // Without a terminal the command would be refused again for want of `--yes`.
        if !asks && !options.yes {
            more.push("--yes");
        }
        ui::show_consent_required(&plan, &lacking, &again(&session, &more), &as_migration(&session));
        return Ok(Exit::Denied);
    }
    if asks {
        if !session.ask("Revert this?").await? {
            ui::note("nothing was done");
            return Ok(Exit::Denied);
        }
    } else if !options.yes {
        ui::show_confirmation_required(&plan, &again(&session, &["--yes"]));
        return Ok(Exit::Denied);
    }
    let plan = Arc::new(plan);
    let result = session.run(command, participants, PlanSource::agreed(Arc::clone(&plan)), None).await;
    if matches!(result.outcome, Outcome::Completed) {
        ui::show_reverted(&plan, &result.databases);
    }
    Ok(result.exit())
}

/// Returns the command line of the user with more options.
fn again(session: &Session<'_>, more: &[&str]) -> Vec<String> {
    let mut words = session.typed();
    let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
    words.splice(end..end, more.iter().map(|&word| word.to_owned()));
    words
}

/// Returns the command line of the user for a new migration in place of the rollback.
fn as_migration(session: &Session<'_>) -> Vec<String> {
    const OTHERS: [&str; 4] = ["--yes", "-y", "--allow-collateral", "--allow-irreversible"];
    let mut words = again(session, &["--as-migration"]);
    words.retain(|word| !OTHERS.contains(&word.as_str()));
    words
}

/// Lets Alembic write a new revision with the bodies that the planner made.
async fn write(
    mut session: Session<'_>,
    forward: InverseMigration,
    extra: Vec<OsString>,
) -> Result<Exit, CommandError> {
    let InverseMigration { message, head, upgrades, downgrades, imports, warnings, .. } = forward;
    let command = Command::Forward { message, head, extra };
    session.change(&command).await;
    let participants = session.participants().await?;
    let texts = ScriptBodies { upgrades, downgrades, imports };
    let result = session.run(&command, participants, PlanSource::none(), Some(texts)).await;
    if matches!(result.outcome, Outcome::Completed) {
        for warning in warnings {
            ui::warning(&warning);
        }
        ui::hint("review the new script before you run `lback migrate`: lost data is not restored");
    }
    Ok(result.exit())
}
