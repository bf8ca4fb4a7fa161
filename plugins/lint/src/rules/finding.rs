//! A finding: a rule, its place in a script, and the words for both.

use std::time::Duration;

use plugin_kit::table_size::TableSize;

use super::table::Rule;
use super::target::Target;
use crate::bindings::lback::plugin::plan::{Answer, Statement, Table, TableLock};
use crate::bindings::lback::plugin::types::Place;

/// A statement, or a place in a script, that a rule is about.
#[derive(Debug, PartialEq)]
pub(super) struct Finding {
    pub(super) rule: &'static Rule,
    pub(super) place: Place,
    /// The position of the statement in its step; `None` for the step as a whole.
    statement: Option<usize>,
    pub(super) message: String,
    pub(super) hint: String,
}

impl Finding {
    /// Returns a finding about a statement. `lock` is its lock that matters.
    pub(super) fn of(
        target: &Target,
        rule: &'static Rule,
        statement: usize,
        lock: Option<&TableLock>,
        does: &str,
        hint: String,
    ) -> Self {
        let of = &target.statements[statement];
        let effect = lock.map(|lock| effect(target, of, lock)).unwrap_or_default();
        let place = place(target, target.step.file.as_deref(), of.line);
        let verb = if of.conditional { format!("may do this: it {does}") } else { does.to_owned() };
        let message = format!("revision `{}` {verb}{effect} {}", target.step.revision, shown(&place));
        Self { rule, place, statement: Some(statement), message, hint }
    }

    /// Returns a finding about a place that no statement is known of.
    pub(super) fn of_step(
        target: &Target,
        rule: &'static Rule,
        file: Option<&str>,
        line: Option<u32>,
        does: &str,
        hint: String,
    ) -> Self {
        let place = place(target, file.or(target.step.file.as_deref()), line);
        let message = format!("revision `{}` {does} {}", target.step.revision, shown(&place));
        Self { rule, place, statement: None, message, hint }
    }

    /// Returns whether the finding is about a statement.
    pub(super) fn is_about(&self, statement: usize) -> bool {
        self.statement == Some(statement)
    }

    /// Returns the position of the statement in its step.
    pub(super) fn statement(&self) -> Option<usize> {
        self.statement
    }

    /// Returns the key that sorts findings as their statements are sent.
    pub(super) fn position(&self) -> (usize, &'static str) {
        (self.statement.unwrap_or(usize::MAX), self.rule.code)
    }
}

/// Returns the name of a table as a person would write it.
pub(super) fn named(table: &Table) -> String {
    match &table.schema {
        Some(schema) => format!("{schema}.{}", table.name),
        None => table.name.clone(),
    }
}

fn place(target: &Target, file: Option<&str>, line: Option<u32>) -> Place {
    Place { revision: target.step.revision.clone(), file: file.map(str::to_owned), line }
}

fn shown(Place { file, line, .. }: &Place) -> String {
    match (file, line) {
        (Some(file), Some(line)) => format!("({file}:{line})"),
        (Some(file), None) => format!("({file})"),
        (None, _) => "(its file is not known)".to_owned(),
    }
}

/// Returns a clause about what others wait for, and how long.
fn effect(target: &Target, statement: &Statement, lock: &TableLock) -> String {
    let size = target.size(&lock.table);
    let table = match size {
        TableSize { rows: None, bytes: None } => format!("`{}`", named(&lock.table)),
        size => format!("`{}` ({size})", named(&lock.table)),
    };
    let who = match (lock.blocks_reads, lock.blocks_writes) {
        (Answer::No, Answer::No) => return format!(", of the table {table}"),
        (Answer::No, _) => "writes",
        _ => "reads and writes",
    };
    let may = if [lock.blocks_reads, lock.blocks_writes].contains(&Answer::Unknown) { "may block" } else { "blocks" };
    let work = match (lock.rewrites, lock.scans) {
        (Answer::No, Answer::No) => String::new(),
        (Answer::No, _) => " while all rows are read".to_owned(),
        (Answer::Yes, _) => " while all rows are written anew".to_owned(),
        (Answer::Unknown, _) => " while all rows may be written anew".to_owned(),
    };
    let time = duration(statement, lock, size).map(|time| format!(", {time}")).unwrap_or_default();
    format!(": it {may} {who} of {table}{work}{time}")
}

/// Microseconds for each row, as measured on PostgreSQL 16 with rows of about 60 bytes: from the
/// fastest to five times that, because rows and disks differ.
const SCAN: f64 = 0.1;
const INDEX: f64 = 0.95;
const REWRITE: f64 = 1.6;

/// Returns how long the work takes, if the rows are known and it is worth telling.
fn duration(statement: &Statement, lock: &TableLock, size: TableSize) -> Option<String> {
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let rows = size.rows? as f64;
    let text = statement.text.as_deref().unwrap_or_default().to_ascii_uppercase();
    let builds = text.contains("INDEX") || text.contains("UNIQUE") || text.contains("PRIMARY KEY");
    let rate = match (lock.rewrites, lock.scans) {
        (Answer::Yes, _) => REWRITE,
        (_, Answer::Yes) if builds => INDEX,
        (_, Answer::Yes) => SCAN,
        _ => return None,
    };
    let shortest = Duration::from_secs_f64(rows * rate / 1e6);
    (shortest >= Duration::from_secs(1))
        .then(|| format!("for about {} to {}", rounded(shortest), rounded(shortest * 5)))
}

fn rounded(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..=90 => format!("{} s", seconds.max(1)),
        91..=5_400 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3_600)),
    }
}
