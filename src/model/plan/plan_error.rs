//! The error of a plan that could not be made.

use serde::Deserialize;

use crate::support::exit::Exit;
use crate::support::user_error::UserError;

/// The reason why a plan could not be made.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, thiserror::Error)]
#[error("{message}")]
pub(crate) struct PlanError {
    pub(crate) kind: PlanFailure,
    /// A message for a person, without passwords.
    pub(crate) message: String,
    /// The next step.
    pub(crate) hint: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PlanFailure {
    /// Alembic can't make a plan: it doesn't answer, or the project's own code fails.
    Unavailable,
    /// lback runs this command as it is configured, without the launcher that would make the plan.
    NotLaunched,
    /// Alembic itself would refuse this target.
    Alembic,
    /// The database doesn't belong to the environment of the run.
    WrongEnvironment,
    /// The argument is invalid or ambiguous.
    Usage,
    /// The file of facts can't be used.
    Facts,
    /// The analysis of a revision is incomplete, and its operations matter.
    Incomplete,
}

impl PlanError {
    pub(crate) fn unavailable(message: impl Into<String>) -> Self {
        Self { kind: PlanFailure::Unavailable, message: message.into(), hint: None }
    }
}

impl UserError for PlanError {
    fn exit(&self) -> Exit {
        match self.kind {
            PlanFailure::Unavailable | PlanFailure::NotLaunched => Exit::Unavailable,
            // Alembic itself would exit with this code.
            PlanFailure::Alembic => Exit::Alembic(255),
            PlanFailure::Usage => Exit::Usage,
            PlanFailure::Facts => Exit::Config,
            PlanFailure::Incomplete | PlanFailure::WrongEnvironment => Exit::Denied,
        }
    }

    fn hint(&self) -> Option<String> {
        self.hint.clone()
    }
}
