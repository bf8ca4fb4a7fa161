//! A plan for a person at a terminal, who may be tired: what is dangerous is marked in the margin, also without colour.

use anstyle::{AnsiColor, Style};

use super::fold::Run;
use super::opinion::{NotHeeded, Opinion, Said};
use super::page::Page;
use super::phrase::Phrase;
use super::words::{self, DATA_STAYS_LOST, Mark};
use super::{PlanReport, View};
use crate::model::database::Direction;
use crate::model::plan::{DatabasePlan, PlannedStep};
use crate::support::printable::printable;

const PLAIN: Style = Style::new();
const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const CYAN: Style = AnsiColor::Cyan.on_default();
const GREEN: Style = AnsiColor::Green.on_default();

/// `width`: where lines are broken, if they must be.
pub(crate) fn plan(report: &PlanReport, view: View, width: Option<usize>) -> String {
    let mut page = Page::new(width);
    let plan = &report.plan;
    if let [database] = plan.databases.as_slice() {
        page.line(0, "", BOLD, &words::headline(plan.direction, database).plain());
        page.line(0, "", PLAIN, &words::command(report).plain());
    } else {
        page.line(0, "", BOLD, &words::overview(plan).plain());
        page.line(0, "", PLAIN, &words::command(report).plain());
    }
    let mut left_out = false;
    for database in &plan.databases {
        if plan.databases.len() > 1 {
            page.blank();
            page.line(0, "", BOLD, &words::headline(plan.direction, database).plain());
        }
        left_out |= steps(&mut page, database, view);
    }
    if !plan.is_empty() {
        page.blank();
        summary(&mut page, report);
    }
    if left_out {
        page.blank();
        page.line(0, "", DIM, &view.left_out());
    }
    opinions(&mut page, report);
    page.finish()
}

/// Was something left out?
fn steps(page: &mut Page, database: &DatabasePlan, view: View) -> bool {
    let steps = &database.steps;
    let mut left_out = false;
    for run in view.fold.steps(steps.len(), |place| words::is_marked(&steps[place])) {
        page.blank();
        match run {
            Run::Shown(place) => left_out |= step(page, place + 1, &steps[place], view),
            Run::LeftOut(range) => {
                page.line(0, "", DIM, &words::left_out_steps(&steps[range]).plain());
                left_out = true;
            }
        }
    }
    left_out
}

fn step(page: &mut Page, number: usize, step: &PlannedStep, view: View) -> bool {
    page.line(0, &format!("{number}. "), BOLD, &words::step(step).plain());
    if let Some(file) = &step.file {
        page.line(3, "", DIM, &Phrase::default().name(file).plain());
    }
    for (mark, phrase) in words::circumstances(step, view.fold) {
        marked(page, mark, &phrase);
    }
    let operations = &step.operations;
    let mut left_out = false;
    for run in view.fold.operations(operations.len(), |place| operations[place].destructive || operations[place].data) {
        match run {
            Run::Shown(place) => {
                marked(page, words::mark(&operations[place]), &words::operation(&operations[place]));
            }
            Run::LeftOut(range) => {
                marked(page, Mark::None, &words::left_out_operations(&operations[range]));
                left_out = true;
            }
        }
    }
    if let Some((mark, phrase)) = words::irreversible(step) {
        marked(page, mark, &phrase);
    }
    for run in view.fold.doubts(step.doubts.len()) {
        match run {
            Run::Shown(place) => marked(page, Mark::Doubt, &words::doubt(&step.doubts[place])),
            Run::LeftOut(range) => {
                marked(page, Mark::Doubt, &words::left_out_doubts(range.len()));
                left_out = true;
            }
        }
    }
    if view.sql {
        sql(page, step.sql.as_deref());
    }
    left_out
}

/// A line with its mark in the margin.
fn marked(page: &mut Page, mark: Mark, phrase: &Phrase) {
    let (mark, style) = match mark {
        Mark::Destructive => ("!  ", RED),
        Mark::DestructiveData => ("!~ ", RED),
        Mark::Data => ("~  ", CYAN),
        Mark::Doubt => ("?  ", YELLOW),
        Mark::Collateral => ("+  ", YELLOW),
        Mark::None => ("   ", PLAIN),
    };
    page.line(0, mark, style, &phrase.plain());
}

