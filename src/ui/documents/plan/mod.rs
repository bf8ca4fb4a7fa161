//! What a migrate or a rollback would do, for people and programs: one report behind the terminal's form, the pull request's and the JSON.
//!
//! `text` and `markdown` draw the same `Phrase`s, so that they say the same; serde writes the third form, and the JSON Schema in `schemas/` is
//! generated from these types.

mod consent;
mod fold;
mod markdown;
mod page;
mod phrase;
mod policy_result;
#[cfg(test)]
mod schemas;
mod summary;
#[cfg(test)]
mod tests;
mod text;
mod wording;

use std::io;

use anstream::println;
use schemars::JsonSchema;
use serde::Serialize;

pub(crate) use consent::{RequiredConsent, show_confirmation_required, show_consent_required, show_plan_for_consent};
pub(crate) use policy_result::{NotEnforcedReason, PolicyAnswer, PolicyResult};

use self::fold::Fold;
use self::summary::Summary;
use super::json::print_json;
use crate::model::plan::Plan;

/// The form of the JSON document below. It changes when a field changes its meaning or goes; new fields may come at any time.
const FORMAT: u32 = 1;

/// What one command would do, and what the policies say to it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "lback plan --json")]
pub(crate) struct PlanReport {
    /// The form of this document. Within a form nothing goes and nothing changes its meaning.
    #[schemars(extend("const" = FORMAT))]
    format: u32,
    command: PlannedCommand,
    /// The command that lback would run, without passwords.
    alembic: Vec<String>,
    /// The environment, where one is named.
    environment: Option<String>,
    plan: Plan,
    /// The plan in numbers.
    summary: Summary,
    /// Whether a policy would stop the command.
    blocked: bool,
    /// What the policies say, in the order in which they are asked.
    policies: Vec<PolicyResult>,
}

/// The command of lback whose plan it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PlannedCommand {
    Migrate,
    Rollback,
}

/// How much is shown. The JSON form always has everything.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PlanOptions {
    /// Every revision and every operation, however many there are.
    pub(crate) all: bool,
    /// The statements too.
    pub(crate) sql: bool,
}

impl PlanReport {
    /// `alembic` is the command as it would be run, as in `["alembic", "downgrade", "a1b2@c3d4"]`: without passwords, for it is shown.
    pub(crate) fn new(
        command: PlannedCommand,
        alembic: Vec<String>,
        environment: Option<String>,
        plan: Plan,
        policies: Vec<PolicyResult>,
    ) -> Self {
        Self {
            format: FORMAT,
            command,
            alembic,
            environment,
            summary: Summary::of(&plan),
            plan,
            blocked: policies.iter().any(PolicyResult::blocks),
            policies,
        }
    }

    /// Would a policy stop the command?
    pub(crate) fn is_blocked(&self) -> bool {
        self.blocked
    }
}

/// For a person, on stdout.
pub(crate) fn show_plan(report: &PlanReport, options: PlanOptions) {
    let width = page::width_of(&io::stdout());
    println!("{}", text::plan(report, options.into(), width));
}

/// For a comment on a pull request, on stdout.
pub(crate) fn show_plan_as_markdown(report: &PlanReport, options: PlanOptions) {
    println!("{}", markdown::plan(report, options.into()));
}

pub(crate) fn show_plan_as_json(report: &PlanReport) -> io::Result<()> {
    print_json(report)
}

/// What a form shows of a plan.
#[derive(Clone, Copy, Debug)]
struct DetailLevel {
    fold: Fold,
    sql: bool,
    /// The options that show all.
    show_all: &'static str,
}

impl From<PlanOptions> for DetailLevel {
    fn from(PlanOptions { all, sql }: PlanOptions) -> Self {
        Self { fold: if all { Fold::None } else { Fold::Long }, sql, show_all: "--all" }
    }
}

impl DetailLevel {
    fn left_out(self) -> String {
        format!("`{}` shows what is left out", self.show_all)
    }
}
