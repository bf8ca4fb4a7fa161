//! What is said before a rollback of a table: the plan that is asked about, and why nothing was done. Whether to ask is the command's part.

use std::io;

use super::fold::Fold;
use super::phrase::Phrase;
use super::wording::{self, counted, shell_line};
use super::{DetailLevel, PlanReport, page, text};
use crate::model::plan::{Part, Plan, Reversible};
use crate::ui::terminal::message::{error, hint};

pub(crate) const CONSENT: DetailLevel = DetailLevel { fold: Fold::KeepMarked, sql: false, show_all: "--dry-run --all" };

/// The plan that a person is asked about, on stderr: nothing that matters is left out of it.
pub(crate) fn show_plan_for_consent(report: &PlanReport) {
    let width = page::width_of(&io::stderr());
    anstream::eprintln!("{}\n", text::plan(report, CONSENT, width));
}

/// What a rollback of a table isn't done with unless somebody says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequiredConsent {
    /// Other revisions would go too.
    Collateral,
    /// There is a `downgrade()` that raises, or doesn't undo what it should: the table would not be as it was, or the run would end half-way.
    Irreversible,
}

impl RequiredConsent {
    /// The option that accepts it.
    pub(crate) fn option(self) -> &'static str {
        match self {
            Self::Collateral => "--allow-collateral",
            Self::Irreversible => "--allow-irreversible",
        }
    }
}

/// Nobody has said that this may be done. `accept`: the words of the command that says so.
pub(crate) fn show_consent_required(plan: &Plan, refused: &[RequiredConsent], accept: &[String]) {
    consent_required(plan, refused, accept).show();
}

/// Nobody can be asked. `accept`: the words of the command that asks nobody.
pub(crate) fn show_confirmation_required(plan: &Plan, accept: &[String]) {
    confirmation_required(plan, accept).show();
}

/// Why nothing was done, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) message: String,
    pub(crate) hint: String,
}

impl Refusal {
    fn new(lines: &[Phrase], hint: &Phrase) -> Self {
        let lines: Vec<_> = lines.iter().map(Phrase::plain).collect();
        Self { message: lines.join("\n"), hint: hint.plain() }
    }

    fn show(&self) {
        error(&self.message);
        hint(&self.hint);
    }
}

pub(crate) fn consent_required(plan: &Plan, refused: &[RequiredConsent], accept: &[String]) -> Refusal {
    let lines: Vec<_> = refused
        .iter()
        .flat_map(|each| match each {
            RequiredConsent::Collateral => collateral(plan),
            RequiredConsent::Irreversible => irreversible(plan),
        })
        .collect();
    let accepted = if refused.contains(&RequiredConsent::Irreversible) {
        "better undo it by a new migration, written by hand; if it is to be tried all the same, run "
    } else {
        "if they may go too, run "
    };
    Refusal::new(&lines, &Phrase::new(accepted).name(&shell_line(accept)))
}

fn collateral(plan: &Plan) -> Vec<Phrase> {
    let steps: Vec<_> = plan.steps().filter(|step| step.part == Some(Part::Collateral)).collect();
    let others = counted(steps.len(), "other revision");
    let mut lines = vec![what(plan).say(format!(" would take {others} with it; nothing was done"))];
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
        &[what(plan).say(format!(" would revert {count}, and nobody can be asked here; nothing was done"))],
        &Phrase::new("read the plan, then run ").name(&shell_line(accept)),
    )
}

/// What would be done.
fn what(plan: &Plan) -> Phrase {
    match &plan.table {
        Some(table) => Phrase::new("the rollback of ").name(table),
        None => Phrase::new("this rollback"),
    }
}
