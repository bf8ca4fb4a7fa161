//! The wording of a plan, shared by every form of output.

use jiff::Timestamp;

use super::fold::Fold;
use super::mark::Mark;
use super::phrase::Phrase;
use super::plan_report::PlanReport;
use crate::model::database::Direction;
use crate::model::operation_kind::OperationKind;
use crate::model::plan::{
    DatabasePlan, Doubt, InvalidIndex, Operation, Part, Plan, PlannedStep, Reversible, SavedFacts, Statement, Table,
};
use crate::support::clock;
use crate::support::plural::counted;

/// A line of every plan that reverts revisions.
pub(crate) const DATA_STAYS_LOST: &str = "data is not restored: a downgrade recreates tables and columns empty, what it drops is lost, and rows that a migration changed or deleted stay that way";

/// Returns the heading of one database.
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

/// Returns the heading for several databases.
pub(crate) fn overview(plan: &Plan) -> Phrase {
    let (databases, steps) = (plan.databases.len(), plan.steps().count());
    match (databases, steps) {
        (0, _) => Phrase::new("nothing to do: Alembic connected to no database"),
        (_, 0) => Phrase::new(format!("nothing to do on {databases} databases")),
        _ => Phrase::new(format!("{} on {databases} databases", counted(steps, "revision"))),
    }
}

/// Returns the command that would run, and its environment.
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

/// Returns the name of a database, with its schema where that isn't the usual one.
fn name(DatabasePlan { dialect, name, schema, .. }: &DatabasePlan) -> Phrase {
    let database = match name {
        Some(name) => Phrase::default().prose(dialect).say(" ").name(name),
        None => Phrase::new("the ").prose(dialect).say(" database"),
    };
    match schema {
        Some(schema) if dialect == "postgresql" && schema != "public" => database.say(", schema ").name(schema),
        _ => database,
    }
}

fn heads(heads: &[String]) -> Phrase {
    if heads.is_empty() { Phrase::new("base") } else { Phrase::default().names(heads) }
}

/// Returns the title of a step: its revision and its docstring.
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

/// Returns the lines about a revision: why it is in the plan, its relations to others, and its
/// tables.
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
    // Beside what the revision changed, `nothing` would read as its opposite; that its downgrade
    // doesn't undo it is a line of its own.
    let undoes_nothing = step.direction == Direction::Downgrade && step.reversible == Reversible::No;
    if step.operations.is_empty() && step.is_complete() && !undoes_nothing {
        phrases.push(Phrase::new("changes nothing"));
    }
    part(step).into_iter().chain(phrases.into_iter().map(|phrase| (Mark::None, phrase))).collect()
}

