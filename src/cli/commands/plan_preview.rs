//! The plan of a command, with the verdicts of the policies, for `lback plan` and `--dry-run`.

use std::io::{self, IsTerminal as _};
use std::sync::Arc;

use crate::alembic::{PlanQuestion, PlanReply};
use crate::cli::commands::added_scripts::AddedScripts;
use crate::dispatch::{Effect, PolicyEvaluation};
use crate::migration::Command;
use crate::model::notice::NotEnforced;
use crate::model::plan::{Plan, PlanSource};
use crate::session::environment::Surroundings;
use crate::session::project::Project;
use crate::session::run::Session;
use crate::session::run_options::RunOptions;
use crate::session::runtime::with_runtime;
use crate::support::exit::Exit;
use crate::support::io_error::ResultNotShown;
use crate::support::user_error::CommandError;
use crate::ui::{self, NotEnforcedReason, PlanOptions, PlanReport, PlannedCommand, PolicyAnswer};

/// The form in which a plan is shown.
#[derive(clap::Args, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option")]
pub(in crate::cli) struct View {
    /// Print one JSON document; `schemas/plan.schema.json` describes it
    #[arg(long, conflicts_with = "markdown", global = true)]
    json: bool,

    /// Print Markdown, for a comment in a pull request
    #[arg(long, global = true)]
    markdown: bool,

    /// Show the SQL of each step
    #[arg(long, global = true)]
    sql: bool,

    /// Show all steps and operations, however many there are
    #[arg(long, global = true)]
    all: bool,
}

/// A command, and the question that its plan answers.
pub(in crate::cli) struct ToPlan {
    pub(in crate::cli) command: Command,
    pub(in crate::cli) question: PlanQuestion,
    /// The target as it stands on the command line.
    pub(in crate::cli) typed: String,
}

/// Shows the plan of a command and the verdicts of the policies. Nothing is changed, and no handler
/// is notified.
pub(in crate::cli) fn show_plan_of(
    options: &RunOptions,
    surroundings: Surroundings,
    ToPlan { command, question, typed }: &ToPlan,
    since: Option<&str>,
    view: View,
) -> Result<Exit, CommandError> {
    let project = Project::find(surroundings)?;
    let added = since.map(|reference| AddedScripts::since(&project.config.root, reference)).transpose()?;
    with_runtime(async {
        let mut session = Session::start(&project, options, command)?;
        let (command, plan) = match session.plan(question.clone()).await?? {
            PlanReply::Plan(plan) | PlanReply::Revision(Some(plan)) => (with_target(command, &plan, typed), plan),
            PlanReply::Revision(None) | PlanReply::Migration(_) => unreachable!("the question was for a plan"),
        };
        let plan = match added {
            Some(added) => added.only(plan),
            None => plan,
        };
        session.change(&command).await;
        let participants = session.participants().await?;
        let environment = participants.context.environment.clone();
        let source = PlanSource::known(Ok(Some(Arc::new(plan.clone()))));
        let opinions = session.consult(&command, participants, source).await?;
        let report = report(&session, &command, environment, plan, opinions);
        let exit = if report.is_blocked() { Exit::Denied } else { Exit::Success };
        view.show(&report).map_err(ResultNotShown::after(exit))?;
        if report.is_blocked() && view.is_for_another_program() {
            ui::show_plan_blocked(&report);
        }
        Ok(exit)
    })?
}

/// Builds the report of a plan.
pub(in crate::cli) fn report(
    session: &Session<'_>,
    command: &Command,
    environment: Option<String>,
    plan: Plan,
    opinions: Vec<PolicyEvaluation>,
) -> PlanReport {
    let kind = match command {
        Command::Rollback { .. } => PlannedCommand::Rollback,
        _ => PlannedCommand::Migrate,
    };
    PlanReport::new(kind, session.words(), environment, plan, opinions.into_iter().map(shown).collect())
}

/// Converts an opinion to its form in the report.
fn shown(opinion: PolicyEvaluation) -> ui::PolicyResult {
    let PolicyEvaluation { plugin, signal, answer, effect } = opinion;
    let answer = match answer {
        Ok(verdict) => PolicyAnswer::Verdict(verdict),
        Err(failure) => PolicyAnswer::Failed { failure: failure.to_string(), hint: failure.hint() },
    };
    let not_enforced = match effect {
        Effect::Allows | Effect::Blocks => None,
        Effect::Ignored(NotEnforced::Audit) => Some(NotEnforcedReason::Audit),
        Effect::Ignored(NotEnforced::Overridden) => Some(NotEnforcedReason::Overridden),
        Effect::Warns => Some(NotEnforcedReason::OnError),
    };
    ui::PolicyResult::new(plugin, Some(signal), answer, not_enforced)
}

/// Returns the command with the target that was found for a table. Other commands are returned
/// unchanged.
pub(in crate::cli) fn with_target(command: &Command, plan: &Plan, typed: &str) -> Command {
    match (command, &plan.table) {
        (Command::Rollback { extra, .. }, Some(_)) => {
            Command::Rollback { version: plan.target.clone(), table: Some(typed.to_owned()), extra: extra.clone() }
        }
        _ => command.clone(),
    }
}

impl View {
    /// Returns whether the plan may go into a file or to a program instead of the terminal.
    fn is_for_another_program(self) -> bool {
        self.json || self.markdown || !io::stdout().is_terminal()
    }

    fn show(self, report: &PlanReport) -> io::Result<()> {
        let options = PlanOptions { all: self.all, sql: self.sql };
        if self.json {
            return ui::show_plan_as_json(report);
        }
        if self.markdown { ui::show_plan_as_markdown(report, options) } else { ui::show_plan(report, options) }
    }
}
