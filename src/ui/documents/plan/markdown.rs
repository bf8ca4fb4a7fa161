//! A plan for a comment on a pull request, in Markdown as GitHub and GitLab read it.
//!
//! No tables: a list survives every name. Whatever somebody else wrote is in a code span, in a fence, or escaped: no markup, no HTML, no link, and
//! nobody is mentioned by it.

mod escape;

use std::fmt::Write as _;

use self::escape::{block, inline, link, span};
use super::fold::{Fold, Run};
use super::opinion::{Opinion, Said};
use super::phrase::{Phrase, Piece, on_one_line};
use super::text::{not_heeded, verdict};
use super::words::{self, DATA_STAYS_LOST, Mark};
use super::{PlanReport, View};
use crate::model::database::Direction;
use crate::model::plan::{DatabasePlan, PlannedStep};

/// GitHub takes comments of 65,536 characters. Some room is left for what others add.
const LONGEST: usize = 60_000;

const SQL_TOO_LONG: &str = "The SQL is left out: a comment would be too long with it.";
const TOO_LONG: &str = "Much is left out: a comment would be too long with it.";

/// So much of it as fits into a comment.
pub(crate) fn plan(report: &PlanReport, view: View) -> String {
    let mut text = drawn(report, view, None);
    if text.len() > LONGEST && view.sql {
        text = drawn(report, View { sql: false, ..view }, Some(SQL_TOO_LONG));
    }
    for limit in [20, 10, 5, 2, 0] {
        if text.len() <= LONGEST {
            return text;
        }
        text = drawn(report, View { fold: Fold::To(limit), sql: false, ..view }, Some(TOO_LONG));
    }
    cut(text)
}

/// Without its last lines, if it must be. No fence is open in it: the SQL was left out first.
fn cut(mut text: String) -> String {
    if text.len() > LONGEST {
        let end = text.char_indices().take_while(|(place, _)| *place <= LONGEST).filter(|(_, c)| *c == '\n').last();
        text.truncate(end.map_or(0, |(place, _)| place));
        let _ = write!(text, "\n\n{TOO_LONG}");
    }
    text
}

