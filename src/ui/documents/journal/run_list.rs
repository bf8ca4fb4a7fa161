//! A list of runs: a table where it has room, two lines a run on narrow terminals.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr as _;

use super::documents::ListedRun;
use super::text::{duration, local, outcome};
use crate::journal::{RunMarks, RunRow};
use crate::support::heads::plain_heads;
use crate::support::printable::{printable, printable_line};
use crate::ui::terminal::screen_text::ScreenText;
use crate::ui::terminal::table::{PlainTable, fits_terminal};

/// The number of characters of a command.
const COMMAND: usize = 40;
/// The width of the lines on a narrow terminal, without their indent.
const NARROW: usize = 76;

/// Returns the list. `projects`: the runs may be of several projects.
pub(crate) fn run_list(runs: &[ListedRun], projects: bool) -> ScreenText {
    let table = table(runs, projects);
    if fits_terminal(&table) { colored(&table, runs) } else { narrow(runs, projects) }
}

fn table(runs: &[ListedRun], projects: bool) -> String {
    let mut table = PlainTable::new();
    let project = projects.then_some("PROJECT");
    let header = ["RUN", "STARTED"].into_iter().chain(project);
    table.header(header.chain(["COMMAND", "REVISION", "ENVIRONMENT", "WHO", "OUTCOME", "DURATION"]));
    for listed @ ListedRun { run, short_id, marks } in runs {
        let project = projects.then(|| (&run.project).into());
        let first = [short_id.into(), local(run.started).into()].into_iter().chain(project);
        table.row(first.chain([
            shortened(&what(run)).into(),
            revision(marks).into(),
            run.environment.as_deref().unwrap_or_default().into(),
            run.actor.as_deref().unwrap_or_default().into(),
            ended(listed).into(),
            run.duration_ms.map(duration).unwrap_or_default().into(),
        ]));
    }
    table.drawn()
}

/// Colours the outcomes of a table, whose rows are one line each.
fn colored(table: &str, runs: &[ListedRun]) -> ScreenText {
    let mut text = ScreenText::default();
    for (number, line) in table.lines().enumerate() {
        let listed = number.checked_sub(1).and_then(|row| runs.get(row));
        let outcome = listed.map(|listed| printable_line(&ended(listed)).into_owned());
        match outcome.as_ref().and_then(|outcome| line.rfind(outcome.as_str())) {
            Some(at) if let (Some(listed), Some(outcome)) = (listed, &outcome) => {
                text.push(Style::new(), &line[..at]);
                text.push(style(&listed.run), outcome);
                text.push(Style::new(), &line[at + outcome.len()..]);
            }
            _ if number == 0 => text.push(Style::new().bold(), line),
            _ => text.push(Style::new(), line),
        }
        text.new_line();
    }
    text.trimmed()
}

fn narrow(runs: &[ListedRun], projects: bool) -> ScreenText {
    let mut text = ScreenText::default();
    for ListedRun { run, short_id, marks } in runs {
        text.push(Style::new().bold(), short_id);
        text.push(Style::new(), &format!("  {}  ", local(run.started)));
        text.push(style(run), &printable_line(&outcome(run)));
        let took = run.duration_ms.map(|took| format!(" in {}", duration(took))).unwrap_or_default();
        text.push(Style::new(), &took);
        text.new_line();
        let revision = Some(revision(marks)).filter(|revision| !revision.is_empty());
        let facts = [
            Some(shortened(&what(run))),
            revision.map(|revision| format!("at {revision}")),
            run.environment.as_ref().map(|environment| printable_line(environment).into_owned()),
            run.actor.as_ref().map(|actor| format!("by {}", printable_line(actor))),
            projects.then(|| printable_line(&run.project).into_owned()),
        ];
        let marks = marked(marks).into_iter().map(|mark| printable_line(&mark).into_owned());
        for line in filled(facts.into_iter().flatten().chain(marks)) {
            text.push(Style::new(), &format!("  {line}"));
            text.new_line();
        }
    }
    text.trimmed()
}

/// Joins facts to lines that fit into a narrow terminal.
fn filled(facts: impl Iterator<Item = String>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for fact in facts {
        match lines.last_mut() {
            Some(line) if line.width() + fact.width() + 2 <= NARROW => {
                line.push_str(", ");
                line.push_str(&fact);
            }
            _ => lines.push(fact),
        }
    }
    lines
}

/// Returns the outcome, with marks for denials that did not stop the run.
fn ended(ListedRun { run, marks, .. }: &ListedRun) -> String {
    std::iter::once(outcome(run)).chain(marked(marks)).collect::<Vec<_>>().join(", ")
}

fn marked(RunMarks { overridden, audited, .. }: &RunMarks) -> Vec<String> {
    let mark = |word: &str, plugins: &[String]| (!plugins.is_empty()).then(|| format!("{word} {}", plugins.join(" ")));
    mark("overrode", overridden).into_iter().chain(mark("audit", audited)).collect()
}

fn style(run: &RunRow) -> Style {
    match run.outcome.as_str() {
        "completed" => AnsiColor::Green.on_default(),
        "running" => AnsiColor::Cyan.on_default(),
        "locked" | "interrupted" | "unknown" => AnsiColor::Yellow.on_default(),
        _ => AnsiColor::Red.on_default(),
    }
}

/// Returns the revisions of the databases after the run.
fn revision(RunMarks { revisions, .. }: &RunMarks) -> String {
    match revisions.as_slice() {
        [] => String::new(),
        [first, others @ ..] if others.iter().all(|heads| heads == first) => plain_heads(first),
        several => format!("{} databases", several.len()),
    }
}

/// Returns the command with its arguments, as Alembic received them.
fn what(run: &RunRow) -> String {
    let from = run.full_command.iter().position(|word| *word == run.command && !word.is_empty());
    match from {
        Some(from) => run.full_command[from..].join(" "),
        None => run.full_command.iter().skip(1).cloned().collect::<Vec<_>>().join(" "),
    }
}

fn shortened(text: &str) -> String {
    let text = printable(text).replace('\n', " ");
    match text.char_indices().nth(COMMAND) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_short_and_cannot_control_a_terminal() {
        assert_eq!(shortened("a\u{1b}[31mb\nc"), "a\\u{1b}[31mb c");
        assert_eq!(shortened(&"ü".repeat(COMMAND + 1)), format!("{}…", "ü".repeat(COMMAND)));
    }
}
