//! The rules about locks: which tables others can't use while the run works on them.
//!
//! Small tables are left out where a rule says `above`: the work on them is done in moments. A
//! table of unknown size counts as large.

use super::finding::{Finding, told};
use super::{AskStatements, InForce, Scene, operation};
use crate::bindings::lback::plugin::plan::{
    Answer, Database, Error, MigrationPlan, Statement, Step, Table, TableFacts, TableLock,
};
use crate::bindings::lback::plugin::types::Denial;
use crate::settings::Kind;
use plugin_kit::table_size::TableSize;

/// A rule about one lock of a statement.
struct LockRule {
    kind: Kind,
    code: &'static str,
    /// The verb after `may`, and the verb in the third person.
    verbs: [&'static str; 2],
    /// Returns whether the lock is of this kind.
    find: fn(&TableLock) -> Answer,
    hint: &'static str,
}

/// The rules, the most harmful effect first: of one lock, only the first finding is reported.
const RULES: [LockRule; 3] = [
    LockRule {
        kind: Kind::Rewrites,
        code: "plan-rewrites",
        verbs: ["rewrite all rows of", "rewrites all rows of"],
        find: |lock| lock.rewrites,
        hint: "add a new column, copy the rows in batches, and let the application switch, each in a revision of its own",
    },
    LockRule {
        kind: Kind::Scans,
        code: "plan-scans",
        verbs: ["block writers while it reads all rows of", "blocks writers while it reads all rows of"],
        find: |lock| lock.blocks_writes.min(lock.scans),
        hint: "on PostgreSQL, create an index with `postgresql_concurrently=True` in an `autocommit_block()`, and a constraint with `postgresql_not_valid=True`, and validate it in a later revision",
    },
    LockRule {
        kind: Kind::Locks,
        code: "plan-locks",
        verbs: ["block all readers and writers of", "blocks all readers and writers of"],
        find: |lock| lock.blocks_reads,
        hint: "run it while the application doesn't use the table",
    },
];

impl InForce<'_> {
    /// Returns the denials of the rules about locks. The statements are requested only where such a
    /// rule applies.
    pub(super) fn locks(
        &self,
        scene: &Scene,
        plan: &MigrationPlan,
        ask_statements: AskStatements,
    ) -> Result<Vec<Denial>, Error> {
        if !RULES.iter().any(|rule| self.denies(rule.kind)) {
            return Ok(Vec::new());
        }
        let mut found: [Vec<Finding>; RULES.len()] = Default::default();
        for (number, database) in (0..).zip(&plan.databases) {
            for (position, step) in (0..).zip(&database.steps) {
                for statement in ask_statements(number, position)?.unwrap_or_default() {
                    self.judge_locks(database, step, &statement, &mut found);
                }
            }
        }
        Ok(RULES
            .iter()
            .zip(found)
            .flat_map(|(rule, found)| told(scene, rule.code, rule.hint, self.accepts_comments(), found.into_iter()))
            .collect())
    }

    fn judge_locks(
        &self,
        database: &Database,
        step: &Step,
        statement: &Statement,
        found: &mut [Vec<Finding>; RULES.len()],
    ) {
        for lock in &statement.locks {
            let fits =
                |rule: &LockRule| (rule.find)(lock) != Answer::No && self.is_large(rule.kind, database, &lock.table);
            if let Some(place) = RULES.iter().position(fits) {
                let is_sure = (RULES[place].find)(lock) == Answer::Yes && !statement.conditional;
                let finding = finding(&RULES[place], database, step, statement, lock, is_sure);
                if !found[place].contains(&finding) {
                    found[place].push(finding);
                }
            }
        }
    }

    /// Returns whether a rule of this kind is about a table of this size.
    fn is_large(&self, kind: Kind, database: &Database, table: &Table) -> bool {
        let size = size_of(database, table);
        self.rules
            .iter()
            .filter(|rules| rules.deny.contains(&kind))
            .any(|rules| rules.above.as_ref().is_none_or(|above| above.is_exceeded_by(size)))
    }
}

fn finding(
    rule: &LockRule,
    database: &Database,
    step: &Step,
    statement: &Statement,
    lock: &TableLock,
    is_sure: bool,
) -> Finding {
    let verb = if is_sure { rule.verbs[1].to_owned() } else { format!("may {}", rule.verbs[0]) };
    let size = match size_of(database, &lock.table) {
        TableSize { rows: None, bytes: None } => String::new(),
        size => format!(" ({size})"),
    };
    let table = format!("the table `{}`{size}", operation::shown(&lock.table));
    Finding::of(step, &format!("{verb} {table}"), statement.line).with_comments_of(step, rule.code)
}

fn size_of(database: &Database, table: &Table) -> TableSize {
    let facts = database.tables.iter().find(|facts| facts.table == *table);
    let bytes = |facts: &TableFacts| Some(facts.table_bytes? + facts.index_bytes.unwrap_or_default());
    TableSize { rows: facts.and_then(|facts| facts.rows), bytes: facts.and_then(bytes) }
}
