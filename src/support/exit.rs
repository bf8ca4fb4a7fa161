//! Exit codes: documented here, printed by `--help`, and nowhere else turned into numbers.

use std::fmt::Write as _;
use std::process::ExitCode;

use crate::alembic::StopRequest;
use crate::dispatch::{Blocked, Reason};
use crate::migration::Outcome;
use crate::model::plan::{PlanError, PlanFailure};

/// What lback's exit code says. Alembic's own codes are passed on; lback's own are those of BSD's sysexits, which Alembic never uses,
/// and those that a shell and `timeout` use for the same things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Success,
    /// Alembic's own code, or 128 + N where signal N ended it.
    Alembic(u8),
    /// Of `lback plugin test`, which runs no Alembic whose code this could be.
    TestFailed,
    Usage,
    InvalidPlugin,
    Unavailable,
    Bug,
    Locked,
    Denied,
    Config,
    TimedOut,
    AlembicNotFound,
    Interrupted,
    Terminated,
}

/// lback's own codes and their meaning, for `--help` and the documentation.
const TABLE: [(Exit, &str); 13] = [
    (Exit::Success, "success"),
    (Exit::TestFailed, "`lback plugin test`: a plugin failed, or did otherwise than expected"),
    (Exit::Usage, "the command line is wrong"),
    (Exit::InvalidPlugin, "a plugin that may not fail is missing, invalid or not the one that is locked"),
    (Exit::Unavailable, "Alembic, a file or the source of a plugin can't be used"),
    (Exit::Bug, "a defect of lback"),
    (Exit::Locked, "another run holds the lock of the database, or has changed it since the plan was made"),
    (Exit::Denied, "denied by policy, or a plugin that may not fail did; of `lback plugin`, not granted"),
    (Exit::Config, "`lback.toml` is wrong, or a plugin's settings in it"),
    (Exit::TimedOut, "Alembic took longer than `[alembic] timeout`"),
    (Exit::AlembicNotFound, "Alembic was not found"),
    (Exit::Interrupted, "interrupted (Ctrl-C)"),
    (Exit::Terminated, "asked to terminate (SIGTERM)"),
];

impl Exit {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Alembic(code) => code,
            Self::TestFailed => 1,
            Self::Usage => 64,
            Self::InvalidPlugin => 65,
            Self::Unavailable => 69,
            Self::Bug => 70,
            Self::Locked => 75,
            Self::Denied => 77,
            Self::Config => 78,
            Self::TimedOut => 124,
            Self::AlembicNotFound => 127,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    pub(crate) fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Completed => Self::Success,
            Outcome::Failed { returncode: Some(code), .. } => Self::Alembic(shell_code(*code)),
            _ if outcome.is_alembic_missing() => Self::AlembicNotFound,
            Outcome::Failed { returncode: None, .. } | Outcome::NotStarted(_) | Outcome::NotFound(_) => {
                Self::Unavailable
            }
            Outcome::Locked(_) | Outcome::Drifted(_) => Self::Locked,
            Outcome::Ambiguous(_) => Self::Usage,
            Outcome::Blocked(blocked) => Self::blocked(blocked),
            Outcome::TimedOut(_) => Self::TimedOut,
            Outcome::Interrupted(StopRequest::Interrupt) => Self::Interrupted,
            Outcome::Interrupted(StopRequest::Terminate) => Self::Terminated,
        }
    }

    pub(crate) fn of_plan_error(error: &PlanError) -> Self {
        match error.kind {
            PlanFailure::Unavailable => Self::Unavailable,
            // As Alembic itself would end.
            PlanFailure::Alembic => Self::Alembic(255),
            PlanFailure::Usage => Self::Usage,
            PlanFailure::Incomplete => Self::Denied,
        }
    }

    /// A file that is wrong is told from a policy that says no, or that breaks when it is asked: both of these are a no.
    fn blocked(Blocked(reasons): &Blocked) -> Self {
        let misconfigured =
            |reason: &Reason| matches!(reason, Reason::Failed { failure, .. } if failure.is_refused_settings());
        if reasons.iter().all(misconfigured) {
            return Self::Config;
        }
        let invalid = |reason: &Reason| matches!(reason, Reason::Failed { failure, .. } if failure.is_invalid_plugin());
        if reasons.iter().all(invalid) { Self::InvalidPlugin } else { Self::Denied }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// As a shell would say it: 128 + N for the end by signal N.
fn shell_code(returncode: i32) -> u8 {
    let code = if returncode < 0 { 128 - returncode } else { returncode };
    u8::try_from(code & 0xff).unwrap_or(u8::MAX)
}

/// The table as it stands in `--help`.
pub(crate) fn exit_code_table() -> String {
    let mut table = String::from("Exit codes:\n");
    for (exit, meaning) in TABLE {
        let _ = writeln!(table, "  {:>3}  {meaning}", exit.code());
    }
    table.push_str("Every other code is Alembic's own: 255 for its errors, 1 for a traceback, 2 for its usage.");
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_processes_become_those_of_a_shell() {
        assert_eq!([0, 1, 255, -2, -9].map(shell_code), [0, 1, 255, 130, 137]);
    }

    #[test]
    fn every_code_of_the_table_is_its_own() {
        let mut codes: Vec<_> = TABLE.iter().map(|(exit, _)| exit.code()).collect();
        codes.dedup();
        assert_eq!(codes.len(), TABLE.len());
        assert!(codes.is_sorted());
    }
}
