//! What is said of a plan, in words that every form shares.

use super::PlanReport;
use super::fold::Fold;
use super::phrase::Phrase;
use crate::model::database::Direction;
use crate::model::plan::{DatabasePlan, Doubt, Operation, Part, Plan, PlannedStep, Reversible, Table};

/// Said of every plan that goes back.
pub(crate) const DATA_STAYS_LOST: &str = "data is not restored: a downgrade brings tables and columns back empty, what it drops is gone, and rows that a migration changed or deleted stay so";

/// Said where there are no statements to show.
pub(crate) const NO_SQL: &str = "its SQL can't be told without running it";

/// What a line is about, for a reader who looks for the dangerous ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Data is lost.
    Destructive,
    /// Rows are lost.
    DestructiveData,
    /// Rows are read or written.
    Data,
    /// It can't be told.
    Doubt,
    /// It only goes with others.
    Collateral,
    None,
}

/// What would be done to one database.
pub(crate) fn headline(direction: Direction, database: &DatabasePlan) -> Phrase {
    let DatabasePlan { heads: from, target_heads: to, steps, .. } = database;
    if steps.is_empty() {
        return Phrase::new("nothing to do: ").then(name(database)).say(" is at ").then(heads(from));
    }
    let count = counted(steps.len(), "revision");
    let what = match direction {
        Direction::Upgrade => format!("{count} to apply on "),
        Direction::Downgrade => format!("{count} to revert on "),
        Direction::Stamp => format!("{count} to stamp on "),
        Direction::Unknown => format!("{count} to take on "),
    };
    Phrase::new(what).then(name(database)).say(": ").then(heads(from)).say(" → ").then(heads(to))
}

/// What would be done to all of several databases.
pub(crate) fn overview(plan: &Plan) -> Phrase {
    let (databases, steps) = (plan.databases.len(), plan.steps().count());
    match (databases, steps) {
        (0, _) => Phrase::new("nothing to do: Alembic came to no database"),
        (_, 0) => Phrase::new(format!("nothing to do on {databases} databases")),
        _ => Phrase::new(format!("{} on {databases} databases", counted(steps, "revision"))),
    }
}

/// The command that Alembic would be given, and where.
pub(crate) fn command(report: &PlanReport) -> Phrase {
    let mut phrase = Phrase::default().name(&shell_line(&report.alembic));
    if let Some(environment) = &report.environment {
        phrase = phrase.say(" in the environment ").name(environment);
    }
    if let Some(table) = &report.plan.table {
        phrase = phrase.say(", to roll back the table ").name(table);
    }
    phrase
}

fn name(DatabasePlan { dialect, name, .. }: &DatabasePlan) -> Phrase {
    match name {
        Some(name) => Phrase::default().prose(dialect).say(" ").name(name),
        None => Phrase::new("the ").prose(dialect).say(" database"),
    }
}

fn heads(heads: &[String]) -> Phrase {
    if heads.is_empty() { Phrase::new("base") } else { Phrase::default().names(heads) }
}

/// Which revision, and what it is for.
pub(crate) fn step(step: &PlannedStep) -> Phrase {
    let verb = match step.direction {
        Direction::Upgrade => "apply ",
        Direction::Downgrade => "revert ",
        Direction::Stamp => "stamp ",
        Direction::Unknown => "",
    };
    let phrase = Phrase::new(verb).name(&step.revision);
    match said(step.doc.as_deref()) {
        Some(doc) => phrase.say(": ").prose(doc),
        None => phrase,
    }
}

