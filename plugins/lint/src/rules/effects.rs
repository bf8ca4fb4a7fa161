//! lint's own rules: effects that lback knows from the locks and operations of any server, and
//! places that no linter of SQL sees.

use super::advice;
use super::finding::{Finding, named};
use super::held_locks;
use super::sql_text::{columns, is_limited, words};
use super::table::{
    BLOCKING_SCAN, ENUM_TYPE, INCOMPLETE_ANALYSIS, JSON_COLUMN, LARGE_DATA_CHANGE, RECREATED_TABLE, RENAMING_SCHEMA,
    TABLE_REWRITE, WIDE_INDEX, rule,
};
use super::target::Target;
use crate::bindings::lback::plugin::plan::{Answer, Operation, Statement};

/// The most columns of an index that isn't wide.
const COLUMNS: usize = 3;

/// Returns the findings of one step. A statement that `others` are about has none for its lock.
pub(super) fn findings(target: &Target, others: &[Finding]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (position, statement) in target.statements.iter().enumerate() {
        let is_found = others.iter().any(|other| other.is_about(position));
        found.extend(work(target, position, statement).filter(|_| !is_found));
        found.extend(data_change(target, position, statement));
        found.extend(by_text(target, position, statement));
    }
    found.extend(held_locks::findings(target));
    found.extend(recreated_tables(target));
    found.extend(doubts(target));
    found
}

/// Finds a lock under which others wait while the server works on all rows.
fn work(target: &Target, position: usize, statement: &Statement) -> Option<Finding> {
    let lock = target.blocking_work(statement)?;
    let rule = rule(if lock.rewrites == Answer::No { BLOCKING_SCAN } else { TABLE_REWRITE });
    let does = subject(target, statement).unwrap_or_else(|| rule.does.to_owned());
    let hint = advice::advice(target, rule, position).unwrap_or_else(|| advice::ACCEPT.to_owned());
    Some(Finding::of(target, rule, position, Some(lock), &does, hint))
}

/// Returns what a statement does, by its operation.
fn subject(target: &Target, statement: &Statement) -> Option<String> {
    let operation = target.operations(statement).next()?;
    let verb = match operation.kind.as_str() {
        "add_column" => "adds the column",
        "drop_column" => "drops the column",
        "alter_column" => "alters the column",
        "create_index" => "creates the index",
        "drop_index" => "drops the index",
        "create_constraint" => "creates the constraint",
        "drop_constraint" => "drops the constraint",
        _ => return None,
    };
    operation.name.as_ref().map(|name| format!("{verb} `{name}`"))
}

/// Finds an UPDATE or DELETE of all rows of a large table.
fn data_change(target: &Target, position: usize, statement: &Statement) -> Option<Finding> {
    let changes = |operation: &Operation| matches!(operation.kind.as_str(), "update" | "delete");
    let operation = target.operations(statement).find(|operation| changes(operation))?;
    let table = operation.table.as_ref()?;
    let lock = statement.locks.iter().find(|lock| lock.table == *table).filter(|_| target.is_large(table))?;
    if is_limited(statement.text.as_deref()?) {
        return None;
    }
    let rule = rule(LARGE_DATA_CHANGE);
    Some(Finding::of(target, rule, position, Some(lock), rule.does, advice::advice(target, rule, position)?))
}

/// Finds what only the text of a statement tells.
fn by_text(target: &Target, position: usize, statement: &Statement) -> Vec<Finding> {
    let Some(text) = &statement.text else { return Vec::new() };
    let words = words(text);
    let begins = |expected: &[&str]| expected.iter().zip(&words).all(|(expected, word)| *expected == word);
    let has = |word: &str| words.iter().any(|found| found == word);
    let mut codes = Vec::new();
    if begins(&["ALTER", "SCHEMA"]) && has("RENAME") {
        codes.push((RENAMING_SCHEMA, None));
    }
    let used = target.used_table(statement);
    let adds = begins(&["ALTER", "TABLE"]) && has("ADD") || begins(&["CREATE", "TABLE"]);
    if target.is_postgresql() && adds && has("JSON") {
        codes.push((JSON_COLUMN, None));
    }
    if begins(&["CREATE", "TYPE"]) && has("ENUM") {
        codes.push((ENUM_TYPE, None));
    }
    if used.is_some() && begins(&["CREATE", "INDEX"]) && columns(text) > COLUMNS {
        codes.push((WIDE_INDEX, used));
    }
    let finding = |(code, lock)| {
        let rule = rule(code);
        let hint = advice::advice(target, rule, position).unwrap_or_else(|| advice::ACCEPT.to_owned());
        Finding::of(target, rule, position, lock, rule.does, hint)
    };
    codes.into_iter().map(finding).collect()
}

/// Finds tables with rows that a step drops and creates again.
fn recreated_tables(target: &Target) -> Vec<Finding> {
    let rule = rule(RECREATED_TABLE);
    let mut found = Vec::new();
    for (position, statement) in target.statements.iter().enumerate() {
        let Some(lock) = target.used_table(statement) else { continue };
        let drops = target
            .operations(statement)
            .any(|operation| operation.kind == "drop_table" && operation.table.as_ref() == Some(&lock.table));
        let created = target.statements[position + 1..].iter().any(|later| {
            let creates = |operation: &Operation| {
                operation.kind == "create_table" && operation.table.as_ref() == Some(&lock.table)
            };
            target.operations(later).any(creates)
        });
        if drops && created && target.is_postgresql() {
            let hint = format!("change `{}` by `op.alter_column`, `op.add_column` and the like", named(&lock.table));
            found.push(Finding::of(target, rule, position, Some(lock), rule.does, hint));
        }
    }
    found
}

/// Finds the places that the analysis could not resolve.
fn doubts(target: &Target) -> Vec<Finding> {
    let rule = rule(INCOMPLETE_ANALYSIS);
    let finding = |doubt: &crate::bindings::lback::plugin::plan::Doubt| {
        let does = format!("{}: {}", rule.does, doubt.why);
        let hint = "look at the script yourself; `# lback: writes TABLES` in it says what it writes".to_owned();
        Finding::of_step(target, rule, doubt.file.as_deref(), doubt.line, &does, hint)
    };
    target.step.doubts.iter().map(finding).collect()
}
