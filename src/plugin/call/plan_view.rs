//! The plan for a policy: waiting for it, its size limit, and its conversion to the types of
//! `wit/plan.wit`.
//!
//! Texts of a plan come from the project's own files. They are made printable like those of a
//! guest, because a policy may put them in a message.

use std::sync::Arc;

use super::deadline::Deadline;
use crate::model::finding::AllowComment;
use crate::model::plan::{
    Answer, DatabasePlan, Doubt, FoundBy, Leftover, Operation, Part, Plan, PlanError, PlanFailure, PlanSource,
    PlannedStep, Statement, Table, TableFacts, TableLock,
};
use crate::plugin::bindings::lback::plugin::plan as wit;
use crate::plugin::bindings::lback::plugin::types::AllowComment as AllowCommentForGuest;
use crate::plugin::host::guest_text::{printable, printable_whole};
use crate::plugin::host::limits;

/// A call's access to the plan.
pub(in crate::plugin) enum PlanView {
    /// A policy may request the plan.
    Shown(PlanSource),
    /// A handler or `describe` is called, which have no access to the plan.
    Withheld,
}

impl PlanView {
    /// Returns the plan. The time to make the plan isn't charged to the policy; other work is.
    pub(in crate::plugin) async fn get(&self, deadline: &Deadline) -> Result<Option<Arc<Plan>>, wit::Error> {
        let Self::Shown(source) = self else {
            return Err(wit::Error::Unavailable("the plan is for policies alone".into()));
        };
        // A plan that is ready costs little, and a policy that requests it in a loop is charged for
        // it.
        if let Some(planned) = source.answered() {
            return planned.map_err(error);
        }
        let paused = deadline.pause();
        let planned = source.get().await;
        drop(paused);
        planned.map_err(error)
    }
}

fn error(PlanError { kind, message, hint }: PlanError) -> wit::Error {
    let hint = hint.map(|hint| format!("; {hint}")).unwrap_or_default();
    let text = printable(&format!("{message}{hint}"));
    match kind {
        PlanFailure::Alembic => wit::Error::Refused(text),
        PlanFailure::Unavailable
        | PlanFailure::NotLaunched
        | PlanFailure::WrongEnvironment
        | PlanFailure::Usage
        | PlanFailure::Facts
        | PlanFailure::Incomplete => wit::Error::Unavailable(text),
    }
}

fn too_large(what: &str) -> wit::Error {
    let limit = limits::PLAN_BYTES / (1024 * 1024);
    wit::Error::Unavailable(format!("{what} more than {limit} MiB, the limit of what a policy is handed"))
}

/// Converts the plan for a guest. Fails if the plan is too large.
pub(in crate::plugin) fn plan(plan: &Plan) -> Result<wit::MigrationPlan, wit::Error> {
    let mut converter = PlanConverter(0);
    let planned = converter.plan(plan);
    if converter.0 > limits::PLAN_BYTES { Err(too_large("the plan has")) } else { Ok(planned) }
}

/// Returns the statements of a step; `None` if the step doesn't exist.
pub(in crate::plugin) fn statements(
    plan: &Plan,
    database: u32,
    step: u32,
) -> Option<Result<Vec<wit::Statement>, wit::Error>> {
    let place = |index: u32| usize::try_from(index).ok();
    let step = plan.databases.get(place(database)?)?.steps.get(place(step)?)?;
    let mut converter = PlanConverter(0);
    let statements = step.statements.iter().map(|statement| converter.statement(statement)).collect();
    let is_too_large = converter.0 > limits::PLAN_BYTES;
    Some(if is_too_large { Err(too_large("the statements of the step have")) } else { Ok(statements) })
}

/// A converter that counts the bytes of texts and records, about as they will be in the guest's
/// memory.
struct PlanConverter(usize);

impl PlanConverter {
    fn plan(&mut self, plan: &Plan) -> wit::MigrationPlan {
        wit::MigrationPlan {
            direction: plan.direction.as_str().to_owned(),
            target: self.text(&plan.target),
            table: plan.table.as_ref().map(|table| self.table(table)),
            databases: plan.databases.iter().map(|database| self.database(database)).collect(),
        }
    }