/// Why a revision is in the plan, where it stands among the others, and the tables that it is about.
pub(crate) fn circumstances(step: &PlannedStep, fold: Fold) -> Vec<(Mark, Phrase)> {
    let mut phrases = Vec::new();
    if step.down_revisions.len() > 1 {
        phrases.push(Phrase::new("merges ").names(&step.down_revisions));
    }
    if !step.depends_on.is_empty() {
        phrases.push(Phrase::new("depends on ").names(&step.depends_on));
    }
    if !step.branch_labels.is_empty() {
        phrases.push(Phrase::new("labelled ").names(&step.branch_labels));
    }
    let tables = |verb: &str, tables: &[Table]| Phrase::new(verb).some_names(tables, fold.names());
    match (step.writes.as_slice(), step.references.as_slice()) {
        ([], []) => {}
        (writes, []) => phrases.push(tables("changes ", writes)),
        ([], references) => phrases.push(tables("mentions ", references)),
        (writes, references) => {
            phrases.push(tables("changes ", writes).say("; ").then(tables("mentions ", references)));
        }
    }
    if step.operations.is_empty() && step.is_complete() {
        phrases.push(Phrase::new("changes nothing"));
    }
    part(step).into_iter().chain(phrases.into_iter().map(|phrase| (Mark::None, phrase))).collect()
}

