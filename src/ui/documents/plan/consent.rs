//! The messages before the rollback of a table: the plan that needs consent, and why nothing was
//! done. The command decides whether consent is needed.

use std::io;

use super::detail_level::DetailLevel;
use super::fold::Fold;
use super::phrase::Phrase;
use super::plan_report::PlanReport;
use super::wording::{self, shell_line};
use super::{page, text};
use crate::model::plan::{Part, Plan, Reversible};
use crate::support::plural::counted;
use crate::ui::terminal::message::{error, hint};
use crate::ui::terminal::screen;

pub(crate) const CONSENT: DetailLevel = DetailLevel { fold: Fold::KeepMarked, sql: false, show_all: "--dry-run --all" };

/// Shows the plan that a person is asked about, on stderr. Everything that matters is in it.
pub(crate) fn show_plan_for_consent(report: &PlanReport) {
    let width = page::width_of(&io::stderr());
    let mut text = text::plan(report, CONSENT, width);
    text.new_line();
    screen::message(&text);
}

/// A property of a rollback that needs explicit consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequiredConsent {
    /// Other revisions would be reverted too.
    Collateral,
    /// A `downgrade()` raises, or doesn't undo its `upgrade()`: the table would not be restored, or
    /// the run would stop half-way.
    Irreversible,
}

impl RequiredConsent {
    /// Returns the option that gives the consent.
    pub(crate) fn option(self) -> &'static str {
        match self {
            Self::Collateral => "--allow-collateral",
            Self::Irreversible => "--allow-irreversible",
        }
    }
}

/// Shows that consent is missing. `accept`: the words of the command that gives it. `forward`:
/// those of the command that writes a new migration instead.
pub(crate) fn show_consent_required(plan: &Plan, refused: &[RequiredConsent], accept: &[String], forward: &[String]) {
    consent_required(plan, refused, accept, forward).show();
}

/// Shows that a confirmation is needed and can't be asked for. `accept`: the words of the command
/// that confirms.
pub(crate) fn show_confirmation_required(plan: &Plan, accept: &[String]) {
    confirmation_required(plan, accept).show();
}

/// The reason why nothing was done, and the next step.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) message: String,
    /// A way that needs no consent.
    pub(crate) instead: Option<String>,
    pub(crate) hint: String,
}

impl Refusal {
    fn new(lines: &[Phrase], hint: &Phrase) -> Self {
        let lines: Vec<_> = lines.iter().map(Phrase::plain).collect();
        Self { message: lines.join("\n"), instead: None, hint: hint.plain() }
    }

    fn show(&self) {
        error(&self.message);
        self.instead.iter().for_each(|instead| hint(instead));
        hint(&self.hint);
    }
}

pub(crate) fn consent_required(
    plan: &Plan,
    refused: &[RequiredConsent],
    accept: &[String],
    forward: &[String],
) -> Refusal {
    let lines: Vec<_> = refused
        .iter()
        .flat_map(|each| match each {
            RequiredConsent::Collateral => collateral(plan),
            RequiredConsent::Irreversible => irreversible(plan),
        })
        .collect();
    let accepted = if refused.contains(&RequiredConsent::Irreversible) {
        "prefer a new migration, written by hand; to try the rollback anyway, run "
    } else {
        "to revert them too, run "
    };
    let refusal = Refusal::new(&lines, &Phrase::new(accepted).name(&shell_line(accept)));
    if !refused.contains(&RequiredConsent::Collateral) {
        return refusal;
    }
    let instead = Phrase::new("to change this table alone, let ").name(&shell_line(forward));
    Refusal { instead: Some(instead.say(" write a new migration").plain()), ..refusal }
}

fn collateral(plan: &Plan) -> Vec<Phrase> {
    let steps: Vec<_> = plan.steps().filter(|step| step.part == Some(Part::Collateral)).collect();
    let others = counted(steps.len(), "other revision");
    let mut lines = vec![what(plan).say(format!(" would also revert {others}; nothing was done"))];
    for step in &steps {
        lines.push(wording::step(step));
        lines.push(match step.writes.as_slice() {
            [] => Phrase::new("  changes no table"),
            tables => Phrase::new("  changes ").names(tables),
        });
        lines.extend(step.because.as_ref().map(|because| Phrase::new("  ").prose(because)));
    }
    lines
}

fn irreversible(plan: &Plan) -> Vec<Phrase> {
    let steps: Vec<_> = plan.steps().filter(|step| step.reversible == Reversible::No).collect();
    let count = counted(steps.len(), "revision");
    let mut lines = vec![what(plan).say(format!(" would not undo {count}; nothing was done"))];
    for step in &steps {
        lines.push(wording::step(step));
        lines.extend(wording::irreversible(step).map(|(_, why)| Phrase::new("  ").then(why)));
    }
    lines
}

pub(crate) fn confirmation_required(plan: &Plan, accept: &[String]) -> Refusal {
    let count = counted(plan.steps().count(), "revision");
    Refusal::new(
        &[what(plan).say(format!(
            " would revert {count}, which needs confirmation, and there is no terminal to ask on; nothing was done"
        ))],
        &Phrase::new("read the plan, then run ").name(&shell_line(accept)),
    )
}

/// Returns the subject of a message: the rollback.
fn what(plan: &Plan) -> Phrase {
    match &plan.table {
        Some(table) => Phrase::new("the rollback of ").name(table),
        None => Phrase::new("this rollback"),
    }
}