    fn database(&mut self, database: &DatabasePlan) -> wit::Database {
        let DatabasePlan {
            dialect,
            name,
            server,
            version,
            schema,
            transactional_ddl,
            heads,
            target_heads,
            steps,
            tables,
            saved_facts: _,
            invalid_indexes: _,
            inputs: _,
        } = database;
        wit::Database {
            dialect: self.text(dialect),
            name: self.optional(name.as_deref()),
            server: self.text(server),
            version: self.optional(version.as_deref()),
            schema: self.optional(schema.as_deref()),
            transactional_ddl: *transactional_ddl,
            heads: self.texts(heads),
            target_heads: self.texts(target_heads),
            steps: steps.iter().map(|step| self.step(step)).collect(),
            tables: tables.iter().map(|table| self.facts(table)).collect(),
        }
    }

    fn facts(&mut self, facts: &TableFacts) -> wit::TableFacts {
        self.0 += size_of::<wit::TableFacts>() / 2;
        let TableFacts { table, rows, table_bytes, index_bytes, partitioned, read_at } = facts;
        wit::TableFacts {
            table: self.table(table),
            rows: *rows,
            table_bytes: *table_bytes,
            index_bytes: *index_bytes,
            partitioned: *partitioned,
            read_at: self.optional(read_at.as_deref()),
        }
    }

    fn statement(&mut self, statement: &Statement) -> wit::Statement {
        let Statement { text, line, operations, transaction, times, conditional, locks } = statement;
        self.0 += size_of::<wit::Statement>() / 2 + operations.len() * size_of::<u32>();
        let text = text.as_deref().map(printable_whole);
        self.0 += text.as_ref().map_or(0, String::len);
        wit::Statement {
            text,
            line: *line,
            operations: operations.clone(),
            transaction: self.text(transaction.as_str()),
            times: *times,
            conditional: *conditional,
            locks: locks.iter().map(|lock| self.lock(lock)).collect(),
        }
    }

    fn lock(&mut self, lock: &TableLock) -> wit::TableLock {
        let TableLock { table, mode, blocks_reads, blocks_writes, rewrites, scans } = lock;
        wit::TableLock {
            table: self.table(table),
            mode: self.optional(mode.as_deref()),
            blocks_reads: answer(*blocks_reads),
            blocks_writes: answer(*blocks_writes),
            rewrites: answer(*rewrites),
            scans: answer(*scans),
        }
    }

    fn step(&mut self, step: &PlannedStep) -> wit::Step {
        self.0 += size_of::<wit::Step>() / 2;
        wit::Step {
            revision: self.text(&step.revision),
            direction: step.direction.as_str().to_owned(),
            down_revisions: self.texts(&step.down_revisions),
            depends_on: self.texts(&step.depends_on),
            branch_labels: self.texts(&step.branch_labels),
            doc: self.optional(step.doc.as_deref()),
            file: self.optional(step.file.as_deref()),
            operations: step.operations.iter().map(|operation| self.operation(operation)).collect(),
            writes: step.writes.iter().map(|table| self.table(table)).collect(),
            references: step.references.iter().map(|table| self.table(table)).collect(),
            reversible: step.reversible.as_str().to_owned(),
            irreversible_because: self.optional(step.irreversible_because.as_deref()),
            leftovers: step.leftovers.iter().map(|leftover| self.leftover(leftover)).collect(),
            doubts: step.doubts.iter().map(|doubt| self.doubt(doubt)).collect(),
            allow_comments: step.allow_comments.iter().map(|comment| self.allow_comment(comment)).collect(),
            part: step.part.map(Part::as_str).map(str::to_owned),
            because: self.optional(step.because.as_deref()),
        }
    }

    fn allow_comment(&mut self, comment: &AllowComment) -> AllowCommentForGuest {
        self.0 += size_of::<AllowCommentForGuest>() / 2;
        AllowCommentForGuest {
            code: self.text(&comment.code),
            line: comment.line,
            lines: comment.lines,
            until: self.optional(comment.until.as_deref()),
            reason: self.optional(comment.reason.as_deref()),
        }
    }

    fn operation(&mut self, operation: &Operation) -> wit::Operation {
        self.0 += size_of::<wit::Operation>() / 2;
        let Operation {
            kind,
            table,
            name,
            new_name,
            new_table,
            writes,
            destructive,
            data,
            found_by,
            conditional,
            line,
            detail,
        } = operation;
        wit::Operation {
            kind: self.text(kind.as_str()),
            table: table.as_ref().map(|table| self.table(table)),
            name: self.optional(name.as_deref()),
            new_name: self.optional(new_name.as_deref()),
            new_table: new_table.as_ref().map(|table| self.table(table)),
            writes: *writes,
            destructive: *destructive,
            data: *data,
            conditional: *conditional,
            found_by: found_by.iter().copied().map(FoundBy::as_str).map(|found| self.text(found)).collect(),
            line: *line,
            detail: self.optional(detail.as_deref()),
        }
    }