/// A text that says something.
fn said(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

/// Why it is in the rollback of a table.
fn part(step: &PlannedStep) -> Option<(Mark, Phrase)> {
    let because = said(step.because.as_deref());
    let (mark, words) = match step.part? {
        Part::Match => (Mark::None, because.map(|_| "chosen")?),
        Part::Collateral => (Mark::Collateral, "collateral"),
    };
    let phrase = Phrase::new(words);
    Some((
        mark,
        match because {
            Some(because) => phrase.say(": ").prose(because),
            None => phrase,
        },
    ))
}

/// What one operation does, in the infinitive: `may` goes before it.
pub(crate) fn operation(operation: &Operation) -> Phrase {
    let Operation { kind, table, name, new_name, new_table, conditional, line, detail, .. } = operation;
    let object = |verb: &str, preposition: &str| {
        let phrase = Phrase::new(verb.to_owned());
        match (name, table) {
            (Some(name), Some(table)) => phrase.say(" ").name(name).say(format!(" {preposition} ")).name(table),
            (Some(name), None) => phrase.say(" ").name(name),
            (None, Some(table)) => phrase.say(format!(" {preposition} ")).name(table),
            (None, None) => phrase,
        }
    };
    let on_table = |verb: &str| {
        let Some(table) = table else {
            let verb = verb.strip_suffix(" table").unwrap_or(verb);
            return Phrase::new(format!("{verb} a table that can't be told"));
        };
        Phrase::new(format!("{verb} ")).name(table)
    };
    let phrase = match kind.as_str() {
        "create_table" => on_table("create table"),
        "drop_table" => on_table("drop table"),
        "rename_table" => renamed(on_table("rename table"), new_table.as_ref()),
        "add_column" => object("add column", "to"),
        "drop_column" => object("drop column", "of"),
        "alter_column" => object("alter column", "of"),
        "rename_column" => renamed(object("rename column", "of"), new_name.as_ref()),
        "create_index" => object("create index", "on"),
        "drop_index" => object("drop index", "on"),
        "create_constraint" => object("create constraint", "on"),
        "drop_constraint" => object("drop constraint", "on"),
        "comment" if name.is_none() => on_table("comment on"),
        "comment" => object("comment on", "of"),
        "insert" => on_table("insert rows into"),
        "update" => on_table("update rows of"),
        "delete" => on_table("delete rows of"),
        "truncate" => on_table("truncate"),
        "select" => on_table("read rows of"),
        "execute" => object("run SQL", "on"),
        "declared" => on_table("change, as declared,"),
        other => {
            let known = Phrase::default().prose(other.replace('_', " "));
            let phrase = if name.is_some() || table.is_some() { known.then(object("", "of")) } else { known };
            let phrase = if new_name.is_some() { renamed(phrase, new_name.as_ref()) } else { phrase };
            if new_table.is_some() { renamed(phrase, new_table.as_ref()) } else { phrase }
        }
    };
    let phrase = if *conditional { Phrase::new("may ").then(phrase) } else { phrase };
    let phrase = match said(detail.as_deref()) {
        Some(detail) => phrase.say(": ").prose(detail),
        None => phrase,
    };
    match line {
        Some(line) => phrase.say(format!(" (line {line})")),
        None => phrase,
    }
}

fn renamed<T: ToString>(phrase: Phrase, to: Option<&T>) -> Phrase {
    match to {
        Some(to) => phrase.say(" to ").name(to),
        None => phrase,
    }
}

pub(crate) fn mark(operation: &Operation) -> Mark {
    match (operation.destructive, operation.data) {
        (true, false) => Mark::Destructive,
        (true, true) => Mark::DestructiveData,
        (false, true) => Mark::Data,
        (false, false) => Mark::None,
    }
}

/// That it can't be reverted, or wasn't meant to be.
pub(crate) fn irreversible(step: &PlannedStep) -> Option<(Mark, Phrase)> {
    let back = step.direction == Direction::Downgrade;
    let (mark, words) = match (step.reversible, back) {
        (Reversible::Yes, _) => return None,
        (Reversible::No, false) => (Mark::Destructive, "can't be reverted"),
        (Reversible::No, true) => (Mark::Destructive, "its `downgrade()` doesn't undo it"),
        (Reversible::Unknown, false) => (Mark::Doubt, "whether it can be reverted can't be told"),
        (Reversible::Unknown, true) => (Mark::Doubt, "whether its `downgrade()` undoes it can't be told"),
    };
    let phrase = Phrase::new(words);
    Some((
        mark,
        match said(step.irreversible_because.as_deref()) {
            Some(because) => phrase.say(": ").prose(because),
            None => phrase,
        },
    ))
}

pub(crate) fn doubt(Doubt { file, line, why }: &Doubt) -> Phrase {
    let phrase = match (file, line) {
        (Some(file), Some(line)) => Phrase::default().name(&format!("{file}:{line}")).say(": "),
        (Some(file), None) => Phrase::default().name(file).say(": "),
        (None, Some(line)) => Phrase::new(format!("line {line}: ")),
        (None, None) => Phrase::default(),
    };
    phrase.prose(why)
}

/// Does a reader have to see it?
pub(crate) fn is_marked(step: &PlannedStep) -> bool {
    step.operations.iter().any(|operation| operation.destructive)
        || step.reversible == Reversible::No
        || step.part == Some(Part::Collateral)
        || !step.is_complete()
}

/// What stands in the place of revisions.
pub(crate) fn left_out_steps(steps: &[PlannedStep]) -> Phrase {
    let destroy = steps.iter().filter(|step| step.operations.iter().any(|operation| operation.destructive)).count();
    let destroy = match destroy {
        0 => String::new(),
        1 => ", 1 of which destroys data".to_owned(),
        many => format!(", {many} of which destroy data"),
    };
    Phrase::new(format!("… {} left out{destroy}", counted(steps.len(), "revision")))
}

/// What stands in the place of operations.
pub(crate) fn left_out_operations(operations: &[Operation]) -> Phrase {
    let destructive = operations.iter().filter(|operation| operation.destructive).count();
    let destructive = if destructive == 0 { String::new() } else { format!(", {destructive} of them destructive") };
    Phrase::new(format!("… {} left out{destructive}", counted(operations.len(), "operation")))
}

/// What stands in the place of doubts.
pub(crate) fn left_out_doubts(count: usize) -> Phrase {
    Phrase::new(format!("… {} left out", counted(count, "place")))
}

/// What a failure leaves, where the database can't take a step back.
pub(crate) fn half_done(database: &DatabasePlan) -> Option<Phrase> {
    let steps = database.steps.len();
    (!database.transactional_ddl && steps > 0).then(|| {
        let before = if steps > 1 { ", and the revisions before it stay as they are" } else { "" };
        name(database).say(format!(" can't take schema changes back: a revision that fails may be half done{before}"))
    })
}

pub(crate) fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// With its end, which Alembic leaves to the driver.
pub(crate) fn statement(sql: &str) -> String {
    let sql = sql.trim_end();
    if sql.ends_with(';') { sql.to_owned() } else { format!("{sql};") }
}

/// As it could be typed.
pub(crate) fn shell_line(words: &[String]) -> String {
    let quoted = |word: &String| {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@+,%".contains(&byte);
        if !word.is_empty() && word.bytes().all(is_plain) {
            word.clone()
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    };
    words.iter().map(quoted).collect::<Vec<_>>().join(" ")
}
