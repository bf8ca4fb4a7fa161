//! What a migrate or a rollback would do: plain data, no process, no wasm. How it is found out is `alembic/`'s part.
//!
//! One model serves `lback plan`, `--dry-run`, the rollback of a table, and the policies. Its words are explained here, once: the JSON Schema of
//! `lback plan --json` is made of these comments, and `wit/plan.wit` says the same to the authors of plugins.

mod operation;
mod plan_error;
mod plan_source;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use operation::{FoundBy, Operation, Table};
pub(crate) use plan_error::{PlanError, PlanFailure};
pub(crate) use plan_source::PlanSource;

use crate::model::database::Direction;

/// What one command would do to the databases of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Plan {
    pub(crate) direction: Direction,
    /// The target, as Alembic is given it: `head`, a revision, `-1`, `a1b2@c3d4`.
    pub(crate) target: String,
    /// The table whose latest changes are to be rolled back, where one was named.
    pub(crate) table: Option<Table>,
    /// In the order in which env.py comes to them; mostly one.
    pub(crate) databases: Vec<DatabasePlan>,
}

/// What would be done to one database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct DatabasePlan {
    /// SQLAlchemy's name of the dialect, as `postgresql`.
    pub(crate) dialect: String,
    /// The name of the database, or its file.
    pub(crate) name: Option<String>,
    /// Whether Alembic takes statements that change the schema for a part of transactions. Where not, a step that fails may be half done.
    pub(crate) transactional_ddl: bool,
    /// The revisions that it is at; empty at base.
    pub(crate) heads: Vec<String>,
    /// The revisions that it would be at; empty at base.
    pub(crate) target_heads: Vec<String>,
    /// In the order in which Alembic would take them.
    pub(crate) steps: Vec<PlannedStep>,
}

/// One revision, to be applied or reverted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct PlannedStep {
    pub(crate) revision: String,
    pub(crate) direction: Direction,
    /// The revisions that it follows; several for a merge.
    pub(crate) down_revisions: Vec<String>,
    /// The revisions of other branches that it needs (`depends_on`).
    pub(crate) depends_on: Vec<String>,
    pub(crate) branch_labels: Vec<String>,
    /// The first line of the script's docstring.
    pub(crate) doc: Option<String>,
    /// The script, from the project's root.
    pub(crate) file: Option<String>,
    /// In the order of the script.
    pub(crate) operations: Vec<Operation>,
    /// The tables whose schema or rows it changes.
    pub(crate) writes: Vec<Table>,
    /// The tables that it only mentions or reads: targets of foreign keys, sources of data.
    pub(crate) references: Vec<Table>,
    pub(crate) reversible: Reversible,
    /// Why it can't be reverted.
    pub(crate) irreversible_because: Option<String>,
    /// The statements as they would be sent; none where they can't be rendered without running the step.
    pub(crate) sql: Option<Vec<String>>,
    /// What the analysis could not tell. Empty where it is complete.
    pub(crate) doubts: Vec<Doubt>,
    /// In the rollback of a table: why it is in the plan.
    pub(crate) part: Option<Part>,
    /// The same, in words.
    pub(crate) because: Option<String>,
}

/// Whether a revision that is applied can be reverted: does its `downgrade()` undo what `upgrade()` does?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reversible {
    Yes,
    /// `downgrade()` is missing, raises, or does nothing although `upgrade()` does something.
    No,
    /// The analysis can't tell.
    Unknown,
}

/// Why a step is in the rollback of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Part {
    /// It changes the table.
    Match,
    /// It stands above one that does, or depends on it, and must go with it.
    Collateral,
}

/// Something that the analysis could not tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Doubt {
    /// The file, from the project's root.
    pub(crate) file: Option<String>,
    /// From 1.
    pub(crate) line: Option<u32>,
    /// What can't be told, and why.
    pub(crate) why: String,
}

impl Plan {
    /// All steps, of all databases.
    pub(crate) fn steps(&self) -> impl Iterator<Item = &PlannedStep> {
        self.databases.iter().flat_map(|database| &database.steps)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.steps().next().is_none()
    }
}

impl PlannedStep {
    /// Did the analysis see everything?
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
