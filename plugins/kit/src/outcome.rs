//! The outcome of a run, in one word.

use serde::{Deserialize, Serialize};

/// The outcome of a run: a label of metrics, and the key by which notifications are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Alembic exited with 0.
    Completed,
    /// Alembic exited with another code, or lback could not start or follow it.
    Failed,
    /// A policy denied the run; Alembic never ran.
    Denied,
    /// Alembic timed out and was stopped.
    TimedOut,
    /// Alembic was stopped by Ctrl-C or a signal.
    Interrupted,
    /// The Alembic program was not found.
    NotFound,
}

impl Outcome {
    /// Maps the `error-type` of `alembic_command_failed` to an outcome. An unknown type is a
    /// failure.
    #[must_use]
    pub fn of_failure(error_type: Option<&str>) -> Self {
        match error_type {
            Some("denied_by_policy") => Self::Denied,
            Some("timed_out") => Self::TimedOut,
            Some("interrupted") => Self::Interrupted,
            Some("alembic_not_found") => Self::NotFound,
            _ => Self::Failed,
        }
    }

    /// Returns the outcome's name in settings and labels.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Denied => "denied",
            Self::TimedOut => "timed_out",
            Self::Interrupted => "interrupted",
            Self::NotFound => "not_found",
        }
    }

    /// Returns whether Alembic's process ran, so that its duration is meaningful.
    #[must_use]
    pub fn has_run(self) -> bool {
        !matches!(self, Self::Denied | Self::NotFound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_type_has_its_outcome() {
        for (error_type, outcome) in [
            (Some("non_zero_exit_code"), Outcome::Failed),
            (Some("alembic_not_found"), Outcome::NotFound),
            (Some("exception"), Outcome::Failed),
            (Some("denied_by_policy"), Outcome::Denied),
            (Some("timed_out"), Outcome::TimedOut),
            (Some("interrupted"), Outcome::Interrupted),
            (Some("of_tomorrow"), Outcome::Failed),
            (None, Outcome::Failed),
        ] {
            assert_eq!(Outcome::of_failure(error_type), outcome, "{error_type:?}");
        }
    }

    #[test]
    fn names_are_the_same_in_code_and_in_settings() {
        for outcome in [
            Outcome::Completed,
            Outcome::Failed,
            Outcome::Denied,
            Outcome::TimedOut,
            Outcome::Interrupted,
            Outcome::NotFound,
        ] {
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.as_str());
        }
    }
}
