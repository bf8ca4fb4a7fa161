//! How a run ended, and what the plugins are told of that.

use std::sync::Arc;
use std::time::Duration;

use super::watch::{Drifted, Locked, Raised};
use crate::alembic::{AlembicNotFound, StartError, StopRequest};
use crate::dispatch::{Blocked, Reason};
use crate::model::event::{ErrorType, Exception};
use crate::model::verdict::{AttributedDenial, Denial};

#[derive(Debug)]
pub(crate) enum Outcome {
    /// Alembic exited with 0.
    Completed,
    /// Alembic ended otherwise by itself. The code is as in `Finished::returncode`.
    Failed {
        returncode: Option<i32>,
        /// What Python raised, where it could be seen.
        error: Option<Raised>,
    },
    /// These revisions are current, and the target may be meant from any of them. Nothing was done.
    Ambiguous(Vec<String>),
    /// The heads are not those that the plan was made for. Nothing was done.
    Drifted(Drifted),
    /// Another run has the database's lock, and this one did not wait, or not long enough.
    Locked(Locked),
    /// Alembic did not run: policies denied it, or plugins that must not fail did.
    Blocked(Blocked),
    NotFound(AlembicNotFound),
    NotStarted(StartError),
    /// lback stopped Alembic after this time.
    TimedOut(Duration),
    /// lback was asked to stop.
    Interrupted(StopRequest),
}

impl Outcome {
    /// Is there no Alembic to run?
    pub(crate) fn is_alembic_missing(&self) -> bool {
        matches!(self, Self::NotFound(_) | Self::NotStarted(StartError::NotFound(_) | StartError::NoInterpreter(_)))
    }

    /// What `alembic_command_failed` says of it; none where nothing failed.
    pub(super) fn failure(&self) -> Option<(ErrorType, Option<Exception>)> {
        let exception =
            |kind: &str, message: String| Some(Exception { kind: kind.into(), message, denials: Vec::new() });
        Some(match self {
            Self::Completed => return None,
            Self::Failed { error, .. } => {
                let raised = error.as_ref().map(|Raised { kind, message }| Exception {
                    kind: kind.clone(),
                    message: shortened(message),
                    denials: Vec::new(),
                });
                (ErrorType::NonZeroExitCode, raised)
            }
            Self::Ambiguous(heads) => {
                let message = format!("several revisions are current: {}", heads.join(", "));
                (ErrorType::Exception, exception("Ambiguous", message))
            }
            Self::Drifted(Drifted { planned, found }) => {
                let (planned, found) = (shown(planned), shown(found));
                let message = format!("the plan was made for a database at {planned}, and it is at {found}");
                (ErrorType::Exception, exception("Drifted", message))
            }
            Self::Locked(Locked { why, .. }) => (ErrorType::Exception, exception(Exception::LOCKED, why.to_string())),
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

fn shown(heads: &[String]) -> String {
    if heads.is_empty() { "base".to_owned() } else { heads.join(", ") }
}

/// An error of a database may carry a whole statement with all its values.
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
            Reason::Denied { plugin, denials: theirs } => denials.extend(
                theirs.iter().map(|denial| AttributedDenial { plugin: plugin.clone(), denial: denial.clone() }),
            ),
            Reason::Failed { plugin, failure } => denials.push(AttributedDenial {
                plugin: plugin.clone(),
                denial: Denial {
                    code: "plugin-failed".into(),
                    message: format!("the plugin could not be asked: {failure}"),
                    hint: Arc::as_ref(failure).hint(),
                    url: None,
                },
            }),
        }
    }
    let plugins: Vec<_> = reasons
        .iter()
        .map(|(Reason::Denied { plugin, .. } | Reason::Failed { plugin, .. })| format!("`{plugin}`"))
        .collect();
    let plugins = plugins.join(", ");
    // A plugin that broke said neither yes nor no.
    let (kind, message) = if reasons.iter().any(|reason| matches!(reason, Reason::Denied { .. })) {
        ("PolicyDenied", format!("denied by policy {plugins}"))
    } else {
        ("PluginFailed", format!("stopped by the failure of {plugins}"))
    };
    Exception { kind: kind.into(), message, denials }
}