    fn table(&mut self, Table { schema, name }: &Table) -> wit::Table {
        wit::Table { schema: self.optional(schema.as_deref()), name: self.text(name) }
    }

    fn leftover(&mut self, Leftover { kind, name }: &Leftover) -> wit::Leftover {
        wit::Leftover { kind: self.text(kind), name: self.text(name) }
    }

    fn doubt(&mut self, Doubt { file, line, why }: &Doubt) -> wit::Doubt {
        wit::Doubt { file: self.optional(file.as_deref()), line: *line, why: self.text(why) }
    }

    fn texts(&mut self, texts: &[String]) -> Vec<String> {
        texts.iter().map(|text| self.text(text)).collect()
    }

    fn optional(&mut self, text: Option<&str>) -> Option<String> {
        text.map(|text| self.text(text))
    }

    fn text(&mut self, text: &str) -> String {
        let text = printable(text);
        // The text's pointer and length in its record count as well.
        self.0 += text.len() + size_of::<(u32, u32)>();
        text
    }
}

fn answer(answer: Answer) -> wit::Answer {
    match answer {
        Answer::No => wit::Answer::No,
        Answer::Unknown => wit::Answer::Unknown,
        Answer::Yes => wit::Answer::Yes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Plan {
        serde_json::from_str(include_str!("../../sample/plans/upgrade.json")).unwrap()
    }

    /// A plan of so many steps, each with as many operations as a long script.
    fn of_steps(count: usize, operations: usize) -> Plan {
        let mut plan = sample();
        let mut step = plan.databases[0].steps.remove(0);
        step.operations = vec![step.operations[0].clone(); operations];
        plan.databases[0].steps = vec![step; count];
        plan
    }

    #[test]
    fn a_plan_that_is_there_stops_no_clock() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let view = PlanView::Shown(PlanSource::agreed(Arc::new(sample())));
            let deadline = Deadline::new(std::time::Duration::from_mins(1));
            let end = deadline.end();
            assert!(view.get(&deadline).await.is_ok_and(|plan| plan.is_some()));
            assert_eq!(deadline.end(), end);
        });
    }

    #[test]
    fn a_long_history_is_handed_over_and_one_without_measure_is_not() {
        let handed = super::plan(&of_steps(3000, 12)).unwrap();
        assert_eq!(handed.databases[0].steps.len(), 3000);
        let Err(wit::Error::Unavailable(why)) = super::plan(&of_steps(3000, 100)) else { panic!("it was handed over") };
        assert!(why.starts_with("the plan has more than 16 MiB"), "{why}");
    }

    #[test]
    fn statements_are_found_by_their_places() {
        let plan = sample();
        assert_eq!(statements(&plan, 0, 0).unwrap().unwrap().len(), 2);
        assert_eq!(statements(&plan, 0, 1).unwrap().unwrap()[3].text, None);
        for (database, step) in [(0, 2), (1, 0), (u32::MAX, u32::MAX)] {
            assert!(statements(&plan, database, step).is_none(), "{database}, {step}");
        }
        let mut plan = sample();
        plan.databases[0].steps[0].statements[0].text = Some("x".repeat(limits::PLAN_BYTES));
        assert!(matches!(statements(&plan, 0, 0), Some(Err(wit::Error::Unavailable(_)))));
    }

    #[test]
    fn texts_are_harmless_and_statements_are_whole() {
        let mut plan = sample();
        let step = &mut plan.databases[0].steps[0];
        step.doc = Some("add \u{1b}[31mred".into());
        step.statements[0].text = Some(format!("select '\u{202e}{}'", "x".repeat(2 * limits::TEXT_CHARS)));
        let handed = super::plan(&plan).unwrap();
        assert_eq!(handed.databases[0].steps[0].doc.as_deref(), Some("add \\u{1b}[31mred"));
        let statement = statements(&plan, 0, 0).unwrap().unwrap().remove(0).text.unwrap();
        assert!(statement.starts_with("select '\\u{202e}x") && statement.ends_with("x'"), "{statement:.40}");
    }

    #[test]
    fn what_alembic_would_refuse_is_told_apart() {
        let error_of = |kind| error(PlanError { kind, message: "no".into(), hint: Some("do so".into()) });
        assert!(matches!(error_of(PlanFailure::Alembic), wit::Error::Refused(why) if why == "no; do so"));
        assert!(matches!(error_of(PlanFailure::Incomplete), wit::Error::Unavailable(_)));
    }
}
