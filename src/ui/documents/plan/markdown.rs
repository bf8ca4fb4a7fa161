//! A plan as a comment on a pull request, in the Markdown of GitHub and GitLab.
//!
//! There are no tables, because every name fits into a list. Text that isn't lback's is in a code
//! span, in a fence, or escaped: it can't add markup, HTML, links or mentions.

mod escape;

use std::fmt::Write as _;

use self::escape::{block, inline, link, span};
use super::detail_level::DetailLevel;
use super::fold::{Fold, FoldedPart};
use super::lock_wording::locks;
use super::mark::Mark;
use super::phrase::{Phrase, Piece, on_one_line};
use super::plan_report::PlanReport;
use super::policy_result::{PolicyDecision, PolicyResult};
use super::text::{not_enforced, verdict};
use super::wording::{self, DATA_STAYS_LOST};
use crate::model::database::Direction;
use crate::model::plan::{DatabasePlan, PlannedStep, Statement};
use crate::ui::documents::accepted;

/// The longest comment. GitHub accepts 65,536 characters; the rest is for text that others add.
const LONGEST: usize = 60_000;

const SQL_TOO_LONG: &str = "The SQL is left out: a comment would be too long with it.";
const TOO_LONG: &str = "Much is left out: a comment would be too long with it.";

/// Returns as much of a plan as fits into a comment.
pub(crate) fn plan(report: &PlanReport, detail: DetailLevel) -> String {
    let mut text = drawn(report, detail, None);
    if text.len() > LONGEST && detail.sql {
        text = drawn(report, DetailLevel { sql: false, ..detail }, Some(SQL_TOO_LONG));
    }
    for limit in [20, 10, 5, 2, 0] {
        if text.len() <= LONGEST {
            return text;
        }
        text = drawn(report, DetailLevel { fold: Fold::To(limit), sql: false, ..detail }, Some(TOO_LONG));
    }
    cut(text)
}

/// Removes the last lines if the text is too long. No fence is open, because the SQL was left out
/// first.
fn cut(mut text: String) -> String {
    if text.len() > LONGEST {
        let end = text.char_indices().take_while(|(place, _)| *place <= LONGEST).filter(|(_, c)| *c == '\n').last();
        text.truncate(end.map_or(0, |(place, _)| place));
        let _ = write!(text, "\n\n{TOO_LONG}");
    }
    text
}

fn drawn(report: &PlanReport, detail: DetailLevel, too_long: Option<&str>) -> String {
    let plan = &report.plan;
    let mut text = String::new();
    let several = plan.databases.len() != 1;
    match plan.databases.as_slice() {
        [database] => heading(&mut text, 3, &wording::headline(plan.direction, database)),
        _ => heading(&mut text, 3, &wording::overview(plan)),
    }
    paragraph(&mut text, &markdown(&wording::command(report)));
    if !plan.is_empty() {
        summary(&mut text, report);
    }
    policy_results(&mut text, report);
    let mut left_out = false;
    for database in &plan.databases {
        if several {
            heading(&mut text, 4, &wording::headline(plan.direction, database));
        }
        left_out |= steps(&mut text, database, detail);
    }
    match too_long {
        Some(why) => paragraph(&mut text, why),
        None if left_out => paragraph(&mut text, &detail.left_out()),
        None => {}
    }
    text.trim_end().to_owned()
}

fn heading(text: &mut String, level: usize, phrase: &Phrase) {
    let _ = writeln!(text, "{} {}\n", "#".repeat(level), markdown(phrase));
}

fn paragraph(text: &mut String, paragraph: &str) {
    let _ = writeln!(text, "{paragraph}\n");
}

fn items(text: &mut String, items: impl IntoIterator<Item = String>) {
    let before = text.len();
    for item in items {
        let _ = writeln!(text, "- {item}");
    }
    if text.len() > before {
        text.push('\n');
    }
}

fn summary(text: &mut String, report: &PlanReport) {
    let plan = &report.plan;
    let counts = report.summary.lines(plan);
    let more = plan.databases.iter().flat_map(wording::about_database);
    let lost = (plan.direction == Direction::Downgrade).then(|| Phrase::new(DATA_STAYS_LOST));
    let more = more.chain(lost).map(|phrase| (Mark::None, phrase));
    items(
        text,
        counts.into_iter().chain(more).map(|(mark, phrase)| match mark {
            // The words already say it.
            Mark::Data => markdown(&phrase),
            mark => marked(mark, &phrase),
        }),
    );
}

fn steps(text: &mut String, database: &DatabasePlan, detail: DetailLevel) -> bool {
    let steps = &database.steps;
    let mut left_out = false;
    for run in detail.fold.steps(steps.len(), |place| wording::is_marked(&steps[place])) {
        match run {
            FoldedPart::Shown(place) => left_out |= step(text, place + 1, database, &steps[place], detail),
            FoldedPart::LeftOut(range) => {
                paragraph(text, &markdown(&wording::left_out_steps(&steps[range])));
                left_out = true;
            }
        }
    }
    left_out
}

