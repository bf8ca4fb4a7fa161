//! The requirements of a run: the lock, and the steps of its plan.

use std::time::Duration;

use serde::Serialize;

use super::wrong_environment::EnvironmentRules;
use crate::config::LockMode;
use crate::model::plan::PlanInput;

/// The lock that excludes other runs on a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LockSettings {
    pub(crate) mode: LockMode,
    /// The longest wait for the lock.
    pub(crate) timeout: Duration,
}

/// The limits of a statement that Alembic executes in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StatementLimits {
    /// The longest wait for a lock.
    pub(crate) lock: Option<Duration>,
    /// The longest time that a statement runs.
    pub(crate) statement: Option<Duration>,
}

/// The orders of the operator for the server, beside the migration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ServerOrders {
    /// The time of a wait for a lock after which the sessions that block it are ended.
    pub(crate) end_blockers_after: Option<Duration>,
    /// True if an invalid index is dropped before one of its name is created.
    pub(crate) drop_invalid_indexes: bool,
}

/// The requirements of a run on its databases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunConstraints {
    pub(crate) lock: LockSettings,
    /// The limits of statements, if there are any.
    pub(crate) limits: Option<StatementLimits>,
    pub(crate) orders: ServerOrders,
    /// The time since the first wait of an earlier attempt.
    pub(crate) waited_before: Duration,
    /// True if Alembic may be started again after an error that a lock has caused.
    pub(crate) may_retry: bool,
    /// True if the launcher observes whether a step has changed anything, on databases that can't
    /// roll back schema changes.
    pub(crate) marks_steps: bool,
    /// True if a downgrade requires a single current head. With several heads, Alembic starts a
    /// relative target at any one of them.
    pub(crate) single_head: bool,
    /// The planned steps of each database, in the order of env.py, if a plan was the basis of a
    /// decision. A run that would do something else ends before its first step.
    pub(crate) expected: Option<Vec<ExpectedSteps>>,
    /// The databases of the environments, if they are to be checked.
    pub(crate) environment: Option<EnvironmentRules>,
    /// The files that the plan was made of. A run that would load others ends before its first
    /// step.
    pub(crate) files: Vec<PlanInput>,
    /// The content that `revision` writes into the new script.
    pub(crate) written: Option<ScriptBodies>,
}

/// The planned steps of one database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ExpectedSteps {
    pub(crate) heads: Vec<String>,
    /// The revisions, in the order of the run.
    pub(crate) steps: Vec<String>,
}

/// The parts of a version script that a template leaves open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ScriptBodies {
    pub(crate) upgrades: String,
    pub(crate) downgrades: String,
    pub(crate) imports: String,
}
