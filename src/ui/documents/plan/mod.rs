//! The output of `lback plan` and `--dry-run`, for people and programs.
//!
//! `plan_report` has the one model of all forms. `text` draws the terminal's form and `markdown`
//! that of a pull request, both from the same [`phrase`]s; serde writes the JSON. The JSON Schema
//! in `schemas/` is generated from the model.

mod consent;
mod detail_level;
mod fold;
mod lock_wording;
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
mod unused_comment;
mod wording;

use std::io;

pub(crate) use consent::{RequiredConsent, show_confirmation_required, show_consent_required, show_plan_for_consent};
pub(crate) use detail_level::PlanOptions;
pub(crate) use plan_report::{PlanReport, PlannedCommand};
pub(crate) use policy_result::{NotEnforcedReason, PolicyAnswer, PolicyResult};

use super::json::print_json;
use crate::support::printable::printable_line;
use crate::ui::terminal::message::{error, of_plugin};
use crate::ui::terminal::screen::{print, print_text};

/// Shows on stderr that policies would stop the command, with their reasons: the log of a CI job
/// has them although stdout goes into a file.
pub(crate) fn show_plan_blocked(report: &PlanReport) {
    let mut lines: Vec<String> = Vec::new();
    for result in report.policies.iter().filter(|result| result.blocks()) {
        let plugin = &result.plugin;
        let denials = result.denials.iter().map(|denial| (of_plugin(&denial.message), printable_line(&denial.code)));
        let denied = denials.map(|(message, code)| format!("{plugin}: {message} ({code})"));
        let failed = result.failure.iter().map(|failure| format!("{plugin} failed: {}", of_plugin(failure)));
        for line in denied.chain(failed) {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    let (verdict, _) = text::verdict(report);
    error(&format!("{verdict}\n{}", lines.join("\n")));
}

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