fn step(text: &mut String, number: usize, database: &DatabasePlan, step: &PlannedStep, detail: DetailLevel) -> bool {
    let title = Phrase::new(format!("{number}: ")).then(wording::step(step));
    let _ = writeln!(text, "**{}**", markdown(&title));
    if let Some(file) = &step.file {
        let _ = writeln!(text, "{}", span(file));
    }
    text.push('\n');
    let mut left_out = false;
    let mut list: Vec<_> =
        wording::circumstances(step, detail.fold).iter().map(|(mark, phrase)| marked(*mark, phrase)).collect();
    let operations = &step.operations;
    for run in detail.fold.operations(operations.len(), |place| operations[place].destructive || operations[place].data)
    {
        list.push(match run {
            FoldedPart::Shown(place) => marked(Mark::of(&operations[place]), &wording::operation(&operations[place])),
            FoldedPart::LeftOut(range) => {
                left_out = true;
                markdown(&wording::left_out_operations(&operations[range]))
            }
        });
    }
    list.extend(locks(database, step).iter().map(|phrase| marked(Mark::Lock, phrase)));
    list.extend(wording::irreversible(step).map(|(mark, phrase)| marked(mark, &phrase)));
    for run in detail.fold.doubts(step.doubts.len()) {
        list.push(match run {
            FoldedPart::Shown(place) => marked(Mark::Doubt, &wording::doubt(&step.doubts[place])),
            FoldedPart::LeftOut(range) => {
                left_out = true;
                marked(Mark::Doubt, &wording::left_out_doubts(range.len()))
            }
        });
    }
    if detail.sql {
        list.extend(wording::unknown_sql(&step.statements).map(str::to_owned));
    }
    items(text, list);
    if detail.sql {
        sql(text, &step.statements);
    }
    left_out
}

fn sql(text: &mut String, statements: &[Statement]) {
    let statements: Vec<_> = statements.iter().filter_map(wording::statement).collect();
    if !statements.is_empty() {
        let fenced = block("sql", &statements.join("\n"));
        paragraph(text, &format!("<details><summary>SQL</summary>\n\n{fenced}\n\n</details>"));
    }
}

/// Returns a line with its mark; dangerous ones are bold.
fn marked(mark: Mark, phrase: &Phrase) -> String {
    let text = markdown(phrase);
    match mark {
        Mark::Destructive => format!("**⚠ {text}**"),
        Mark::DestructiveData => format!("**⚠ {text}** (rows)"),
        Mark::Data => format!("{text} (rows)"),
        Mark::Lock => format!("**🔒 {text}**"),
        Mark::Doubt => format!("**?** {text}"),
        Mark::Collateral => format!("**{text}**"),
        Mark::None => text,
    }
}

fn policy_results(text: &mut String, report: &PlanReport) {
    if report.policies.is_empty() {
        return;
    }
    let (verdict, _) = verdict(report);
    let sign = if report.blocked { "⛔ " } else { "" };
    paragraph(text, &format!("**{sign}{verdict}**"));
    let mut list = Vec::new();
    for (place, result) in report.policies.iter().enumerate() {
        if report.policies[..place].iter().any(|before| result.repeats(before)) {
            continue;
        }
        let says_more = |other: &PolicyResult| other.plugin == result.plugin && other.decision != PolicyDecision::Allow;
        said(&mut list, result, !report.policies.iter().any(says_more));
    }
    list.extend(report.unused_comments.iter().map(|comment| markdown(&comment.phrase())));
    items(text, list);
}

fn said(list: &mut Vec<String>, result: &PolicyResult, alone: bool) {
    let who = span(&result.plugin);
    let hint = |hint: &Option<String>| {
        hint.as_ref().map(|hint| format!("<br>hint: {}", inline(&on_one_line(hint)))).unwrap_or_default()
    };
    match result.decision {
        PolicyDecision::Allow if alone => list.push(format!("{who}: allowed")),
        PolicyDecision::Allow => {}
        PolicyDecision::Deny => list.extend(result.denials.iter().map(|denial| {
            let url = denial.url.as_ref().map(|url| format!("<br>see {}", link(url))).unwrap_or_default();
            let (message, code) = (inline(&on_one_line(&denial.message)), span(&denial.code));
            format!("{who}{}: {message} ({code}){}{url}", not_enforced(result), hint(&denial.hint))
        })),
        PolicyDecision::Failed => {
            let failure = inline(&on_one_line(result.failure.as_deref().unwrap_or_default()));
            list.push(format!("{who} failed{}: {failure}{}", not_enforced(result), hint(&result.failure_hint)));
        }
    }
    list.extend(result.warnings.iter().map(|warning| {
        let code = warning.code.as_ref().map(|code| format!(" ({})", span(code))).unwrap_or_default();
        format!("{who} warns: {}{code}{}", inline(&on_one_line(&warning.message)), hint(&warning.hint))
    }));
    list.extend(result.accepted.iter().map(|finding| format!("{who}: {}", inline(&on_one_line(&accepted(finding))))));
}

fn markdown(phrase: &Phrase) -> String {
    let mut text = String::new();
    for piece in phrase.pieces() {
        match piece {
            Piece::Ours(words) => text.push_str(words),
            Piece::Name(name) => text.push_str(&span(name)),
            Piece::Prose(prose) | Piece::Lines(prose) => text.push_str(&inline(&on_one_line(prose))),
        }
    }
    text
}