fn sql(page: &mut Page, statements: Option<&[String]>) {
    match statements {
        None => page.line(5, "", DIM, words::NO_SQL),
        Some([]) => page.line(5, "", DIM, "it sends no SQL"),
        Some(statements) => {
            for statement in statements {
                page.verbatim(5, DIM, &printable(&words::statement(statement)));
            }
        }
    }
}

fn summary(page: &mut Page, report: &PlanReport) {
    page.line(0, "", BOLD, "in all");
    for (mark, phrase) in report.summary.lines(&report.plan) {
        marked(page, mark, &phrase);
    }
    for phrase in report.plan.databases.iter().filter_map(words::half_done) {
        marked(page, Mark::None, &phrase);
    }
    if report.plan.direction == Direction::Downgrade {
        marked(page, Mark::None, &Phrase::new(DATA_STAYS_LOST));
    }
}

fn opinions(page: &mut Page, report: &PlanReport) {
    if report.policies.is_empty() {
        return;
    }
    page.blank();
    let (verdict, style) = verdict(report);
    page.line(0, "", style.bold(), verdict);
    for (place, opinion) in report.policies.iter().enumerate() {
        if report.policies[..place].iter().any(|before| opinion.repeats(before)) {
            continue;
        }
        let says_more = |other: &Opinion| other.plugin == opinion.plugin && other.decision != Said::Allow;
        self::opinion(page, opinion, !report.policies.iter().any(says_more));
    }
}

/// What it comes to.
pub(crate) fn verdict(report: &PlanReport) -> (&'static str, Style) {
    let blocks = |said: Said| report.policies.iter().any(|opinion| opinion.blocks && opinion.decision == said);
    if blocks(Said::Deny) {
        ("denied by policy: this would not be run", RED)
    } else if blocks(Said::Failed) {
        ("a plugin that must not fail did: this would not be run", RED)
    } else if report.policies.iter().any(|opinion| opinion.decision != Said::Allow) {
        ("no policy stops this", YELLOW)
    } else {
        ("allowed by every policy", GREEN)
    }
}

/// `alone`: nothing else will be said of the plugin.
fn opinion(page: &mut Page, opinion: &Opinion, alone: bool) {
    let style = if opinion.blocks { RED } else { PLAIN };
    let who = Phrase::default().prose(&opinion.plugin);
    match opinion.decision {
        Said::Allow if alone => page.line(2, "", PLAIN, &who.clone().say(": allowed").plain()),
        Said::Allow => {}
        Said::Deny => {
            let who = who.clone().say(not_heeded(opinion));
            for denial in &opinion.denials {
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
        Said::Failed => {
            let failure = opinion.failure.as_deref().unwrap_or_default();
            let said = who.clone().say(format!(" failed{}: ", not_heeded(opinion))).lines(failure);
            page.line(2, "", style, &said.plain());
            if let Some(hint) = &opinion.failure_hint {
                page.line(4, "", CYAN, &Phrase::new("hint: ").lines(hint).plain());
            }
        }
    }
    for warning in &opinion.warnings {
        page.line(2, "", YELLOW, &who.clone().say(" warns: ").lines(warning).plain());
    }
}

/// Why an answer that is not yes stops nothing.
pub(crate) fn not_heeded(opinion: &Opinion) -> &'static str {
    match (opinion.not_heeded_because, opinion.decision) {
        (None, _) | (_, Said::Allow) => "",
        (Some(NotHeeded::Audit), Said::Deny) => " would deny, but only watches (audit)",
        (Some(NotHeeded::Overridden), Said::Deny) => " denies, but is overridden",
        (Some(NotHeeded::OnError), Said::Deny) => " denies, without effect",
        (Some(NotHeeded::Audit), Said::Failed) => ", and only watches (audit)",
        (Some(NotHeeded::Overridden), Said::Failed) => ", and is overridden",
        (Some(NotHeeded::OnError), Said::Failed) => ", and may (`on-error` in `lback.toml`)",
    }
}
