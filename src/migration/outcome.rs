//! The outcome of a run, and the error that plugins are told.

use std::fmt::{self, Display, Formatter};
use std::sync::Arc;
use std::time::Duration;

use super::lock_timeout::LockTimeout;
use super::watch::{CutWork, HeldLock, PlanDrift, Raised};
use crate::alembic::{AlembicNotFound, StartError, StopRequest, WrongEnvironment};
use crate::dispatch::{BlockReason, Blocked};
use crate::model::signal::{ErrorType, Exception};
use crate::model::verdict::{AttributedDenial, Denial};
use crate::support::heads::plain_heads;

#[derive(Debug)]
pub(crate) enum Outcome {
    /// Alembic exited with 0.
    Completed,
    /// Alembic exited with 0, but the work is not in these databases.
    Lost(Vec<String>),
    /// Alembic's process ended with 0 in the middle of its work.
    Cut(CutWork),
    /// Alembic ended by itself with another code, in the form of `Finished::returncode`.
    Failed {
        returncode: Option<i32>,
        /// The exception that Python raised, where lback observed it.
        error: Option<Raised>,
    },
    /// A lock ended Alembic, and lback doesn't start it again. No step is half done.
    LockTimeout(LockTimeout),
    /// Several revisions are current, and the target may count from any of them. Nothing was
    /// changed.
    Ambiguous(Vec<String>),
    /// The heads or the files are not those that the plan was made for. Nothing was changed.
    Drifted(PlanDrift),
    /// A database doesn't belong to the environment of the run. It was not changed.
    WrongEnvironment(WrongEnvironment),
    /// Another run holds the lock of the database, and this run did not wait, or timed out.
    Locked(HeldLock),
    /// Alembic was not started: policies denied the run, or required plugins failed.
    Blocked(Blocked),
    NotFound(AlembicNotFound),
    NotStarted(StartError),
    /// lback stopped Alembic after this time.
    TimedOut(Duration),
    /// lback was asked to stop.
    Interrupted(StopRequest),
}

impl Outcome {
    /// Returns `true` if Alembic was not found.
    pub(crate) fn is_alembic_missing(&self) -> bool {
        matches!(self, Self::NotFound(_) | Self::NotStarted(StartError::NotFound(_) | StartError::NoInterpreter(_)))
    }

    /// Returns `true` if the launcher ended Alembic before its first step.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Locked(_) | Self::Ambiguous(_) | Self::Drifted(_) | Self::WrongEnvironment(_))
    }

    /// Returns the error for `alembic_command_failed`, or none after a success.
    pub(super) fn failure(&self) -> Option<(ErrorType, Option<Exception>)> {
        let exception =
            |kind: &str, message: String| Some(Exception { kind: kind.into(), message, denials: Vec::new() });
        Some(match self {
            Self::Completed => return None,
            Self::Failed { error, .. } => {
                let raised = error.as_ref().map(|Raised { kind, message, .. }| Exception {
                    kind: kind.clone(),
                    message: shortened(message),
                    denials: Vec::new(),
                });
                (ErrorType::NonZeroExitCode, raised)
            }
            Self::LockTimeout(timeout) => (ErrorType::NonZeroExitCode, exception("LockTimeout", timeout.to_string())),
            Self::Lost(databases) => {
                let message = format!("the work was not committed: {}", databases.join("; "));
                (ErrorType::Exception, exception("Lost", message))
            }
            Self::Cut(work) => (ErrorType::Exception, exception("EndedEarly", work.to_string())),
            Self::Ambiguous(heads) => {
                let message = format!("several revisions are current: {}", heads.join(", "));
                (ErrorType::Exception, exception("Ambiguous", message))
            }
            Self::Drifted(PlanDrift::Files(files)) => {
                (ErrorType::Exception, exception("Drifted", changed_files(files)))
            }
            Self::Drifted(PlanDrift::Heads { planned, found }) => {
                let (planned, found) = (plain_heads(planned), plain_heads(found));
                let message = format!("the plan was made for a database at {planned}, and it is at {found}");
                (ErrorType::Exception, exception("Drifted", message))
            }
            Self::WrongEnvironment(wrong) => {
                (ErrorType::DeniedByPolicy, exception("WrongEnvironment", wrong.to_string()))
            }
            Self::Locked(HeldLock { why, .. }) => (ErrorType::Exception, exception(Exception::LOCKED, why.to_string())),
            Self::Blocked(blocked) => (ErrorType::DeniedByPolicy, Some(denied(blocked))),
            Self::NotFound(error) => (ErrorType::AlembicNotFound, exception("NotFound", error.to_string())),
            Self::NotStarted(error) if self.is_alembic_missing() => {
                (ErrorType::AlembicNotFound, exception("NotFound", error.to_string()))
            }
            Self::NotStarted(error) => (ErrorType::Exception, exception("NotStarted", error.to_string())),
            Self::TimedOut(limit) => {
                let message = format!("Alembic was stopped after {}", humantime::format_duration(*limit));
                (ErrorType::TimedOut, exception("TimedOut", message))
            }
            Self::Interrupted(StopRequest::Interrupt) => {
                (ErrorType::Interrupted, exception("Interrupted", "lback was interrupted".into()))
            }
            Self::Interrupted(StopRequest::Terminate) => {
                (ErrorType::Interrupted, exception("Terminated", "lback was asked to terminate".into()))
            }
        })
    }
}

impl Display for CutWork {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Starting => "Alembic's process ended with exit code 0 before it read a database",
            Self::Migrating => "Alembic's process ended with exit code 0 before its migrations did",
            Self::Printing => "Alembic's process ended with exit code 0 before the script was complete",
            Self::Failing => "Alembic failed, but its process ended with exit code 0",
        })
    }
}

/// Returns a sentence about files that have changed since the plan was made.
pub(crate) fn changed_files(files: &[String]) -> String {
    const MOST: usize = 5;
    let named: Vec<_> = files.iter().take(MOST).map(|file| format!("`{file}`")).collect();
    let more = match files.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let verb = if files.len() == 1 { "has" } else { "have" };
    format!("{}{more} {verb} changed since the plan was made", named.join(", "))
}

/// Shortens an error message: a database error may quote a whole statement with its values.
fn shortened(message: &str) -> String {
    const MOST: usize = 2_000;
    match message.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message.to_owned(),
    }
}

fn denied(Blocked(reasons): &Blocked) -> Exception {
    let mut denials = Vec::new();
    for reason in reasons {
        match reason {
            BlockReason::Denied { plugin, denials: theirs } => denials.extend(
                theirs.iter().map(|denial| AttributedDenial { plugin: plugin.clone(), denial: denial.clone() }),
            ),
            BlockReason::Failed { plugin, failure } => denials.push(AttributedDenial {
                plugin: plugin.clone(),
                denial: Denial {
                    hint: Arc::as_ref(failure).hint(),
                    ..Denial::new("plugin-failed", format!("the plugin could not be asked: {failure}"))
                },
            }),
        }
    }
    let plugins: Vec<_> = reasons
        .iter()
        .map(|(BlockReason::Denied { plugin, .. } | BlockReason::Failed { plugin, .. })| format!("`{plugin}`"))
        .collect();
    let plugins = plugins.join(", ");
    // A plugin that failed neither allowed nor denied.
    let (kind, message) = if reasons.iter().any(|reason| matches!(reason, BlockReason::Denied { .. })) {
        ("PolicyDenied", format!("denied by policy {plugins}"))
    } else {
        ("PluginFailed", format!("stopped by the failure of {plugins}"))
    };
    Exception { kind: kind.into(), message, denials }
}
