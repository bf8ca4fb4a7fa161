//! Rules about the locks that a step holds: a transaction keeps a lock until it ends, so what comes
//! later lasts as long for those who wait.

use super::advice;
use super::finding::{Finding, named};
use super::sql_text::{is_limited, words};
use super::table::{SEVERAL_ALTERS, WORK_UNDER_LOCK, rule};
use super::target::Target;
use crate::bindings::lback::plugin::plan::{Answer, Statement, Table, TableLock};

/// Returns the findings of one step.
pub(super) fn findings(target: &Target) -> Vec<Finding> {
    let mut found = Vec::new();
    // The tables that an earlier statement of the same transaction has locked, with its position.
    let mut held = Vec::<&Table>::new();
    for (position, statement) in target.statements.iter().enumerate() {
        if matches!(statement.transaction.as_str(), "none" | "own") {
            held.clear();
            continue;
        }
        found.extend(work(target, position, statement, &held));
        found.extend(several(target, position, statement, &held));
        let blocks = |lock: &&TableLock| lock.blocks_reads != Answer::No && !target.size(&lock.table).is_empty();
        held.extend(statement.locks.iter().filter(blocks).map(|lock| &lock.table));
    }
    found
}

/// Finds a statement that works on all rows of a large table while others wait for another lock, or
/// for the same one although this statement itself blocks none.
fn work(target: &Target, position: usize, statement: &Statement, held: &[&Table]) -> Option<Finding> {
    let text = statement.text.as_deref()?;
    // `CONCURRENTLY` fails in a transaction, and a condition may spare most rows.
    if is_limited(text) || words(text).iter().any(|word| word == "CONCURRENTLY") {
        return None;
    }
    let works = |lock: &&TableLock| {
        let alone = lock.blocks_writes == Answer::No || held.iter().any(|table| **table != lock.table);
        lock.rewrites.max(lock.scans) != Answer::No && alone && target.is_large(&lock.table)
    };
    let lock = statement.locks.iter().find(works)?;
    let waiting = held.iter().find(|table| ***table != lock.table).or_else(|| held.first())?;
    let rule = rule(WORK_UNDER_LOCK);
    let does = format!("{}: `{}` stays locked meanwhile", rule.does, named(waiting));
    let hint = advice::advice(target, rule, position).unwrap_or_else(|| advice::ACCEPT.to_owned());
    Some(Finding::of(target, rule, position, None, &does, hint))
}

/// Finds a further `ALTER TABLE` of a table.
fn several(target: &Target, position: usize, statement: &Statement, held: &[&Table]) -> Option<Finding> {
    let lock = statement.locks.iter().find(|lock| lock.blocks_reads != Answer::No && held.contains(&&lock.table))?;
    let rule = rule(SEVERAL_ALTERS);
    let hint = advice::advice(target, rule, position).unwrap_or_else(|| advice::ACCEPT.to_owned());
    Some(Finding::of(target, rule, position, Some(lock), rule.does, hint))
}
