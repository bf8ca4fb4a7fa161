//! The facts about a failure of Alembic that its traceback buries: the place, the statement, and
//! the database's own error.

use super::message::{error, hint};
use crate::alembic::{FailureDetails, ScriptHead};
use crate::migration::Raised;
use crate::support::plural::counted;
use crate::support::printable::printable_line;

/// The characters of a statement that are shown.
const STATEMENT: usize = 100;
/// The lines of an error that are shown.
const LINES: usize = 6;

/// Shows the facts about a failure. `author` finds the author of a script.
pub(super) fn show_failure(raised: &Raised, author: &dyn Fn(&str) -> Option<String>) {
    let Raised { kind, message, details, .. } = raised;
    if !details.several.is_empty() {
        return show_several(&details.several, author);
    }
    if let Some(what) = failed(details) {
        let message = first_lines(message);
        let message = if message.is_empty() { message } else { format!(": {message}") };
        error(&format!("{what}\n{kind}{message}"));
    }
}

/// Returns what failed, and where. None if Alembic's last line says enough.
fn failed(details: &FailureDetails) -> Option<String> {
    let FailureDetails { is_printed, connecting, in_script, file, line, statement, several: _ } = details;
    if *is_printed && !in_script {
        return None;
    }
    let line = line.map(|line| format!(":{line}")).unwrap_or_default();
    let place = file.as_ref().map(|file| format!("`{}{line}`", printable_line(file)));
    Some(match (statement, place) {
        (_, Some(place)) if *connecting => format!("cannot connect to the database, in {place}"),
        (_, None) if *connecting => "cannot connect to the database".to_owned(),
        (Some(statement), Some(place)) => format!("{place}: the statement `{}` failed", beginning(statement)),
        (Some(statement), None) => format!("the statement `{}` failed", beginning(statement)),
        (None, Some(place)) => format!("{place} raised an error"),
        (None, None) => return None,
    })
}

fn show_several(heads: &[ScriptHead], author: &dyn Fn(&str) -> Option<String>) {
    let lines: Vec<_> = heads.iter().map(|head| described(head, author)).collect();
    error(&format!(
        "the scripts have {}, and this command needs one\n{}",
        counted(heads.len(), "head"),
        lines.join("\n")
    ));
    let label = heads.iter().find_map(|head| head.labels.first());
    let one = label.map(|label| format!(", or name one of them, as `{label}@head`")).unwrap_or_default();
    hint(&format!(
        "`lback merge heads -m merge` writes a revision that joins them; \
         or apply them all with `lback migrate heads`{one}"
    ));
}

fn described(head: &ScriptHead, author: &dyn Fn(&str) -> Option<String>) -> String {
    let ScriptHead { revision, doc, labels, file, created } = head;
    let doc = doc.as_deref().filter(|doc| !doc.is_empty()).map(|doc| format!(": {}", printable_line(doc)));
    let labels: Vec<_> = labels.iter().map(|label| format!("`{label}`")).collect();
    let branch = (!labels.is_empty()).then(|| format!("branch {}", labels.join(", ")));
    // Fractions of a second are noise.
    let created = created.as_deref().map(|date| date.split('.').next().unwrap_or(date).to_owned());
    let author = file.as_deref().and_then(author).map(|name| format!("by {}", printable_line(&name)));
    let file = file.as_deref().map(|file| printable_line(file).into_owned());
    let facts: Vec<_> = [branch, created, author, file].into_iter().flatten().collect();
    let facts = if facts.is_empty() { String::new() } else { format!(" ({})", facts.join(", ")) };
    format!("`{revision}`{}{facts}", doc.unwrap_or_default())
}

fn first_lines(message: &str) -> String {
    let lines: Vec<_> = message.trim_end().lines().collect();
    let more = if lines.len() > LINES { "\n[…]" } else { "" };
    lines[..lines.len().min(LINES)].join("\n") + more
}

/// Returns the beginning of a statement, on one line.
fn beginning(statement: &str) -> String {
    let words = statement.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(STATEMENT) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_one_short_line() {
        assert_eq!(beginning("\n select 1,\n\t2 "), "select 1, 2");
        let long = beginning(&"é".repeat(STATEMENT + 1));
        assert_eq!(long, format!("{}…", "é".repeat(STATEMENT)));
    }

    #[test]
    fn a_failure_that_alembic_has_explained_needs_no_place() {
        let printed = FailureDetails { is_printed: true, file: Some("env.py".into()), ..FailureDetails::default() };
        assert_eq!(failed(&printed), None);
        let in_script = FailureDetails { in_script: true, line: Some(3), ..printed };
        assert_eq!(failed(&in_script).as_deref(), Some("`env.py:3` raised an error"));
        assert_eq!(failed(&FailureDetails::default()), None);
    }
}
