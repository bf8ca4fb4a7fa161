//! The rollback to a revision or by steps, confirmed on a terminal if data is lost.

use std::sync::Arc;

use crate::alembic::{PlanQuestion, PlanReply};
use crate::cli::commands::plan_preview::report;
use crate::migration::Command;
use crate::model::plan::{Plan, PlanFailure, PlanSource};
use crate::session::environment::Surroundings;
use crate::session::project::Project;
use crate::session::run::Session;
use crate::session::run_options::RunOptions;
use crate::session::runtime::with_runtime;
use crate::support::exit::Exit;
use crate::support::user_error::CommandError;
use crate::ui;

/// Runs a rollback. If the plan loses data, or doesn't show whether it does, shows it and asks
/// first. The caller has made sure that there is a terminal.
pub(in crate::cli) fn run_confirmed(
    options: &RunOptions,
    surroundings: Surroundings,
    command: &Command,
    target: String,
) -> Result<Exit, CommandError> {
    let project = Project::find(surroundings)?;
    with_runtime(async {
        let session = Session::start(&project, options, command)?;
        Box::pin(confirm(session, command, target)).await
    })?
}

/// Asks, and runs the rollback of a session that has begun.
pub(in crate::cli) async fn confirm(
    mut session: Session<'_>,
    command: &Command,
    target: String,
) -> Result<Exit, CommandError> {
    let planned = session.plan(PlanQuestion::Downgrade { target }).await?;
    let participants = session.participants().await?;
    let source = match planned {
        Ok(PlanReply::Plan(plan)) if loses_data(&plan) => {
            let report = report(&session, command, participants.context.environment.clone(), plan.clone(), Vec::new());
            ui::show_plan_for_consent(&report);
            if !session.ask("Revert this?").await? {
                ui::note("nothing was done");
                return Ok(Exit::Denied);
            }
            PlanSource::agreed(Arc::new(plan))
        }
        Ok(PlanReply::Plan(plan)) => PlanSource::agreed(Arc::new(plan)),
        Err(error) if matches!(error.kind, PlanFailure::Unavailable | PlanFailure::NotLaunched) => {
            ui::warning(&format!("lback can't tell whether this rollback loses data: {error}"));
            if !session.ask("Revert anyway?").await? {
                ui::note("nothing was done");
                return Ok(Exit::Denied);
            }
            session.plan_source()
        }
        // Alembic reports what is wrong with the target.
        Ok(_) | Err(_) => session.plan_source(),
    };
    Ok(session.run(command, participants, source, None).await.exit())
}

/// Returns whether the plan deletes data, or may do so where its analysis is incomplete.
fn loses_data(plan: &Plan) -> bool {
    plan.steps().any(|step| !step.is_complete() || step.operations.iter().any(|operation| operation.destructive))
}
