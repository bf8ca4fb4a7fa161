//! The lines about locks, and the words for the schema of a database.

use super::samples::{self, database, operation, plan, report, step, table};
use super::{USUAL, commented, shown};
use crate::model::database::Direction::Upgrade;
use crate::model::plan::{Answer, PlannedStep, TableFacts, TableLock};

fn lock(blocks: [Answer; 2], rewrites: Answer, scans: Answer) -> TableLock {
    let [blocks_reads, blocks_writes] = blocks;
    TableLock { table: table("users"), mode: None, blocks_reads, blocks_writes, rewrites, scans }
}

fn altered(locks: Vec<TableLock>) -> PlannedStep {
    let mut step = step(Upgrade, "b2", "", vec![operation("alter_column", "users:age", 15)]);
    step.statements = vec![samples::statement("ALTER TABLE users ...", 15)];
    step.statements[0].locks = locks;
    step
}

fn facts(rows: Option<u64>, table_bytes: Option<u64>) -> TableFacts {
    TableFacts {
        table: table("users"),
        rows,
        table_bytes,
        index_bytes: table_bytes.map(|bytes| bytes / 2),
        partitioned: Some(false),
        read_at: None,
    }
}

/// Returns the lines with the mark of locks.
fn lines(step: PlannedStep, facts: Vec<TableFacts>) -> Vec<String> {
    let mut database = database("postgresql", "shop", [&["a1"], &["b2"]], vec![step]);
    database.tables = facts;
    let text = shown(&report(plan(Upgrade, "head", vec![database]), vec![]), USUAL);
    text.lines().filter(|line| line.starts_with('#')).map(str::to_owned).collect()
}

const YES: Answer = Answer::Yes;
const NO: Answer = Answer::No;
const UNKNOWN: Answer = Answer::Unknown;

#[test]
fn a_table_that_is_blocked_during_work_has_a_line_with_its_size() {
    let large = facts(Some(41_200_000), Some(8_000_000_000));
    let line = |lock| lines(altered(vec![lock]), vec![large.clone()]);
    assert_eq!(
        line(lock([YES, YES], YES, YES)),
        ["#  blocks reads and writes of `users` (about 41 M rows, 12 GB) while it is rewritten (line 15)"]
    );
    assert_eq!(
        line(lock([NO, YES], NO, YES)),
        ["#  blocks writes to `users` (about 41 M rows, 12 GB) while all rows are read (line 15)"]
    );
    assert_eq!(
        line(lock([YES, YES], UNKNOWN, UNKNOWN)),
        ["#  blocks reads and writes of `users` (about 41 M rows, 12 GB), perhaps while it is rewritten (line 15)"]
    );
}

#[test]
fn a_comment_on_a_pull_request_has_the_line_in_bold() {
    let mut database =
        database("postgresql", "shop", [&["a1"], &["b2"]], vec![altered(vec![lock([YES, YES], YES, YES)])]);
    database.tables = vec![facts(Some(41_200_000), Some(8_000_000_000))];
    let text = commented(&report(plan(Upgrade, "head", vec![database]), vec![]), USUAL);
    let line = "- **🔒 blocks reads and writes of `users` (about 41 M rows, 12 GB) while it is rewritten (line 15)**";
    assert!(text.contains(line), "{text}");
}

#[test]
fn a_lock_of_a_moment_has_no_line() {
    let locks = vec![lock([YES, YES], NO, NO), lock([NO, NO], NO, YES), lock([UNKNOWN, UNKNOWN], UNKNOWN, UNKNOWN)];
    assert!(lines(altered(locks), vec![]).is_empty());
}

#[test]
fn sizes_that_nobody_knows_are_not_zero() {
    let size = |facts: Vec<TableFacts>| {
        let line = lines(altered(vec![lock([YES, YES], YES, YES)]), facts).remove(0);
        line.split(['(', ')']).nth(1).unwrap_or_default().to_owned()
    };
    assert_eq!(size(vec![]), "size unknown");
    assert_eq!(size(vec![facts(None, None)]), "size unknown");
    assert_eq!(size(vec![facts(None, Some(20_000_000))]), "30 MB");
    assert_eq!(size(vec![facts(Some(10_000), None)]), "about 10 k rows");
}

#[test]
fn a_table_that_is_known_to_be_small_has_no_line() {
    for (rows, bytes, is_shown) in [
        (Some(0), None, false),
        (Some(9_999), Some(6_000_000), false),
        (None, Some(6_000_000), false),
        (Some(9_999), Some(8_000_000), true),
        (Some(10_000), Some(1), true),
        (None, None, true),
    ] {
        let shown = lines(altered(vec![lock([YES, YES], YES, YES)]), vec![facts(rows, bytes)]);
        assert_eq!(!shown.is_empty(), is_shown, "{rows:?} {bytes:?}");
    }
}

#[test]
fn a_schema_that_is_not_the_usual_one_is_named() {
    let mut tenant = database("postgresql", "shop", [&["a1"], &["b2"]], vec![altered(vec![])]);
    tenant.schema = Some("tenant_1".into());
    let text = shown(&report(plan(Upgrade, "head", vec![tenant]), vec![]), USUAL);
    assert!(text.starts_with("1 revision to apply on postgresql `shop`, schema `tenant_1`: `a1` → `b2`\n"), "{text}");
}
