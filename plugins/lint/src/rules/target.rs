//! A step with its statements, and the sizes of the tables that they lock.

use plugin_kit::table_size::{SizeLimit, TableSize};

use crate::bindings::lback::plugin::plan::{Answer, Database, Operation, Statement, Step, Table, TableLock};

/// The step that is evaluated.
pub(super) struct Target<'a> {
    pub(super) database: &'a Database,
    pub(super) step: &'a Step,
    pub(super) statements: &'a [Statement],
    /// The limits of a small table.
    pub(super) small: &'a SizeLimit,
}

impl<'a> Target<'a> {
    pub(super) fn is_postgresql(&self) -> bool {
        self.database.server == "postgresql"
    }

    /// Returns the estimated size of a table that exists before the run.
    pub(super) fn size(&self, table: &Table) -> TableSize {
        let facts = self.database.tables.iter().find(|facts| facts.table == *table);
        let bytes = facts.and_then(|facts| Some(facts.table_bytes? + facts.index_bytes.unwrap_or_default()));
        TableSize { rows: facts.and_then(|facts| facts.rows), bytes }
    }

    pub(super) fn is_large(&self, table: &Table) -> bool {
        self.small.is_exceeded_by(self.size(table))
    }

    /// Returns the operations that a statement belongs to.
    pub(super) fn operations(&self, statement: &Statement) -> impl Iterator<Item = &'a Operation> {
        let step = self.step;
        let places: Vec<_> = statement.operations.iter().filter_map(|place| usize::try_from(*place).ok()).collect();
        places.into_iter().filter_map(|place| step.operations.get(place))
    }

    /// Returns the lock of a statement under which others wait while the server works on all rows
    /// of a large table.
    pub(super) fn blocking_work(&self, statement: &'a Statement) -> Option<&'a TableLock> {
        let works = |lock: &&TableLock| {
            lock.blocks_writes != Answer::No
                && lock.rewrites.max(lock.scans) != Answer::No
                && self.is_large(&lock.table)
        };
        // A rewrite is the worse of two.
        statement.locks.iter().filter(works).max_by_key(|lock| lock.rewrites)
    }

    /// Returns the lock of a statement on a large table.
    pub(super) fn large_table(&self, statement: &'a Statement) -> Option<&'a TableLock> {
        statement.locks.iter().find(|lock| self.is_large(&lock.table))
    }

    /// Returns the lock of a statement on a table that exists before the run and has rows.
    pub(super) fn used_table(&self, statement: &'a Statement) -> Option<&'a TableLock> {
        statement.locks.iter().find(|lock| !self.size(&lock.table).is_empty())
    }
}
