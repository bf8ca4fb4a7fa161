//! A plan for a person at a terminal. Dangerous lines are marked in the margin, with and without
//! colour.

use anstyle::{AnsiColor, Style};

use super::detail_level::DetailLevel;
use super::fold::FoldedPart;
use super::lock_wording::locks;
use super::mark::Mark;
use super::page::Page;
use super::phrase::Phrase;
use super::plan_report::PlanReport;
use super::policy_result::{NotEnforcedReason, PolicyDecision, PolicyResult};
use super::wording::{self, DATA_STAYS_LOST};
use crate::model::database::Direction;
use crate::model::plan::{DatabasePlan, PlannedStep, Statement};
use crate::support::printable::printable;
use crate::ui::documents::accepted;
use crate::ui::terminal::screen_text::ScreenText;

const PLAIN: Style = Style::new();
const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const CYAN: Style = AnsiColor::Cyan.on_default();
const GREEN: Style = AnsiColor::Green.on_default();

/// Returns a plan as text. `width`: the width at which lines wrap, if they do.
pub(crate) fn plan(report: &PlanReport, detail: DetailLevel, width: Option<usize>) -> ScreenText {
    let mut page = Page::new(width);
    let plan = &report.plan;
    if let [database] = plan.databases.as_slice() {
        page.line(0, "", BOLD, &wording::headline(plan.direction, database).plain());
        page.line(0, "", PLAIN, &wording::command(report).plain());
    } else {
        page.line(0, "", BOLD, &wording::overview(plan).plain());
        page.line(0, "", PLAIN, &wording::command(report).plain());
    }
    let mut left_out = false;
    for database in &plan.databases {
        if plan.databases.len() > 1 {
            page.blank();
            page.line(0, "", BOLD, &wording::headline(plan.direction, database).plain());
        }
        left_out |= steps(&mut page, database, detail);
    }
    if !plan.is_empty() {
        page.blank();
        summary(&mut page, report);
    }
    if left_out {
        page.blank();
        page.line(0, "", DIM, &detail.left_out());
    }
    policy_results(&mut page, report);
    page.finish()
}

/// Adds the steps of a database. Returns whether some were left out.
fn steps(page: &mut Page, database: &DatabasePlan, detail: DetailLevel) -> bool {
    let steps = &database.steps;
    let mut left_out = false;
    for run in detail.fold.steps(steps.len(), |place| wording::is_marked(&steps[place])) {
        page.blank();
        match run {
            FoldedPart::Shown(place) => left_out |= step(page, place + 1, database, &steps[place], detail),
            FoldedPart::LeftOut(range) => {
                page.line(0, "", DIM, &wording::left_out_steps(&steps[range]).plain());
                left_out = true;
            }
        }
    }
    left_out
}

fn step(page: &mut Page, number: usize, database: &DatabasePlan, step: &PlannedStep, detail: DetailLevel) -> bool {
    page.line(0, &format!("{number}. "), BOLD, &wording::step(step).plain());
    if let Some(file) = &step.file {
        page.line(3, "", DIM, &Phrase::default().name(file).plain());
    }
    for (mark, phrase) in wording::circumstances(step, detail.fold) {
        marked(page, mark, &phrase);
    }
    let operations = &step.operations;
    let mut left_out = false;
    for run in detail.fold.operations(operations.len(), |place| operations[place].destructive || operations[place].data)
    {
        match run {
            FoldedPart::Shown(place) => {
                marked(page, Mark::of(&operations[place]), &wording::operation(&operations[place]));
            }
            FoldedPart::LeftOut(range) => {
                marked(page, Mark::None, &wording::left_out_operations(&operations[range]));
                left_out = true;
            }
        }
    }
    for phrase in locks(database, step) {
        marked(page, Mark::Lock, &phrase);
    }
    if let Some((mark, phrase)) = wording::irreversible(step) {
        marked(page, mark, &phrase);
    }
    for run in detail.fold.doubts(step.doubts.len()) {
        match run {
            FoldedPart::Shown(place) => marked(page, Mark::Doubt, &wording::doubt(&step.doubts[place])),
            FoldedPart::LeftOut(range) => {
                marked(page, Mark::Doubt, &wording::left_out_doubts(range.len()));
                left_out = true;
            }
        }
    }
    if detail.sql {
        sql(page, &step.statements);
    }
    left_out
}

/// Adds a line with its mark in the margin.
fn marked(page: &mut Page, mark: Mark, phrase: &Phrase) {
    let (mark, style) = match mark {
        Mark::Destructive => ("!  ", RED),
        Mark::DestructiveData => ("!~ ", RED),
        Mark::Data => ("~  ", CYAN),
        Mark::Lock => ("#  ", YELLOW),
        Mark::Doubt => ("?  ", YELLOW),
        Mark::Collateral => ("+  ", YELLOW),
        Mark::None => ("   ", PLAIN),
    };
    page.line(0, mark, style, &phrase.plain());
}

