//! What lback requires of a run: the lock, and that Alembic does what was planned.

use std::time::Duration;

use serde::Serialize;

use crate::config::LockMode;

/// How runs on one database are kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LockSettings {
    pub(crate) mode: LockMode,
    /// How long to wait for it.
    pub(crate) timeout: Duration,
}

/// What must hold for a run on a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunConstraints {
    pub(crate) lock: LockSettings,
    /// Whether a downgrade needs a single current head. With several, Alembic takes one of them for a relative target, and not always the same.
    pub(crate) single_head: bool,
    /// What was planned for each database, in the order in which env.py comes to them, where there is a plan that somebody went by. A run
    /// that would do something else is ended before its first step.
    pub(crate) expected: Option<Vec<ExpectedSteps>>,
    /// What `revision` writes into the new script.
    pub(crate) written: Option<ScriptBodies>,
}

/// What was planned for a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ExpectedSteps {
    pub(crate) heads: Vec<String>,
    /// The revisions, in order.
    pub(crate) steps: Vec<String>,
}

/// The parts of a version script that a template leaves open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ScriptBodies {
    pub(crate) upgrades: String,
    pub(crate) downgrades: String,
    pub(crate) imports: String,
}
