//! The wording of locks: which tables others can't use while the server works through their rows.
//!
//! A lock under which there is no such work is held for moments only, and has no line. Neither has
//! a small table.

use super::phrase::Phrase;
use crate::model::plan::{Answer, DatabasePlan, PlannedStep, Statement, Table, TableFacts, TableLock};

/// A table below both limits has no line.
const SMALL_ROWS: u64 = 10_000;
const SMALL_BYTES: u64 = 10_000_000;

/// Returns a line for each table that a step blocks while its rows are read or written.
pub(crate) fn locks(database: &DatabasePlan, step: &PlannedStep) -> Vec<Phrase> {
    let mut phrases: Vec<Phrase> = Vec::new();
    for statement in &step.statements {
        for lock in &statement.locks {
            if let Some(phrase) = lock_line(database, statement, lock)
                && !phrases.contains(&phrase)
            {
                phrases.push(phrase);
            }
        }
    }
    phrases
}

fn lock_line(database: &DatabasePlan, statement: &Statement, lock: &TableLock) -> Option<Phrase> {
    let what = match (lock.blocks_reads, lock.blocks_writes) {
        (Answer::Yes, _) => "blocks reads and writes of ",
        (_, Answer::Yes) => "blocks writes to ",
        _ => return None,
    };
    if is_small(facts_of(database, &lock.table)) {
        return None;
    }
    let work = match (lock.rewrites, lock.scans) {
        (Answer::Yes, _) => " while it is rewritten",
        (Answer::Unknown, _) => ", perhaps while it is rewritten",
        (_, Answer::Yes) => " while all rows are read",
        (_, Answer::Unknown) => ", perhaps while all rows are read",
        (Answer::No, Answer::No) => return None,
    };
    let may = if statement.conditional { "may: " } else { "" };
    let phrase = Phrase::new(format!("{may}{what}")).name(&lock.table);
    let phrase = phrase.say(format!(" ({}){work}", size(database, &lock.table)));
    Some(match statement.line {
        Some(line) => phrase.say(format!(" (line {line})")),
        None => phrase,
    })
}

fn facts_of<'a>(database: &'a DatabasePlan, table: &Table) -> Option<&'a TableFacts> {
    database.tables.iter().find(|facts| facts.table == *table)
}

/// Returns whether a table is known to be so small that the work on it takes moments.
fn is_small(facts: Option<&TableFacts>) -> bool {
    let rows = facts.and_then(|facts| facts.rows).map(|rows| rows < SMALL_ROWS);
    let bytes = facts.and_then(bytes).map(|bytes| bytes < SMALL_BYTES);
    matches!((rows, bytes), (Some(true), Some(true) | None) | (None, Some(true)))
}

/// Returns the size of a table: `41 M rows, 12 GB`.
fn size(database: &DatabasePlan, table: &Table) -> String {
    let facts = facts_of(database, table);
    let rows = facts.and_then(|facts| facts.rows).map(|rows| format!("about {} rows", short(rows)));
    let bytes = facts.and_then(bytes).map(|bytes| format!("{}B", with_space(bytes)));
    match (rows, bytes) {
        (Some(rows), Some(bytes)) => format!("{rows}, {bytes}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => "size unknown".into(),
    }
}

fn bytes(facts: &TableFacts) -> Option<u64> {
    Some(facts.table_bytes? + facts.index_bytes.unwrap_or_default())
}

/// Returns a number with at most three digits and the prefix of its unit: `41 M`.
fn short(number: u64) -> String {
    let units = ["", "k", "M", "G", "T", "P", "E"];
    let mut rest = number;
    let mut unit = 0;
    while rest >= 1000 && unit + 1 < units.len() {
        rest = rest / 1000 + u64::from(rest % 1000 >= 500);
        unit += 1;
    }
    format!("{rest} {}", units[unit]).trim_end().to_owned()
}

/// Returns a number before the letter of its unit.
fn with_space(bytes: u64) -> String {
    let short = short(bytes);
    if short.contains(' ') { short } else { format!("{short} ") }
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn numbers_have_three_digits_at_most() {
        let shown = |number| short(number);
        assert_eq!([0, 999, 1000, 41_400_000, 999_600].map(shown), ["0", "999", "1 k", "41 M", "1 M"]);
        assert_eq!(shown(u64::MAX), "18 E");
    }
}