fn drawn(report: &PlanReport, view: View, too_long: Option<&str>) -> String {
    let plan = &report.plan;
    let mut text = String::new();
    let several = plan.databases.len() != 1;
    match plan.databases.as_slice() {
        [database] => heading(&mut text, 3, &words::headline(plan.direction, database)),
        _ => heading(&mut text, 3, &words::overview(plan)),
    }
    paragraph(&mut text, &markdown(&words::command(report)));
    if !plan.is_empty() {
        summary(&mut text, report);
    }
    opinions(&mut text, report);
    let mut left_out = false;
    for database in &plan.databases {
        if several {
            heading(&mut text, 4, &words::headline(plan.direction, database));
        }
        left_out |= steps(&mut text, database, view);
    }
    match too_long {
        Some(why) => paragraph(&mut text, why),
        None if left_out => paragraph(&mut text, &view.left_out()),
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
    let more = plan.databases.iter().filter_map(words::half_done);
    let lost = (plan.direction == Direction::Downgrade).then(|| Phrase::new(DATA_STAYS_LOST));
    let more = more.chain(lost).map(|phrase| (Mark::None, phrase));
    items(
        text,
        counts.into_iter().chain(more).map(|(mark, phrase)| match mark {
            // The words say it.
            Mark::Data => markdown(&phrase),
            mark => marked(mark, &phrase),
        }),
    );
}

fn steps(text: &mut String, database: &DatabasePlan, view: View) -> bool {
    let steps = &database.steps;
    let mut left_out = false;
    for run in view.fold.steps(steps.len(), |place| words::is_marked(&steps[place])) {
        match run {
            Run::Shown(place) => left_out |= step(text, place + 1, &steps[place], view),
            Run::LeftOut(range) => {
                paragraph(text, &markdown(&words::left_out_steps(&steps[range])));
                left_out = true;
            }
        }
    }
    left_out
}

fn step(text: &mut String, number: usize, step: &PlannedStep, view: View) -> bool {
    let title = Phrase::new(format!("{number}: ")).then(words::step(step));
    let _ = writeln!(text, "**{}**", markdown(&title));
    if let Some(file) = &step.file {
        let _ = writeln!(text, "{}", span(file));
    }
    text.push('\n');
    let mut left_out = false;
    let mut list: Vec<_> =
        words::circumstances(step, view.fold).iter().map(|(mark, phrase)| marked(*mark, phrase)).collect();
    let operations = &step.operations;
    for run in view.fold.operations(operations.len(), |place| operations[place].destructive || operations[place].data) {
        list.push(match run {
            Run::Shown(place) => marked(words::mark(&operations[place]), &words::operation(&operations[place])),
            Run::LeftOut(range) => {
                left_out = true;
                markdown(&words::left_out_operations(&operations[range]))
            }
        });
    }
    list.extend(words::irreversible(step).map(|(mark, phrase)| marked(mark, &phrase)));
    for run in view.fold.doubts(step.doubts.len()) {
        list.push(match run {
            Run::Shown(place) => marked(Mark::Doubt, &words::doubt(&step.doubts[place])),
            Run::LeftOut(range) => {
                left_out = true;
                marked(Mark::Doubt, &words::left_out_doubts(range.len()))
            }
        });
    }
    if view.sql && step.sql.is_none() {
        list.push(words::NO_SQL.to_owned());
    }
    items(text, list);
    if view.sql {
        sql(text, step.sql.as_deref().unwrap_or_default());
    }
    left_out
}

fn sql(text: &mut String, statements: &[String]) {
    if !statements.is_empty() {
        let statements: Vec<_> = statements.iter().map(|statement| words::statement(statement)).collect();
        let fenced = block("sql", &statements.join("\n"));
        paragraph(text, &format!("<details><summary>SQL</summary>\n\n{fenced}\n\n</details>"));
    }
}

/// What is dangerous in bold.
fn marked(mark: Mark, phrase: &Phrase) -> String {
    let text = markdown(phrase);
    match mark {
        Mark::Destructive => format!("**⚠ {text}**"),
        Mark::DestructiveData => format!("**⚠ {text}** (rows)"),
        Mark::Data => format!("{text} (rows)"),
        Mark::Doubt => format!("**?** {text}"),
        Mark::Collateral => format!("**{text}**"),
        Mark::None => text,
    }
}

fn opinions(text: &mut String, report: &PlanReport) {
    if report.policies.is_empty() {
        return;
    }
    let (verdict, _) = verdict(report);
    let sign = if report.blocked { "⛔ " } else { "" };
    paragraph(text, &format!("**{sign}{verdict}**"));
    let mut list = Vec::new();
    for (place, opinion) in report.policies.iter().enumerate() {
        if report.policies[..place].iter().any(|before| opinion.repeats(before)) {
            continue;
        }
        let says_more = |other: &Opinion| other.plugin == opinion.plugin && other.decision != Said::Allow;
        said(&mut list, opinion, !report.policies.iter().any(says_more));
    }
    items(text, list);
}

fn said(list: &mut Vec<String>, opinion: &Opinion, alone: bool) {
    let who = span(&opinion.plugin);
    let hint = |hint: &Option<String>| {
        hint.as_ref().map(|hint| format!("<br>hint: {}", inline(&on_one_line(hint)))).unwrap_or_default()
    };
    match opinion.decision {
        Said::Allow if alone => list.push(format!("{who}: allowed")),
        Said::Allow => {}
        Said::Deny => list.extend(opinion.denials.iter().map(|denial| {
            let url = denial.url.as_ref().map(|url| format!("<br>see {}", link(url))).unwrap_or_default();
            let (message, code) = (inline(&on_one_line(&denial.message)), span(&denial.code));
            format!("{who}{}: {message} ({code}){}{url}", not_heeded(opinion), hint(&denial.hint))
        })),
        Said::Failed => {
            let failure = inline(&on_one_line(opinion.failure.as_deref().unwrap_or_default()));
            list.push(format!("{who} failed{}: {failure}{}", not_heeded(opinion), hint(&opinion.failure_hint)));
        }
    }
    list.extend(opinion.warnings.iter().map(|warning| format!("{who} warns: {}", inline(&on_one_line(warning)))));
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
