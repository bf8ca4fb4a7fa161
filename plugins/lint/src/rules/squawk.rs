//! The rules of squawk's linter for PostgreSQL, and which of their findings matter here.
//!
//! The linter reads the text of one step. It knows neither the tables that earlier revisions made
//! nor their sizes, so each of its findings is held against the locks of the statement.

use std::ops::Range;

use squawk_linter::{Linter, LinterSettings, Rule as Squawk, Version};
use squawk_syntax::SourceFile;

use super::advice;
use super::finding::Finding;
use super::sql_text::without_ignores;
use super::table::{About, RULES, Rule};
use super::target::Target;
use crate::bindings::lback::plugin::plan::{Statement, TableLock};

const CONSTRAINT: &str = "constraint-missing-not-valid";
const FOREIGN_KEY: &str = "adding-foreign-key-constraint";
const UNIQUE: &str = "disallowed-unique-constraint";

/// The reason why a finding matters.
enum Reason<'a> {
    /// The lock of the statement.
    Lock(&'a TableLock),
    /// The statement itself.
    Statement,
}

/// The text of a step's statements, and where each of them is.
struct Text {
    text: String,
    /// The bytes of each statement, and its position.
    places: Vec<(Range<usize>, usize)>,
}

/// Returns the findings of the rules that are on.
pub(super) fn findings(target: &Target, is_on: impl Fn(&Rule) -> bool) -> Vec<Finding> {
    let on: Vec<(Squawk, &'static Rule)> =
        RULES.iter().filter(|rule| is_on(rule)).filter_map(|rule| Some((rule.squawk?, rule))).collect();
    let Text { text, places } = Text::of(target.statements);
    if on.is_empty() || places.is_empty() {
        return Vec::new();
    }
    let file = SourceFile::parse(&text);
    let mut linter = Linter::from(on.iter().map(|(rule, _)| *rule).collect::<Vec<_>>());
    linter.settings = LinterSettings { pg_version: version(target), assume_in_transaction: true };
    let mut found = Vec::<Finding>::new();
    for violation in linter.lint(&file, &text) {
        let Some((_, rule)) = on.iter().find(|(known, _)| *known == violation.code) else { continue };
        let start = usize::from(violation.text_range.start());
        let Some((_, statement)) = places.iter().find(|(bytes, _)| bytes.contains(&start)) else { continue };
        // Exclusion constraints can't be left unchecked: `blocking-scan` is about them.
        let is_exclusion = rule.code == CONSTRAINT
            && text[Range::<usize>::from(violation.text_range)].to_ascii_uppercase().contains("EXCLUDE");
        if is_exclusion {
            continue;
        }
        let Some(reason) = matters(target, rule, &target.statements[*statement]) else { continue };
        let lock = match reason {
            Reason::Lock(lock) => Some(lock),
            Reason::Statement => None,
        };
        let does = if rule.does.is_empty() { own_words(&violation.message) } else { rule.does.to_owned() };
        let hint =
            advice::advice(target, rule, *statement).or(violation.help).unwrap_or_else(|| advice::ACCEPT.to_owned());
        let finding = Finding::of(target, rule, *statement, lock, &does, hint);
        if !found.contains(&finding) {
            found.push(finding);
        }
    }
    without_general(found)
}

/// Leaves the rule about constraints out where a rule about this kind of constraint has found the
/// same statement.
fn without_general(found: Vec<Finding>) -> Vec<Finding> {
    let is_special = |finding: &&Finding| matches!(finding.rule.code, FOREIGN_KEY | UNIQUE);
    let special: Vec<_> = found.iter().filter(is_special).filter_map(Finding::statement).collect();
    let is_kept = |finding: &Finding| {
        finding.rule.code != CONSTRAINT || finding.statement().is_none_or(|statement| !special.contains(&statement))
    };
    found.into_iter().filter(is_kept).collect()
}

/// Returns whether a rule's finding matters, and the lock that it matters for. A statement whose
/// table can't be told, such as `DROP INDEX` of an index that no script made, counts as one on a
/// large table.
fn matters<'a>(target: &Target<'a>, rule: &Rule, statement: &'a Statement) -> Option<Reason<'a>> {
    let has_table = target.operations(statement).any(|operation| operation.table.is_some());
    if statement.locks.is_empty() && !has_table {
        return Some(Reason::Statement);
    }
    match rule.about {
        About::Work => target.blocking_work(statement).map(Reason::Lock),
        About::LargeTable => target.large_table(statement).map(Reason::Lock),
        About::UsedTable => target.used_table(statement).map(Reason::Lock),
        About::Anything => Some(Reason::Statement),
    }
}

/// Returns the linter's message as the end of a clause about a revision.
fn own_words(message: &str) -> String {
    format!("has a finding of squawk: {}", message.trim_end_matches('.'))
}

fn version(target: &Target) -> Version {
    let text = target.database.version.as_deref().unwrap_or("16");
    text.parse().unwrap_or_default()
}

impl Text {
    /// Puts statements together. One that runs outside of the migration's transaction stands
    /// between its end and the beginning of another.
    fn of(statements: &[Statement]) -> Self {
        // The linter takes a statement that stands alone for one outside of a transaction.
        let mut text = "SELECT 1;\n".to_owned();
        let mut places = Vec::new();
        for (position, statement) in statements.iter().enumerate() {
            let Some(sql) = &statement.text else { continue };
            let apart = statement.transaction == "none" || statement.transaction == "own";
            if apart {
                text.push_str("COMMIT;\n");
            }
            let start = text.len();
            text.push_str(without_ignores(sql).trim_end().trim_end_matches(';'));
            text.push_str("\n;\n");
            places.push((start..text.len(), position));
            if apart {
                text.push_str("BEGIN;\n");
            }
        }
        Self { text, places }
    }
}
