//! Looking before leaping: the plan of a command, and what the policies would say of it. `lback plan`, and `--dry-run`.

use super::error::CliError;
use super::globals::Globals;
use super::project::Project;
use super::run::Session;
use super::runtime::with_runtime;
use super::surroundings::Surroundings;
use crate::alembic::{Forward, PlanReply, Question};
use crate::migration::Command;
use crate::output::Exit;
use crate::plan::Plan;

/// How a plan is shown.
#[derive(clap::Args, Clone, Copy, Default)]
pub(super) struct View {
    /// Print one JSON document; `docs/plan.schema.json` describes it
    #[arg(long, conflicts_with = "markdown", global = true)]
    pub(super) json: bool,

    /// Print Markdown, for a comment in a pull request
    #[arg(long, global = true)]
    pub(super) markdown: bool,

    /// Show the SQL of each step
    #[arg(long, global = true)]
    pub(super) sql: bool,

    /// Show all steps, however many there are
    #[arg(long, global = true)]
    pub(super) all: bool,
}

/// What was planned, and the command that would do it.
pub(super) enum Found {
    Steps { command: Command, plan: Plan },
    Forward(Forward),
}

/// The command that a reply is about; `typed` is the one that it was asked for.
pub(super) fn found(reply: PlanReply, typed: &Command, name: &str) -> Found {
    match reply {
        PlanReply::Forward(forward) => Found::Forward(forward),
        PlanReply::Revision(plan) => Found::Steps { command: typed.clone(), plan },
        PlanReply::Plan(plan) => {
            let command = match (typed, &plan.table) {
                (Command::Rollback { extra, .. }, Some(_)) => Command::Rollback {
                    version: plan.target.clone(),
                    table: Some(name.to_owned()),
                    extra: extra.clone(),
                },
                _ => typed.clone(),
            };
            Found::Steps { command, plan }
        }
    }
}

/// Shows what a command would do. Nothing is changed, and no handler hears of it.
pub(super) fn show_plan_of(
    globals: &Globals,
    surroundings: Surroundings,
    command: &Command,
    question: Question,
    name: &str,
    view: View,
) -> Result<Exit, CliError> {
    let project = Project::find(surroundings)?;
    with_runtime(async {
        let mut session = Session::start(&project, globals, command)?;
        let reply = match session.plan(question).await {
            Ok(reply) => reply?,
            Err(interrupted) => return Ok(interrupted),
        };
        match found(reply, command, name) {
            Found::Forward(_) => todo!(),
            Found::Steps { plan, .. } => {
                println!("{}", serde_json::to_string_pretty(&plan).unwrap());
                let _ = view;
                Ok(Exit::Success)
            }
        }
    })?
}