fn sql(page: &mut Page, statements: &[Statement]) {
    if statements.is_empty() {
        page.line(5, "", DIM, "it sends no SQL");
    }
    for text in statements.iter().filter_map(wording::statement) {
        page.verbatim(5, DIM, &printable(&text));
    }
    if let Some(line) = wording::unknown_sql(statements) {
        page.line(5, "", DIM, line);
    }
}

fn summary(page: &mut Page, report: &PlanReport) {
    page.line(0, "", BOLD, "in all");
    for (mark, phrase) in report.summary.lines(&report.plan) {
        marked(page, mark, &phrase);
    }
    for phrase in report.plan.databases.iter().flat_map(wording::about_database) {
        marked(page, Mark::None, &phrase);
    }
    if report.plan.direction == Direction::Downgrade {
        marked(page, Mark::None, &Phrase::new(DATA_STAYS_LOST));
    }
}

fn policy_results(page: &mut Page, report: &PlanReport) {
    if report.policies.is_empty() {
        return;
    }
    page.blank();
    let (verdict, style) = verdict(report);
    page.line(0, "", style.bold(), verdict);
    for (place, result) in report.policies.iter().enumerate() {
        if report.policies[..place].iter().any(|before| result.repeats(before)) {
            continue;
        }
        let says_more = |other: &PolicyResult| other.plugin == result.plugin && other.decision != PolicyDecision::Allow;
        self::policy_result(page, result, !report.policies.iter().any(says_more));
    }
    for comment in &report.unused_comments {
        page.line(2, "", YELLOW, &comment.phrase().plain());
    }
}

/// Returns the overall verdict.
pub(crate) fn verdict(report: &PlanReport) -> (&'static str, Style) {
    let blocks = |said: PolicyDecision| report.policies.iter().any(|result| result.blocks && result.decision == said);
    if blocks(PolicyDecision::Deny) {
        ("denied by policy: the command would not run", RED)
    } else if blocks(PolicyDecision::Failed) {
        ("a required plugin failed: the command would not run", RED)
    } else if report.policies.iter().any(|result| result.decision != PolicyDecision::Allow) {
        ("no policy stops this", YELLOW)
    } else {
        ("allowed by every policy", GREEN)
    }
}

/// Adds the result of one policy. `alone`: there is no other line about the plugin.
fn policy_result(page: &mut Page, result: &PolicyResult, alone: bool) {
    let style = if result.blocks { RED } else { PLAIN };
    let who = Phrase::default().prose(&result.plugin);
    match result.decision {
        PolicyDecision::Allow if alone => page.line(2, "", PLAIN, &who.clone().say(": allowed").plain()),
        PolicyDecision::Allow => {}
        PolicyDecision::Deny => {
            let who = who.clone().say(not_enforced(result));
            for denial in &result.denials {
                let said = who.clone().say(": ").lines(&denial.message).say(" (").prose(&denial.code).say(")");
                page.line(2, "", style, &said.plain());
                if let Some(hint) = &denial.hint {
                    page.line(4, "", CYAN, &Phrase::new("hint: ").lines(hint).plain());
                }
                if let Some(url) = &denial.url {
                    page.line(4, "", PLAIN, &Phrase::new("see ").prose(url).plain());
                }
            }
        }
        PolicyDecision::Failed => {
            let failure = result.failure.as_deref().unwrap_or_default();
            let said = who.clone().say(format!(" failed{}: ", not_enforced(result))).lines(failure);
            page.line(2, "", style, &said.plain());
            if let Some(hint) = &result.failure_hint {
                page.line(4, "", CYAN, &Phrase::new("hint: ").lines(hint).plain());
            }
        }
    }
    for warning in &result.warnings {
        let code = warning.code.as_ref().map(|code| Phrase::new(" (").prose(code).say(")")).unwrap_or_default();
        page.line(2, "", YELLOW, &who.clone().say(" warns: ").lines(&warning.message).then(code).plain());
        if let Some(hint) = &warning.hint {
            page.line(4, "", CYAN, &Phrase::new("hint: ").lines(hint).plain());
        }
    }
    for finding in &result.accepted {
        page.line(2, "", PLAIN, &who.clone().say(": ").lines(accepted(finding)).plain());
    }
}

/// Returns the words for a denial or failure that is not enforced.
pub(crate) fn not_enforced(result: &PolicyResult) -> &'static str {
    match (result.not_enforced_because, result.decision) {
        (None, _) | (_, PolicyDecision::Allow) => "",
        (Some(NotEnforcedReason::Audit), PolicyDecision::Deny) => " would deny, but is in audit mode",
        (Some(NotEnforcedReason::Overridden), PolicyDecision::Deny) => " denies, but is overridden",
        (Some(NotEnforcedReason::OnError), PolicyDecision::Deny) => " denies, without effect",
        (Some(NotEnforcedReason::Audit), PolicyDecision::Failed) => ", but is in audit mode",
        (Some(NotEnforcedReason::Overridden), PolicyDecision::Failed) => ", and is overridden",
        (Some(NotEnforcedReason::OnError), PolicyDecision::Failed) => ", which `on-error` in `lback.toml` allows",
    }
}
