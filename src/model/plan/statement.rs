//! One statement of a revision, and the locks that it takes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::operation::Table;

/// One SQL statement of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Statement {
    /// The text, as the database would receive it; null if an operation sends SQL that can't be
    /// rendered without running the step.
    pub(crate) text: Option<String>,
    /// The line of the script that sends the statement, from 1.
    pub(crate) line: Option<u32>,
    /// The operations that send the statement: their positions in `operations`, from 0.
    pub(crate) operations: Vec<u32>,
    pub(crate) transaction: TransactionKind,
    /// The number of times that the statement is sent, as far as the analysis can tell. Of a long
    /// loop, it counts statements that differ only in their values.
    pub(crate) times: u32,
    /// True if the statement depends on the content of the database, and may not be sent at all.
    pub(crate) conditional: bool,
    /// The locks on tables that exist before the run. Tables that the run creates are left out:
    /// no other session uses them.
    pub(crate) locks: Vec<TableLock>,
}

/// The transaction in which a statement runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TransactionKind {
    /// The transaction of the migration: locks are held until it ends.
    Migration,
    /// A transaction of the statement itself, which the server commits at its end.
    Own,
    /// No transaction: the connection is in autocommit mode, as in `autocommit_block()`.
    None,
    /// The analysis can't tell.
    Unknown,
}

/// The lock of a statement on a table, and the work that the server does while it holds the lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct TableLock {
    pub(crate) table: Table,
    /// The mode, as the server's manual names it: `ACCESS EXCLUSIVE` of PostgreSQL, `SHARED` of
    /// MySQL's `LOCK=` clause; null if it isn't known.
    pub(crate) mode: Option<String>,
    /// The answer to whether other sessions that read the table wait.
    pub(crate) blocks_reads: Answer,
    /// The answer to whether other sessions that write the table wait.
    pub(crate) blocks_writes: Answer,
    /// The answer to whether the server writes all rows of the table anew.
    pub(crate) rewrites: Answer,
    /// The answer to whether the server reads all rows of the table.
    pub(crate) scans: Answer,
}

/// An answer of the analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    No,
    /// The analysis can't tell.
    Unknown,
    Yes,
}

impl TransactionKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Migration => "migration",
            Self::Own => "own",
            Self::None => "none",
            Self::Unknown => "unknown",
        }
    }
}
