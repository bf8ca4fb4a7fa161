//! The run that an event is about, in the terms of a message; not every signal is reported.

use plugin_kit::outcome::Outcome;
use serde::{Deserialize, Serialize};

use crate::bindings::lback::plugin::types::{AttributedDenial, Context, Database, Event, Exception, Signal};

/// A moment of a run that can be reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// Alembic's process is about to start.
    Started,
    /// Alembic exited with 0.
    Completed,
    /// Alembic exited with another code, or lback could not start or follow it.
    Failed,
    /// A policy denied the run.
    Denied,
    /// Alembic timed out and was stopped.
    TimedOut,
    /// Alembic was stopped by Ctrl-C or a signal.
    Interrupted,
    /// The Alembic program was not found.
    NotFound,
}

impl From<Outcome> for Stage {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Completed => Self::Completed,
            Outcome::Failed => Self::Failed,
            Outcome::Denied => Self::Denied,
            Outcome::TimedOut => Self::TimedOut,
            Outcome::Interrupted => Self::Interrupted,
            Outcome::NotFound => Self::NotFound,
        }
    }
}

/// A run at one stage.
#[derive(Clone, Debug)]
pub(crate) struct Run<'a> {
    pub(crate) stage: Stage,
    pub(crate) project: &'a str,
    pub(crate) id: &'a str,
    /// The time of the event, in RFC 3339. A message may be sent long after it.
    pub(crate) time: &'a str,
    pub(crate) lback_version: &'a str,
    pub(crate) context: &'a Context,
    pub(crate) command: &'a str,
    pub(crate) args: &'a [String],
    /// The duration; `None` before the end, or if Alembic never ran.
    pub(crate) duration_ms: Option<u64>,
    pub(crate) returncode: Option<i32>,
    pub(crate) stdout: &'a str,
    pub(crate) stderr: &'a str,
    pub(crate) exception: Option<&'a Exception>,
    pub(crate) databases: &'a [Database],
}

impl<'a> Run<'a> {
    /// Reads the run of an event. Returns `None` if the signal isn't reported.
    pub(crate) fn of(event: &'a Event) -> Option<Self> {
        let blank = Self {
            stage: Stage::Started,
            project: &event.sender.project,
            id: &event.sender.run_id,
            time: &event.time,
            lback_version: &event.sender.lback_version,
            context: &event.context,
            command: "",
            args: &[],
            duration_ms: None,
            returncode: None,
            stdout: "",
            stderr: "",
            exception: None,
            databases: &[],
        };
        match &event.signal {
            Signal::AlembicCommandStarted(started) => {
                Some(Self { command: &started.command, args: &started.args, ..blank })
            }
            Signal::AlembicCommandCompleted(completed) => Some(Self {
                stage: Stage::Completed,
                command: &completed.command,
                args: &completed.args,
                duration_ms: Some(completed.duration_ms),
                returncode: Some(completed.returncode),
                stdout: &completed.stdout,
                stderr: &completed.stderr,
                databases: &completed.databases,
                ..blank
            }),
            Signal::AlembicCommandFailed(failed) => {
                let outcome = Outcome::of_failure(failed.error_type.as_deref());
                Some(Self {
                    stage: outcome.into(),
                    command: &failed.command,
                    args: &failed.args,
                    duration_ms: outcome.has_run().then_some(failed.duration_ms).filter(|ms| *ms > 0),
                    returncode: failed.returncode,
                    stdout: &failed.stdout,
                    stderr: &failed.stderr,
                    exception: failed.exception.as_ref(),
                    databases: &failed.databases,
                    ..blank
                })
            }
            _ => None,
        }
    }

    /// Returns the environment, or `None` if the run doesn't name one.
    pub(crate) fn environment(&self) -> Option<&'a str> {
        self.context.environment.as_deref().map(str::trim).filter(|name| !name.is_empty())
    }

    pub(crate) fn denials(&self) -> &'a [AttributedDenial] {
        self.exception.map_or(&[], |exception| &exception.denials)
    }
}
