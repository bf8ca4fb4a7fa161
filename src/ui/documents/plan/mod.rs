//! The output of `lback plan` and `--dry-run`, for people and programs.
//!
//! `plan_report` has the one model of all forms. `text` draws the terminal's form and `markdown`
//! that of a pull request, both from the same [`phrase`]s; serde writes the JSON. The JSON Schema
//! in `schemas/` is generated from the model.

mod consent;
mod detail_level;
mod fold;
mod mark;
mod markdown;
mod page;
mod phrase;
mod plan_report;
mod policy_result;
#[cfg(test)]
mod schemas;
mod summary;
#[cfg(test)]
mod tests;
mod text;
mod wording;

use std::io;

pub(crate) use consent::{RequiredConsent, show_confirmation_required, show_consent_required, show_plan_for_consent};
pub(crate) use detail_level::PlanOptions;
pub(crate) use plan_report::{PlanReport, PlannedCommand};
pub(crate) use policy_result::{NotEnforcedReason, PolicyAnswer, PolicyResult};

use super::json::print_json;
use crate::ui::terminal::screen::{print, print_text};

/// Shows a plan on stdout, for a person.
pub(crate) fn show_plan(report: &PlanReport, options: PlanOptions) -> io::Result<()> {
    let width = page::width_of(&io::stdout());
    print_text(&text::plan(report, options.into(), width))
}

/// Shows a plan on stdout, as a comment for a pull request.
pub(crate) fn show_plan_as_markdown(report: &PlanReport, options: PlanOptions) -> io::Result<()> {
    print(&markdown::plan(report, options.into()))
}

/// Shows a plan on stdout, as JSON.
pub(crate) fn show_plan_as_json(report: &PlanReport) -> io::Result<()> {
    print_json(report)
}