/// Returns a text unless it is empty.
fn said(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

/// Returns the reason why a step is in the rollback of a table.
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

/// Returns the words for one operation, in the infinitive, so that `may` can precede them.
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
            return Phrase::new(format!("{verb} an unknown table"));
        };
        Phrase::new(format!("{verb} ")).name(table)
    };
    let phrase = match kind {
        OperationKind::CreateTable => on_table("create table"),
        OperationKind::DropTable => on_table("drop table"),
        OperationKind::RenameTable => renamed(on_table("rename table"), new_table.as_ref()),
        OperationKind::AddColumn => object("add column", "to"),
        OperationKind::DropColumn => object("drop column", "of"),
        OperationKind::AlterColumn => object("alter column", "of"),
        OperationKind::RenameColumn => renamed(object("rename column", "of"), new_name.as_ref()),
        OperationKind::CreateIndex => object("create index", "on"),
        OperationKind::DropIndex => object("drop index", "on"),
        OperationKind::CreateConstraint => object("create constraint", "on"),
        OperationKind::DropConstraint => object("drop constraint", "on"),
        OperationKind::Comment if name.is_none() => on_table("comment on"),
        OperationKind::Comment => object("comment on", "of"),
        OperationKind::Insert => on_table("insert rows into"),
        OperationKind::Update => on_table("update rows of"),
        OperationKind::Delete => on_table("delete rows of"),
        OperationKind::Truncate => on_table("truncate"),
        OperationKind::Select => on_table("read rows of"),
        OperationKind::Execute => object("run SQL", "on"),
        OperationKind::Declared => on_table("change, as declared,"),
        other => {
            let known = Phrase::default().prose(other.as_str().replace('_', " "));
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

/// Returns the line about a step that can't be reverted.
pub(crate) fn irreversible(step: &PlannedStep) -> Option<(Mark, Phrase)> {
    let back = step.direction == Direction::Downgrade;
    let (mark, words) = match (step.reversible, back) {
        (Reversible::Yes, _) => return None,
        (Reversible::No, false) => (Mark::Destructive, "can't be reverted"),
        (Reversible::No, true) => (Mark::Destructive, "its `downgrade()` doesn't undo it"),
        (Reversible::Unknown, false) => (Mark::Doubt, "whether it can be reverted is unknown"),
        (Reversible::Unknown, true) => (Mark::Doubt, "whether its `downgrade()` undoes it is unknown"),
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

/// Returns whether a step must always be shown.
pub(crate) fn is_marked(step: &PlannedStep) -> bool {
    step.operations.iter().any(|operation| operation.destructive)
        || step.reversible == Reversible::No
        || step.part == Some(Part::Collateral)
        || !step.is_complete()
}

/// Returns the line that replaces omitted revisions.
pub(crate) fn left_out_steps(steps: &[PlannedStep]) -> Phrase {
    let destroy = steps.iter().filter(|step| step.operations.iter().any(|operation| operation.destructive)).count();
    let destroy = match destroy {
        0 => String::new(),
        1 => ", 1 of which destroys data".to_owned(),
        many => format!(", {many} of which destroy data"),
    };
    Phrase::new(format!("… {} left out{destroy}", counted(steps.len(), "revision")))
}

/// Returns the line that replaces omitted operations.
pub(crate) fn left_out_operations(operations: &[Operation]) -> Phrase {
    let destructive = operations.iter().filter(|operation| operation.destructive).count();
    let destructive = if destructive == 0 { String::new() } else { format!(", {destructive} of them destructive") };
    Phrase::new(format!("… {} left out{destructive}", counted(operations.len(), "operation")))
}

/// Returns the line that replaces omitted doubts.
pub(crate) fn left_out_doubts(count: usize) -> Phrase {
    Phrase::new(format!("… {} left out", counted(count, "place")))
}

/// Returns the lines of the summary about one database.
pub(crate) fn about_database(database: &DatabasePlan) -> impl Iterator<Item = Phrase> {
    half_done(database).into_iter().chain(saved_facts(database)).chain(database.invalid_indexes.iter().map(invalid))
}

/// Returns the line about an index that is in the way.
fn invalid(InvalidIndex { index, table }: &InvalidIndex) -> Phrase {
    Phrase::new("the index ").name(index).say(" of ").name(table).say(
        " is invalid, left by an attempt that failed: its statement fails or skips it, \
         unless `drop-invalid-indexes` is set or it is dropped before",
    )
}

/// Returns the warning about a database that can't roll back schema changes.
fn half_done(database: &DatabasePlan) -> Option<Phrase> {
    let steps = database.steps.len();
    (!database.transactional_ddl && steps > 0).then(|| {
        let before = if steps > 1 { ", and the revisions before it stay as they are" } else { "" };
        name(database).say(format!(" can't roll back schema changes: a revision that fails may be half done{before}"))
    })
}

/// Returns the line about sizes of tables that are not the database's own.
fn saved_facts(database: &DatabasePlan) -> Option<Phrase> {
    let SavedFacts { file, saved_at, tables } = database.saved_facts.as_ref()?;
    let (tables, are) = (counted(*tables, "table"), if *tables == 1 { "is" } else { "are" });
    let phrase = Phrase::new(format!("the size of {tables} {are} from ")).name(file);
    Some(phrase.say(format!(", saved {}", age(saved_at, clock::now()))))
}

/// Returns the age of something of a time in RFC 3339: `12 days ago`.
fn age(time: &str, now: Timestamp) -> String {
    let Ok(time) = time.parse::<Timestamp>() else { return format!("at {time}") };
    let hours = usize::try_from(now.duration_since(time).as_hours()).unwrap_or_default();
    match hours {
        0 => "within the last hour".to_owned(),
        1..48 => format!("{} ago", counted(hours, "hour")),
        _ => format!("{} ago", counted(hours / 24, "day")),
    }
}

/// Returns the line about statements that can't be shown.
pub(crate) fn unknown_sql(statements: &[Statement]) -> Option<&'static str> {
    let unknown = statements.iter().filter(|statement| statement.text.is_none()).count();
    match unknown {
        0 => None,
        _ if unknown == statements.len() => Some("its SQL is unknown without running it"),
        _ => Some("it sends more SQL, which is unknown without running it"),
    }
}

/// Returns the text of a statement with its semicolon, which Alembic leaves to the driver.
pub(crate) fn statement(statement: &Statement) -> Option<String> {
    let sql = statement.text.as_deref()?.trim_end();
    Some(if sql.ends_with(';') { sql.to_owned() } else { format!("{sql};") })
}

/// Quotes words for a shell.
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
