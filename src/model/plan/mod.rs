//! The effects of a migrate or a rollback, as plain data. `alembic/planner_client` gets them from
//! the planner.
//!
//! One model serves `lback plan`, `--dry-run`, the rollback of a table, and the policies. The JSON
//! Schema of `lback plan --json` contains these comments; `wit/plan.wit` documents the same fields
//! for authors of plugins.

mod operation;
mod plan_error;
mod plan_input;
mod plan_source;
mod statement;
mod table_facts;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use operation::{FoundBy, Operation, Table};
pub(crate) use plan_error::{PlanError, PlanFailure};
pub(crate) use plan_input::PlanInput;
pub(crate) use plan_source::PlanSource;
#[cfg(test)]
pub(crate) use statement::TransactionKind;
pub(crate) use statement::{Answer, Statement, TableLock};
pub(crate) use table_facts::{InvalidIndex, SavedFacts, TableFacts};

use crate::model::database::Direction;
use crate::model::finding::AllowComment;

/// The effects of one command on the databases of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Plan {
    pub(crate) direction: Direction,
    /// The target, as Alembic is given it: `head`, a revision, `-1`, `a1b2@c3d4`.
    pub(crate) target: String,
    /// The table whose latest changes are to be rolled back, if one was named.
    pub(crate) table: Option<Table>,
    /// The databases in the order in which env.py connects to them; usually one.
    pub(crate) databases: Vec<DatabasePlan>,
}

/// The plan for one database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct DatabasePlan {
    /// SQLAlchemy's name of the dialect, as `postgresql`.
    pub(crate) dialect: String,
    /// The name of the database, or its file.
    pub(crate) name: Option<String>,
    /// The server: `postgresql`, `mysql`, `mariadb`, `sqlite`, or SQLAlchemy's name of another one.
    pub(crate) server: String,
    /// The version of the server, as `16.2`; null if it isn't known.
    pub(crate) version: Option<String>,
    /// The schema of names that have none; null if the database has no schemas.
    pub(crate) schema: Option<String>,
    /// True if Alembic runs schema changes within transactions. Otherwise a step that fails may be
    /// half done.
    pub(crate) transactional_ddl: bool,
    /// The current revisions; empty at base.
    pub(crate) heads: Vec<String>,
    /// The revisions after the command; empty at base.
    pub(crate) target_heads: Vec<String>,
    /// The steps in the order in which Alembic would run them.
    pub(crate) steps: Vec<PlannedStep>,
    /// The tables that exist before the run and that its statements lock.
    pub(crate) tables: Vec<TableFacts>,
    /// The file that has sizes of tables in the place of the database's own; null if none is used.
    #[serde(default)]
    pub(crate) saved_facts: Option<SavedFacts>,
    /// The indexes that the plan creates and that exist as invalid ones: a failed `CREATE INDEX
    /// CONCURRENTLY` has left them.
    #[serde(default)]
    pub(crate) invalid_indexes: Vec<InvalidIndex>,
    /// The files that the plan was made of. No document shows them.
    #[serde(default, skip_serializing)]
    #[schemars(skip)]
    pub(crate) inputs: Vec<PlanInput>,
}

/// One revision, to be applied or reverted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct PlannedStep {
    pub(crate) revision: String,
    pub(crate) direction: Direction,
    /// The revisions that this one follows; several for a merge.
    pub(crate) down_revisions: Vec<String>,
    /// The revisions of other branches that this one needs (`depends_on`).
    pub(crate) depends_on: Vec<String>,
    pub(crate) branch_labels: Vec<String>,
    /// The first line of the script's docstring.
    pub(crate) doc: Option<String>,
    /// The script, relative to the project's root.
    pub(crate) file: Option<String>,
    /// The operations in the order of the script.
    pub(crate) operations: Vec<Operation>,
    /// The tables whose schema or rows the step changes.
    pub(crate) writes: Vec<Table>,
    /// The tables that the step only mentions or reads: targets of foreign keys, sources of data.
    pub(crate) references: Vec<Table>,
    pub(crate) reversible: Reversible,
    /// The reason why the step can't be reverted.
    pub(crate) irreversible_because: Option<String>,
    /// The objects that `upgrade()` creates and `downgrade()` doesn't drop: the next upgrade fails
    /// because they exist. Empty if everything is dropped, or if the analysis can't tell.
    pub(crate) leftovers: Vec<Leftover>,
    /// The statements in the order in which they would be sent. Each operation that writes has at
    /// least one.
    pub(crate) statements: Vec<Statement>,
    /// The gaps of the analysis; empty if the analysis is complete.
    pub(crate) doubts: Vec<Doubt>,
    /// The comments of the script that set findings of policies aside.
    #[serde(default)]
    pub(crate) allow_comments: Vec<AllowComment>,
    /// The role of the step in the rollback of a table.
    pub(crate) part: Option<Part>,
    /// The reason why the step is in the rollback of a table, in words.
    pub(crate) because: Option<String>,
}

/// An object that a downgrade leaves behind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Leftover {
    /// The kind of the object: `table`, `view`, `type`, `sequence`, `function`, `schema`,
    /// `extension`. Later versions may add kinds.
    pub(crate) kind: String,
    pub(crate) name: String,
}

/// The result of the check whether `downgrade()` undoes `upgrade()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reversible {
    Yes,
    /// `downgrade()` is missing, raises, or does nothing although `upgrade()` does something.
    No,
    /// The analysis can't tell.
    Unknown,
}

/// The role of a step in the rollback of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Part {
    /// The step changes the table.
    Match,
    /// The step follows one that changes the table, or depends on it, and must be reverted too.
    Collateral,
}

/// One gap of the analysis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Doubt {
    /// The file, relative to the project's root.
    pub(crate) file: Option<String>,
    /// The line, from 1.
    pub(crate) line: Option<u32>,
    /// A sentence about the gap and its cause.
    pub(crate) why: String,
}

impl Plan {
    /// Returns the steps of all databases.
    pub(crate) fn steps(&self) -> impl Iterator<Item = &PlannedStep> {
        self.databases.iter().flat_map(|database| &database.steps)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.steps().next().is_none()
    }
}

impl PlannedStep {
    /// Returns whether the analysis is complete.
    pub(crate) fn is_complete(&self) -> bool {
        self.doubts.is_empty()
    }
}

impl Reversible {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }
}

impl Part {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Collateral => "collateral",
        }
    }
}
