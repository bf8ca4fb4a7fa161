//! Alembic as a program: finding it, its command line, and one run of its process with what it wrote.
//!
//! Alembic stays Alembic: its output and its status are passed on as they are. What a run means, which signals are
//! sent around it and what is shown belong to the rooms above. Nothing here reads the environment or `lback.toml`:
//! what is needed is passed in.

mod command_line;
mod launcher;
mod locate;
mod planner_client;
mod process;

pub(crate) use crate::support::redact::redact;
pub(crate) use command_line::{CommandLine, GlobalOptions, without_secrets};
pub(crate) use launcher::{
    DatabaseHeads, ExpectedSteps, Launcher, LauncherEvent, LockFailure, LockScope, LockSettings, PendingRun, Probe,
    RunConstraints, ScriptBodies,
};
pub(crate) use locate::{AlembicNotFound, Program, SearchPaths, locate};
pub(crate) use planner_client::{InverseMigration, NameReading, PlanQuestion, PlanReply, PlanRequest, TableQuestion};
pub(crate) use process::capture::Capture;
pub(crate) use process::signals::StopSignals;
pub(crate) use process::stop::{Grace, StopRequest, StopRequests};
pub(crate) use process::{EndCause, Invocation, ProcessEnd, Sinks, StartError, python_defaults};
